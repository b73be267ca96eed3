import { chaosFields, chaosPlace, chaosTime, type LoadPlan } from './chaos-message.ts';
import type { Publication } from './chaos-publisher.ts';

/** How the points in InfluxDB differ from what was published; all numbers of points. */
export interface Verdict {
  /** Acknowledged to the publisher, and not there. */
  lost: number;
  /** There, with other values than were sent. */
  wrong: number;
  /** There, and never sent, or there for a second time. */
  extra: number;
  stored: number;
  /** The first few of each, to look at. */
  examples: string[];
}

export type PointRow = Readonly<Record<string, unknown>>;

/** What `lost`, `wrong` and `extra` must be, and no example of either. */
export const NOTHING_AMISS = { lost: 0, wrong: 0, extra: 0, examples: [] } as const;

/** Asks for the points of one device; for the names of all series. */
export interface PointSource {
  query(database: string, influxQl: string): Promise<PointRow[]>;
}

export interface JudgeOptions {
  publication: Publication;
  /** Series beside the load's own, as `kind,device=…,site=…`: devices that the test itself drove. */
  otherSeries?: readonly string[];
  /** Finds the message of a point, `undefined` where none can be; by its time unless told. */
  explain?(row: PointRow, plan: LoadPlan): PointPlace | undefined;
}

/** Which message a point is of. */
export interface PointPlace {
  index: number;
  /** Names of fields that it rightly has beside the message's own. */
  addedFields?: readonly string[];
  /** Set where the message may be there several times: it had no usable time of its own. */
  isRepeatable?: boolean;
}

const EXAMPLES = 10;
/** The rollups of a device stand beside its points; what they say is not judged here. */
const ROLLUP = /(?<=^\w+)_1[mh](?=,)/;

/** Compares every point of the database with the message that it must have come from. */
export async function judge(source: PointSource, options: JudgeOptions): Promise<Verdict> {
  const { publication, otherSeries = [] } = options;
  const verdict: Verdict = { lost: 0, wrong: 0, extra: 0, stored: 0, examples: [] };
  const known = new Set(otherSeries);
  for (let device = 0; device < publication.plan.devices; device += 1) {
    const { site, kind, id } = chaosPlace(device);
    known.add(`${kind},device=${id},site=${site}`);
    const rows = await source.query('svitlo', `SELECT * FROM ${kind} WHERE device = '${id}'`);
    judgeDevice(verdict, device, rows, options);
  }
  for (const { key } of await source.query('svitlo', 'SHOW SERIES')) {
    if (!known.has(String(key).replace(ROLLUP, ''))) note(verdict, 'extra', `series ${key}`);
  }
  return verdict;
}

/** Adds one device's points to the verdict. */
export function judgeDevice(
  verdict: Verdict,
  device: number,
  rows: readonly PointRow[],
  { publication, explain = byOwnTime }: JudgeOptions,
): void {
  const { site, id } = chaosPlace(device);
  const seen = new Set<number>();
  verdict.stored += rows.length;
  for (const row of rows) {
    const place = explain(row, publication.plan);
    const name = `${id} ${JSON.stringify(row)}`;
    if (place === undefined || place.index >= publication.sentOf(device) || row.site !== site) {
      note(verdict, 'extra', name);
    } else if (seen.has(place.index) && place.isRepeatable !== true) {
      note(verdict, 'extra', `again: ${name}`);
    } else {
      seen.add(place.index);
      const expected = chaosFields(device, place.index);
      if (!hasFields(row, expected, place.addedFields ?? [])) note(verdict, 'wrong', name);
    }
  }
  for (let index = 0; index < publication.sentOf(device); index += 1) {
    if (!seen.has(index) && publication.isAcknowledged(device, index)) {
      note(verdict, 'lost', `${id} ${index}`);
    }
  }
}

/** The message of the point's time: the rule, where the clocks agree. */
function byOwnTime({ time }: PointRow, plan: LoadPlan): PointPlace | undefined {
  const index = Math.ceil(((Number(time) - plan.firstTs) * plan.perSecond) / (plan.devices * 1000));
  return index >= 0 && chaosTime(plan, index) === time ? { index } : undefined;
}

const OF_EVERY_POINT: readonly string[] = ['time', 'site', 'device'];

function hasFields(
  row: PointRow,
  expected: Readonly<Record<string, unknown>>,
  added: readonly string[],
) {
  for (const key in expected) if (row[key] !== expected[key]) return false;
  for (const key in row) {
    const isKnown = key in expected || OF_EVERY_POINT.includes(key) || added.includes(key);
    if (row[key] !== null && !isKnown) return false;
  }
  return true;
}

function note(verdict: Verdict, what: 'lost' | 'wrong' | 'extra', text: string): void {
  verdict[what] += 1;
  if (verdict.examples.length < EXAMPLES) verdict.examples.push(`${what}: ${text}`);
}
