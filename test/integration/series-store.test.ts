import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DuckdbStore } from '../../src/adapters/duckdb/store.ts';
import { InfluxStore } from '../../src/adapters/influx/store.ts';
import { settingsSchema } from '../../src/contract/config.ts';
import { blockOf } from '../../src/domain/line-block.ts';
import type { SeriesStore } from '../../src/ports.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const log = pino({ level: 'silent' });
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const FROM = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE;
const query = {
  kind: 'ups',
  site: 'a',
  device: 'ups-1',
  metric: 'battery.charge',
  resolution: 'raw' as const,
};
const range = { fromMs: FROM, toMs: FROM + 2 * MINUTE, bucketMs: MINUTE };

const line = (ts: number, charge: number, device = 'ups-1') =>
  `ups,site=a,device=${device} battery.charge=${charge},ups.status="OB \\"LB\\" it's" ${ts}`;

let influxd: Influxd;
let folder: TempFolder;
const stores = new Map<string, SeriesStore>();

beforeAll(async () => {
  influxd = await startInfluxd();
  folder = await tempFolder('series');
  stores.set('InfluxDB', new InfluxStore({ url: `${influxd.url}/fresh`, log }));
  stores.set('DuckDB', new DuckdbStore({ folder: folder.path, memoryLimit: '64MB', log }));
  for (const store of stores.values()) await store.start();
});

afterAll(async () => {
  for (const store of stores.values()) await store.stop();
  await influxd?.[Symbol.asyncDispose]();
  await folder?.remove();
});

describe.each(['InfluxDB', 'DuckDB'])('%s', (name) => {
  const store = () => {
    const found = stores.get(name);
    if (found === undefined) throw new Error(`no store ${name}`);
    return found;
  };

  test('answers min, mean, max and last a bucket, and a repeated point once', async () => {
    const lines = [line(FROM, 90), line(FROM + 1000, 80), line(FROM + MINUTE, 70)];
    await store().write(blockOf([...lines, line(FROM, 10, 'ups-2')]));
    await store().write(blockOf(lines));
    expect(await store().series({ ...query, ...range })).toEqual({
      buckets: [
        { ts: FROM, min: 80, mean: 85, max: 90, last: 80, count: 2 },
        { ts: FROM + MINUTE, min: 70, mean: 70, max: 70, last: 70, count: 1 },
      ],
    });
  });

  test('answers nothing for a device that it does not know', async () => {
    expect(await store().series({ ...query, ...range, site: "x' OR 1=1" })).toEqual({
      buckets: [],
    });
  });
});

test('DuckDB rolls finished days into a Parquet file a day, once, and still answers from it', async () => {
  const place = await tempFolder('roll');
  const store = new DuckdbStore({ folder: place.path, memoryLimit: '64MB', log });
  await store.start();
  const day = Date.UTC(2026, 0, 5);
  await store.write(blockOf([line(day, 90), line(day + 1000, 80)]));
  await store.rollFinishedDays(day + 2 * 86_400_000);
  await store.write(blockOf([line(day + 2000, 10), line(day, 91)]));
  await store.rollFinishedDays(day + 2 * 86_400_000);
  const at = { fromMs: day, toMs: day + MINUTE, bucketMs: MINUTE };
  expect(await store.series({ ...query, ...at })).toMatchObject({
    buckets: [{ min: 10, max: 91, last: 10 }],
  });
  await store.stop();
  expect(await readdir(join(place.path, 'ups'))).toEqual(['2026-01-05.parquet']);
  await place.remove();
});

describe('DuckDB adds late points to the file of their day', () => {
  const day = Date.UTC(2026, 0, 5);
  const file = 'series.duckdb';
  const damage = {
    'after a new start': async () => {},
    'after its file was damaged and begun anew': (path: string) =>
      writeFile(join(path, file), Buffer.alloc(8192, 'x')),
  };

  test.each(Object.entries(damage))('%s', async (_, tamper) => {
    await using own = await tempFolder('series-late');
    const open = async () => {
      const store = new DuckdbStore({ folder: own.path, memoryLimit: '64MB', log });
      await store.start();
      return store;
    };
    const before = await open();
    await before.write(blockOf([90, 80, 70, 60].map((charge, at) => line(day + at, charge))));
    await before.rollFinishedDays(day + DAY);
    await before.stop();
    await tamper(own.path);
    const store = await open();
    await store.write(blockOf([line(day + 3, 65), line(day + 4, 50)]));
    await store.rollFinishedDays(day + DAY);
    const at = { fromMs: day, toMs: day + MINUTE, bucketMs: 1 };
    const { buckets } = await store.series({ ...query, ...at });
    expect(buckets.map(({ last }) => last)).toEqual([90, 80, 70, 65, 50]);
    await store.stop();
  });
});

