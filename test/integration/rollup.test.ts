import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../simulators/random.ts';
import { DuckdbStore } from '../../src/adapters/duckdb/store.ts';
import { InfluxStore } from '../../src/adapters/influx/store.ts';
import { settingsSchema } from '../../src/contract/config.ts';
import type { Resolution } from '../../src/domain/resolution.ts';
import { Rollup } from '../../src/pipeline/rollup.ts';
import { createTrends } from '../../src/pipeline/trends.ts';
import type { Bucket, SeriesStore } from '../../src/ports.ts';
import { FakeClock, recordingLog } from '../support/fake-ports.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { bucketsOf, FakeStoredMinutes, type Point, writePoints } from '../support/rollups.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const log = pino({ level: 'silent' });
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const TODAY = Math.floor(Date.now() / DAY) * DAY;
/** Six days ago and some: points on both sides of midnight, in days that are finished. */
const FROM = TODAY - 6 * DAY + 20 * HOUR + 7 * MINUTE + 13_000;
const TO = FROM + 9 * HOUR;
const NOW = TODAY + 12 * HOUR;
const SERIES = [
  ['ups', 'a', 'ups-1', 'battery.charge'],
  ['ups', 'a', 'ups-1', 'input.voltage'],
  ['ups', 'b', 'ups-1', 'battery.charge'],
  ['scanner', 'a', 'scanner-1', 'chiller.temp'],
  ['power', 'b', 'supply', 'mains.voltage'],
] as const;

let influxd: Influxd;
let folder: TempFolder;
let databases = 0;

beforeAll(async () => {
  influxd = await startInfluxd();
  folder = await tempFolder('rollup');
});

afterAll(async () => {
  await influxd?.[Symbol.asyncDispose]();
  await folder?.remove();
});

const OPEN = {
  InfluxDB: () => new InfluxStore({ url: `${influxd.url}/rollup-${databases}`, log }),
  DuckDB: () => {
    const place = join(folder.path, `rollup-${databases}`);
    return new DuckdbStore({
      folder: place,
      memoryLimit: settingsSchema.parse({}).duckdbMemory,
      log,
    });
  },
};

/** An empty store of the kind, with the rollup and the trends on it, at a time that the test moves. */
async function openStore(name: keyof typeof OPEN) {
  databases += 1;
  const store: SeriesStore = OPEN[name]();
  await store.start();
  const minutes = new FakeStoredMinutes();
  const clock = new FakeClock(NOW);
  const recorded = recordingLog();
  const rollup = new Rollup({ minutes, store, clock, log: recorded.log });
  const trends = createTrends({ store, clock, retention: () => rollup.retention() });
  return {
    store,
    minutes,
    clock,
    rollup,
    trends,
    messages: recorded.messages,
    [Symbol.asyncDispose]: () => store.stop(),
  };
}

/** Points at uneven times, some of one series twice at the same time, in the order of no clock. */
function randomPoints(seed: number, spacingMs = 20_000): Point[] {
  const random = createRandom(seed).next;
  return SERIES.flatMap(([kind, site, device, metric]) => {
    const points: Point[] = [];
    for (let ts = FROM; ts < TO; ts += 1 + Math.floor(random() * spacingMs)) {
      const point = { kind, site, device, metric, ts, value: Math.round(random() * 1e4) / 100 };
      points.push(point);
      if (random() < 0.02) points.push({ ...point, value: Math.round(random() * 1e4) / 100 });
      if (random() < 0.02) ts += 17 * MINUTE;
    }
    return points;
  });
}

function ofSeries(points: readonly Point[], [kind, site, device, metric]: (typeof SERIES)[number]) {
  return points.filter(
    (one) =>
      one.kind === kind && one.site === site && one.device === device && one.metric === metric,
  );
}

/** Equal but for the rounding of a mean. */
function expectSame(actual: readonly Bucket[], expected: readonly Bucket[]): void {
  const rounded = (buckets: readonly Bucket[]) =>
    buckets.map((bucket) => ({ ...bucket, mean: Number(bucket.mean.toFixed(6)) }));
  expect(rounded(actual)).toEqual(rounded(expected));
}

const WIDTH = { raw: 1, minute: MINUTE, hour: HOUR };

