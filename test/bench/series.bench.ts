import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createRandom } from '../../simulators/random.ts';
import { DuckdbStore } from '../../src/adapters/duckdb/store.ts';
import { InfluxStore } from '../../src/adapters/influx/store.ts';
import { settingsSchema } from '../../src/contract/config.ts';
import type { SeriesAnswer } from '../../src/contract/http.ts';
import { blockOf } from '../../src/domain/line-block.ts';
import { Rollup } from '../../src/pipeline/rollup.ts';
import { createTrends } from '../../src/pipeline/trends.ts';
import type { SeriesStore } from '../../src/ports.ts';
import { FakeClock } from '../support/fake-ports.ts';
import { createTestServer } from '../support/http-server.ts';
import { startInfluxd } from '../support/influxd.ts';
import { FakeStoredMinutes } from '../support/rollups.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { percentile, report } from './figures.ts';

const log = pino({ level: 'silent' });
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const DAYS = 30;
const INTERVAL_MS = 5000;
const DEVICES = 21;
const METRICS = ['battery.charge', 'input.voltage', 'ups.load'];
const POINTS = 500;
const COLD = 5;
const WARM = 15;
const TO = Math.floor(Date.now() / HOUR) * HOUR + 17 * MINUTE;
const FROM = TO - DAYS * DAY;

/** Every device's points of an hour, in the order of time as they come in. */
function* hourOfLines(fromMs: number, next: () => number): Generator<string[]> {
  let lines: string[] = [];
  for (let ts = fromMs; ts < Math.min(fromMs + HOUR, TO); ts += INTERVAL_MS) {
    for (let device = 1; device <= DEVICES; device += 1) {
      const fields = METRICS.map((metric) => `${metric}=${Math.round(next() * 1000) / 10}`);
      lines.push(`ups,site=krakivets,device=ups-${device} ${fields.join(',')} ${ts + device}`);
      if (lines.length < 5000) continue;
      yield lines;
      lines = [];
    }
  }
  yield lines;
}

async function load(store: SeriesStore, dayIsOver: (ms: number) => Promise<void>): Promise<void> {
  const { next } = createRandom(1);
  for (let hour = FROM; hour < TO; hour += HOUR) {
    for (const lines of hourOfLines(hour, next)) await store.write(blockOf(lines));
    if (hour % DAY < HOUR) await dayIsOver(hour);
  }
}

/** Rolls up all of it, as after 30 days away; returns minutes rolled up a second. */
async function rollUp(store: SeriesStore): Promise<number> {
  const minutes = new FakeStoredMinutes();
  for (let ts = FROM; ts < TO; ts += MINUTE) minutes.store(ts);
  const count = minutes.versions.size;
  const clock = new FakeClock(TO + MINUTE);
  const rollup = new Rollup({ minutes, store, clock, log });
  const startedAt = performance.now();
  await rollup.run();
  return count / ((performance.now() - startedAt) / 1000);
}

/** How long the API takes to answer (ms), a metric and an end of its own each time. */
async function ask(store: SeriesStore, round: number): Promise<number> {
  const clock = new FakeClock(TO + MINUTE);
  const trends = createTrends({ store, clock, retention: () => ({}) });
  const { server } = createTestServer({ trends });
  const toMs = TO - round * 7919;
  const query = new URLSearchParams({
    metric: METRICS[round % METRICS.length] ?? '',
    from: new Date(toMs - DAYS * DAY).toISOString(),
    to: new Date(toMs).toISOString(),
    points: `${POINTS}`,
  });
  const url = `/api/v1/devices/krakivets/ups-1/series?${query}`;
  await server.ready();
  const startedAt = performance.now();
  const answer = await server.inject(url);
  const tookMs = performance.now() - startedAt;
  const { buckets, resolution } = answer.json() as SeriesAnswer;
  expect(resolution).toBe('minute');
  expect(buckets.length).toBeGreaterThan(0.98 * POINTS);
  await server.close();
  return tookMs;
}

async function measure(name: string, store: SeriesStore, restart: () => Promise<SeriesStore>) {
  const rolled = await rollUp(store);
  const cold: number[] = [];
  let current = store;
  for (let round = 0; round < COLD; round += 1) {
    current = await restart();
    cold.push(await ask(current, round));
  }
  const warm: number[] = [];
  for (let round = 0; round < WARM; round += 1) warm.push(await ask(current, round));
  await current.stop();
  report(`series, 30 days at 0.2 Hz, 500 buckets, ${name}`, {
    'cold ms p50': percentile(cold, 0.5),
    'cold max': Math.max(...cold),
    'warm ms p50': percentile(warm, 0.5),
    'warm max': Math.max(...warm),
    'minutes rolled up a second': rolled,
  });
}

test('30 days of one metric from DuckDB', async () => {
  await using folder = await tempFolder('bench-series');
  const memoryLimit = settingsSchema.parse({}).duckdbMemory;
  const open = async () => {
    const opened = new DuckdbStore({ folder: join(folder.path, 'series'), memoryLimit, log });
    await opened.start();
    return opened;
  };
  let store = await open();
  await load(store, (ms) => store.rollFinishedDays(ms));
  await measure('DuckDB', store, async () => {
    await store.stop();
    store = await open();
    return store;
  });
});

test('30 days of one metric from InfluxDB', async () => {
  await using influxd = await startInfluxd();
  const open = () => new InfluxStore({ url: `${influxd.url}/svitlo`, log });
  const store = open();
  await store.start();
  await load(store, async () => {});
  await measure('InfluxDB', store, async () => {
    await influxd.restart();
    return open();
  });
});