describe('DuckDB, where a Parquet file is damaged,', () => {
  const day = Date.UTC(2026, 0, 5);
  const garbage = Buffer.alloc(8192, 'x');
  const scanner = (ts: number) => `scanner,site=a,device=scanner-1 chiller.temp=20 ${ts}`;
  const refused = expect.objectContaining({ code: 'SVT_STORE_REFUSED', retryable: false });

  /** A store that has two days of both kinds in its table, and the first day's points of UPSs damaged. */
  async function openDamaged(folder: TempFolder): Promise<DuckdbStore> {
    const store = new DuckdbStore({ folder: folder.path, memoryLimit: '64MB', log });
    await store.start();
    await writeFile(join(folder.path, 'ups', '2026-01-05.parquet'), garbage);
    const lines = [day, day + DAY].flatMap((ts) => [line(ts, 90), scanner(ts)]);
    await store.write(blockOf(lines));
    return store;
  }

  test('moves every other day to its file, and says what it did not', async () => {
    await using own = await tempFolder('series-damaged');
    const store = await openDamaged(own);
    await expect(store.rollFinishedDays(day + 2 * DAY)).rejects.toEqual(refused);
    expect(await readdir(join(own.path, 'ups'))).toContain('2026-01-06.parquet');
    expect(await readdir(join(own.path, 'scanner'))).toHaveLength(2);
    const at = { fromMs: day, toMs: day + MINUTE, bucketMs: MINUTE };
    await expect(store.series({ ...query, ...at })).rejects.toEqual(refused);
    await store.stop();
  });

  test('rolls the other kinds up', async () => {
    await using own = await tempFolder('series-damaged');
    const store = await openDamaged(own);
    await expect(store.rollMinutes({ fromMs: day, toMs: day + HOUR })).rejects.toEqual(refused);
    await store.rollHours({ fromMs: day, toMs: day + HOUR });
    const of = { ...query, kind: 'scanner', device: 'scanner-1', metric: 'chiller.temp' };
    const at = { fromMs: day, toMs: day + HOUR, bucketMs: HOUR, resolution: 'hour' as const };
    expect((await store.series({ ...of, ...at })).buckets).toHaveLength(1);
    await store.stop();
  });

  test('packs the rollups of every other day', async () => {
    await using own = await tempFolder('series-damaged');
    const store = new DuckdbStore({ folder: own.path, memoryLimit: '64MB', log });
    await store.start();
    await store.write(blockOf([day, day + DAY].map((ts) => line(ts, 90))));
    await writeFile(join(own.path, 'ups_1m', '2026-01-05.parquet'), garbage);
    for (const fromMs of [day, day + DAY]) {
      await store.rollMinutes({ fromMs, toMs: fromMs + HOUR });
    }
    const next = { fromMs: day + DAY, toMs: day + DAY + HOUR };
    await expect(store.rollHours(next)).rejects.toEqual(refused);
    expect(await readdir(join(own.path, 'ups_1m'))).toContain('2026-01-06.parquet');
    await store.rollHours(next);
    await store.stop();
  });
});

test('DuckDB takes points past many checkpoints within its default memory', async () => {
  await using own = await tempFolder('series-full');
  const memoryLimit = settingsSchema.parse({}).duckdbMemory;
  const store = new DuckdbStore({ folder: own.path, memoryLimit, log });
  await store.start();
  const today = Math.floor(Date.now() / DAY) * DAY;
  const lineOf = (ts: number) => {
    const head = ts % 2 === 0 ? 'ups,site=a,device=ups-1' : 'scanner,site=a,device=scanner-1';
    return `${head} ${ts % 2 === 0 ? 'battery.charge' : 'chiller.temp'}=${ts % 100} ${ts}`;
  };
  for (let batch = 0; batch < 60; batch += 1) {
    const times = Array.from({ length: 5000 }, (_, index) => today + batch * 5000 + index);
    await store.write(blockOf(times.map(lineOf)));
  }
  const whole = { fromMs: today, toMs: today + DAY, bucketMs: DAY };
  const [bucket] = (await store.series({ ...query, ...whole })).buckets;
  expect(bucket).toMatchObject({ min: 0, max: 98, last: 98 });
  await store.stop();
});

test('DuckDB moves a day of many devices to its file within its default memory', async () => {
  await using own = await tempFolder('series-day');
  const memoryLimit = settingsSchema.parse({}).duckdbMemory;
  const store = new DuckdbStore({ folder: own.path, memoryLimit, log });
  await store.start();
  const day = Date.UTC(2026, 0, 5);
  const fields = ['battery.charge', 'battery.runtime', 'input.voltage', 'ups.load'];
  for (let from = 0; from < 17_280; from += 240) {
    const lines: string[] = [];
    for (let index = from; index < from + 240; index += 1) {
      for (let device = 1; device <= 21; device += 1) {
        const values = fields.map((field, at) => `${field}=${(index * 7 + device + at) % 100}`);
        lines.push(`ups,site=a,device=ups-${device} ${values.join(',')} ${day + index * 5000}`);
      }
    }
    await store.write(blockOf(lines));
  }
  await store.rollFinishedDays(day + DAY);
  expect(await readdir(join(own.path, 'ups'))).toEqual(['2026-01-05.parquet']);
  for (const device of ['ups-1', 'ups-21']) {
    const whole = { fromMs: day, toMs: day + DAY, bucketMs: DAY };
    const { buckets } = await store.series({ ...query, device, ...whole });
    expect(buckets).toMatchObject([{ ts: day, min: 0, max: 99, count: 17_280 }]);
  }
  await store.stop();
});

test('DuckDB keeps all metrics of two messages with one time, and knows new ones of old days', async () => {
  await using own = await tempFolder('series-merge');
  const store = new DuckdbStore({ folder: own.path, memoryLimit: '64MB', log });
  await store.start();
  const day = Date.UTC(2026, 0, 5);
  const head = 'ups,site=a,device=ups-1';
  await store.write(blockOf([`${head} battery.charge=50,ups.load=10 ${day}`]));
  await store.write(blockOf([`${head} online=true,ups.load=20 ${day}`]));
  await store.rollFinishedDays(day + DAY);
  const at = { fromMs: day, toMs: day + MINUTE, bucketMs: MINUTE };
  const last = async (metric: string) =>
    (await store.series({ ...query, ...at, metric })).buckets.map((bucket) => bucket.last);
  expect(await last('battery.charge')).toEqual([50]);
  expect(await last('ups.load')).toEqual([20]);
  expect(await last('input.voltage')).toEqual([]);
  await store.stop();
});