async function stored(store: SeriesStore, series: (typeof SERIES)[number], resolution: Resolution) {
  const [kind, site, device, metric] = series;
  const bucketMs = WIDTH[resolution];
  const span = { fromMs: TODAY - 10 * DAY, toMs: TODAY + DAY };
  const query = { kind, site, device, metric, ...span, bucketMs, resolution };
  return (await store.series(query)).buckets;
}

async function expectRolledUp(store: SeriesStore, points: readonly Point[]): Promise<void> {
  for (const series of SERIES) {
    for (const resolution of ['minute', 'hour'] as const) {
      const expected = bucketsOf(ofSeries(points, series), WIDTH[resolution]);
      expect(expected.length).toBeGreaterThan(0);
      expectSame(await stored(store, series, resolution), expected);
    }
  }
}

describe.each(['InfluxDB', 'DuckDB'] as const)('%s', (name) => {
  test.each([1, 2])('rollups are what the raw points say, seed %i', async (seed) => {
    await using opened = await openStore(name);
    const points = randomPoints(seed);
    await writePoints(opened.store, opened.minutes, points);
    await opened.rollup.run();
    await expectRolledUp(opened.store, points);
    expect(await opened.minutes.due(1)).toEqual([]);
  });

  test('late points mend the minutes and hours that they belong to', async () => {
    await using opened = await openStore(name);
    const points = randomPoints(3);
    const [late, early] = [points.filter((_, index) => index % 7 === 0), points];
    const inTime = early.filter((_, index) => index % 7 !== 0);
    await writePoints(opened.store, opened.minutes, inTime);
    await opened.rollup.run();
    await writePoints(opened.store, opened.minutes, late);
    await opened.rollup.run();
    await expectRolledUp(opened.store, [...inTime, ...late]);
  });

  test('doing it again changes nothing', async () => {
    await using opened = await openStore(name);
    const points = randomPoints(4, 200_000);
    await writePoints(opened.store, opened.minutes, points);
    await opened.rollup.run();
    opened.minutes.store(...points.map(({ ts }) => ts));
    await opened.rollup.run();
    await expectRolledUp(opened.store, points);
  });

  test('a trend says the same from rollups as from raw points, at any edges', async () => {
    await using opened = await openStore(name);
    const random = createRandom(5).next;
    const points = randomPoints(5);
    await writePoints(opened.store, opened.minutes, points);
    await opened.rollup.run();
    const [kind, site, device, metric] = SERIES[0];
    for (let round = 0; round < 8; round += 1) {
      const fromMs = FROM + Math.floor(random() * 3 * HOUR);
      const toMs = TO - Math.floor(random() * 3 * HOUR);
      const span = { kind, site, device, metric, fromMs, toMs };
      const trend = await opened.trends.trend({ ...span, points: 1 + Math.floor(random() * 30) });
      expect(trend.resolution).toBe('minute');
      expect(trend.bucketMs % MINUTE).toBe(0);
      const { buckets } = await opened.store.series({
        ...span,
        bucketMs: trend.bucketMs,
        resolution: 'raw',
      });
      expect(buckets.length).toBeGreaterThan(0);
      expectSame(trend.buckets, buckets);
    }
  });

  test('a trend over hours has the parts of hours at its edges and what is not rolled up yet', async () => {
    await using opened = await openStore(name);
    const points = randomPoints(6);
    await writePoints(opened.store, opened.minutes, points);
    const [kind, site, device, metric] = SERIES[0];
    const span = { kind, site, device, metric, fromMs: FROM + 5 * MINUTE + 1, toMs: TO + DAY };
    const ask = () => opened.trends.trend({ ...span, points: 8 });
    const expected = bucketsOf(
      ofSeries(points, SERIES[0]).filter(({ ts }) => ts >= span.fromMs),
      5 * HOUR,
    );
    expect(await ask()).toMatchObject({ resolution: 'hour', bucketMs: 5 * HOUR });
    expectSame((await ask()).buckets, expected);
    opened.clock.ms = Math.floor(TO / HOUR) * HOUR - 20 * MINUTE;
    await opened.rollup.run();
    expect((await stored(opened.store, SERIES[0], 'hour')).length).toBeGreaterThan(0);
    expectSame((await ask()).buckets, expected);
  });

  test('retention deletes exactly what is older', async () => {
    await using opened = await openStore(name);
    const month = monthBegin(TODAY);
    const at = [40, 33, 10, 3].map((days) => month - days * DAY + 5 * MINUTE);
    at.push(month + 5 * MINUTE, TODAY - DAY - MINUTE, TODAY - DAY);
    const times = [...new Set(at)].sort((a, b) => a - b);
    const [kind, site, device, metric] = SERIES[0];
    const points = times.map((ts, index) => ({ kind, site, device, metric, ts, value: index }));
    await writePoints(opened.store, opened.minutes, points);
    await opened.rollup.run();
    const before = await timesOf(opened.store, SERIES[0], month - 60 * DAY);
    expect(before).toEqual({
      raw: times,
      minute: times,
      hour: [...new Set(times.map((ts) => Math.floor(ts / HOUR) * HOUR))],
    });
    const secondsSince = (ms: number) => (NOW - ms) / 1000;
    opened.rollup.configure({
      raw: secondsSince(TODAY - DAY + HOUR),
      minute: secondsSince(month - 10 * DAY),
      hour: secondsSince(month),
    });
    opened.rollup.expireNext();
    await opened.rollup.run();
    expect(opened.messages).not.toContain('rollup: not possible now, tried every minute');
    expect(await timesOf(opened.store, SERIES[0], month - 60 * DAY)).toEqual({
      raw: times.filter((ts) => ts >= TODAY - DAY),
      minute: times.filter((ts) => ts >= month - 10 * DAY),
      hour: before.hour.filter((ts) => ts >= month),
    });
  });

  test('what raw points no longer tell comes from the rollup', async () => {
    await using opened = await openStore(name);
    const points = randomPoints(8);
    await writePoints(opened.store, opened.minutes, points);
    await opened.rollup.run();
    opened.rollup.configure({ raw: 86_400 });
    opened.rollup.expireNext();
    await opened.rollup.run();
    expect(await stored(opened.store, SERIES[0], 'raw')).toEqual([]);
    const [kind, site, device, metric] = SERIES[0];
    const fromMs = FROM - (FROM % MINUTE);
    const span = { kind, site, device, metric, fromMs: FROM, toMs: FROM + 10 * MINUTE };
    const trend = await opened.trends.trend({ ...span, points: 500 });
    expect(trend).toMatchObject({ resolution: 'minute', bucketMs: MINUTE });
    const known = ofSeries(points, SERIES[0]).filter(({ ts }) => ts < fromMs + 11 * MINUTE);
    expectSame(trend.buckets, bucketsOf(known, MINUTE));
  });

  test('nothing is deleted where nothing is configured', async () => {
    await using opened = await openStore(name);
    const [kind, site, device, metric] = SERIES[0];
    const ts = Date.UTC(2020, 0, 2, 3, 4, 5);
    const point = { kind, site, device, metric, ts, value: 1 };
    await writePoints(opened.store, opened.minutes, [point]);
    await opened.rollup.run();
    const minute = Math.floor(ts / MINUTE) * MINUTE;
    expect(await timesOf(opened.store, SERIES[0], ts - DAY, ts + DAY)).toEqual({
      raw: [ts],
      minute: [minute],
      hour: [Math.floor(ts / HOUR) * HOUR],
    });
  });
});

/** The times of what is stored of a series, by resolution. */
async function timesOf(
  store: SeriesStore,
  [kind, site, device, metric]: (typeof SERIES)[number],
  from: number,
  to = TODAY + DAY,
) {
  const times = async (resolution: Resolution) => {
    const [fromMs, toMs] = [Math.floor(from / HOUR) * HOUR, Math.ceil(to / HOUR) * HOUR];
    const subject = { kind, site, device, metric };
    const query = { ...subject, fromMs, toMs, bucketMs: WIDTH[resolution], resolution };
    return (await store.series(query)).buckets.map(({ ts }) => ts);
  };
  return { raw: await times('raw'), minute: await times('minute'), hour: await times('hour') };
}

/** The begin of a UTC month: the embedded store keeps the hours of a month in one file. */
function monthBegin(ms: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}
