import type { Kind } from '../../src/contract/kind.ts';
import type { Limits } from '../scenarios/scenario-schema.ts';
import { clockOf, counted } from './case-list.ts';
import type { Expectations } from './expectations.ts';
import type { KnownDevice } from './known-device.ts';
import type { Check } from './verdict.ts';
import type { JudgeView } from './view.ts';

const BUCKET_MS = 1000;
const BUCKETS = 5000;
/** What the monitor has accepted is given this long to reach its store while more of it keeps coming. */
const PATIENCE_MS = 6000;
const RETRY_MS = 500;
const SHOWN = 10;

/** The metric by which points are counted: in every message, and seldom twice the same. */
const COUNTED_BY: Record<Kind, string> = {
  ups: 'battery.voltage',
  scanner: 'power.active',
  power: 'mains.voltage',
};

interface Bucket {
  ts: string;
  min: number;
  mean: number;
  max: number;
  last: number;
}

interface Found {
  expected: number;
  missing: string[];
  wrong: string[];
  unexpected: string[];
}

/** Points missing, wrong or too many, from every second of the series that the monitor serves. */
export async function judgePoints(
  view: JudgeView,
  expectations: Expectations,
  limits: Limits,
): Promise<Check[]> {
  const all: Found = { expected: 0, missing: [], wrong: [], unexpected: [] };
  let lastGainAt = performance.now();
  for (const device of expectations.devices.values()) {
    let found = await compare(view, device);
    while (found.missing.length > 0 && performance.now() - lastGainAt < PATIENCE_MS) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      const again = await compare(view, device);
      if (again.missing.length < found.missing.length) lastGainAt = performance.now();
      found = again;
    }
    all.expected += found.expected;
    for (const name of ['missing', 'wrong', 'unexpected'] as const) {
      if (all[name].length <= SHOWN * 1000) all[name].push(...found[name]);
    }
  }
  const of = all.expected;
  return [
    counted({ name: 'points.missing', cases: all.missing, limit: limits.missingPoints, of }),
    counted({ name: 'points.wrong', cases: all.wrong, limit: limits.wrongPoints, of }),
    counted({ name: 'points.unexpected', cases: all.unexpected, limit: 0, of }),
  ];
}

async function compare(view: JudgeView, device: KnownDevice): Promise<Found> {
  const expected = expectedBuckets(device);
  const found: Found = {
    expected: device.points.ts.length,
    missing: [],
    wrong: [],
    unexpected: [],
  };
  const times = [...expected.keys()];
  if (times.length === 0) return found;
  const first = times.reduce((a, b) => Math.min(a, b));
  const last = times.reduce((a, b) => Math.max(a, b));
  const stored = await readBuckets(view, device, first, last + BUCKET_MS);
  for (const [ts, values] of expected) {
    const bucket = stored.get(ts);
    const where = `${device.key} at ${clockOf(ts)}`;
    if (bucket === undefined) found.missing.push(where);
    else {
      const difference = differs(values, bucket);
      if (difference !== undefined) found.wrong.push(`${where}: ${difference}`);
    }
  }
  if (device.uncertainPoints > 0) return found;
  for (const ts of stored.keys()) {
    if (!expected.has(ts)) found.unexpected.push(`${device.key} at ${clockOf(ts)}`);
  }
  return found;
}

/** The values of each second by time: the same time twice is one point, the later one. */
function expectedBuckets({ points }: KnownDevice): Map<number, Map<number, number>> {
  const buckets = new Map<number, Map<number, number>>();
  points.ts.forEach((ts, index) => {
    const bucket = Math.floor(ts / BUCKET_MS) * BUCKET_MS;
    const values = buckets.get(bucket) ?? new Map<number, number>();
    values.set(ts, points.value[index] ?? Number.NaN);
    buckets.set(bucket, values);
  });
  return buckets;
}

async function readBuckets(view: JudgeView, device: KnownDevice, fromMs: number, toMs: number) {
  const stored = new Map<number, Bucket>();
  const span = BUCKETS * BUCKET_MS;
  const metric = COUNTED_BY[device.kind];
  for (let from = fromMs; from < toMs; from += span) {
    const query = new URLSearchParams({
      metric,
      from: new Date(from).toISOString(),
      to: new Date(from + span).toISOString(),
      points: `${BUCKETS}`,
    });
    const path = `/api/v1/devices/${device.key}/series?${query}`;
    const { buckets } = await view.get<{ buckets: Bucket[] }>(path);
    for (const bucket of buckets) stored.set(Date.parse(bucket.ts), bucket);
  }
  return stored;
}

function differs(values: ReadonlyMap<number, number>, bucket: Bucket): string | undefined {
  const inOrder = [...values].sort(([a], [b]) => a - b).map(([, value]) => value);
  const mean = inOrder.reduce((sum, value) => sum + value, 0) / inOrder.length;
  const expected = {
    min: Math.min(...inOrder),
    mean,
    max: Math.max(...inOrder),
    last: inOrder.at(-1) ?? mean,
  };
  for (const name of ['min', 'mean', 'max', 'last'] as const) {
    if (Math.abs(expected[name] - bucket[name]) > 1e-6) {
      return `${name} ${bucket[name]}, expected ${expected[name]}`;
    }
  }
  return undefined;
}
