import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DuckdbStore } from '../../src/adapters/duckdb/store.ts';
import { blockOf } from '../../src/domain/line-block.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const log = pino({ level: 'silent' });
const FROM = Date.UTC(2026, 10, 25, 12);
const query = {
  kind: 'ups',
  site: 'a',
  device: 'ups-1',
  metric: 'battery.charge',
  resolution: 'raw' as const,
  fromMs: FROM,
  toMs: FROM + 60_000,
  bucketMs: 60_000,
};

let folder: TempFolder;
let copied: TempFolder;
let store: DuckdbStore;

const open = (path: string) => new DuckdbStore({ folder: path, memoryLimit: '64MB', log });
const write = (second: number) =>
  store.write(blockOf([`ups,site=a,device=ups-1 battery.charge=90 ${FROM + second * 1000}`]));

async function countIn(one: DuckdbStore): Promise<number> {
  const { buckets } = await one.series(query);
  return buckets.reduce((sum, { count }) => sum + count, 0);
}

beforeEach(async () => {
  folder = await tempFolder('standstill');
  copied = await tempFolder('standstill-copy');
  store = open(folder.path);
  await store.start();
});

afterEach(async () => {
  await store.stop();
  await folder.remove();
  await copied.remove();
});

test('while the store stands still its file is whole, reads go on and writes wait', async () => {
  await write(1);
  const resume = await store.standStill();
  const order: string[] = [];
  const waiting = write(2).then(({ outcome }) => order.push(outcome));
  const rolled = store.rollMinutes(query).then(() => order.push('rolled'));
  expect(await countIn(store)).toBe(1);
  copyFileSync(join(folder.path, 'series.duckdb'), join(copied.path, 'series.duckdb'));
  order.push('resumed');
  resume();
  await Promise.all([waiting, rolled]);
  expect(order[0]).toBe('resumed');
  expect(await countIn(store)).toBe(2);
  const copy = open(copied.path);
  await copy.start();
  expect(await countIn(copy)).toBe(1);
  await copy.stop();
});

test('a second standstill is refused, and may follow the first', async () => {
  const resume = await store.standStill();
  await expect(store.standStill()).rejects.toMatchObject({
    code: 'SVT_STORE_UNREACHABLE',
    retryable: true,
  });
  resume();
  (await store.standStill())();
  expect(await write(1)).toEqual({ outcome: 'stored' });
});

test('a store that is not open refuses, and is not held when it opens', async () => {
  const other = open(copied.path);
  await expect(other.standStill()).rejects.toMatchObject({ code: 'SVT_STORE_UNREACHABLE' });
  await other.start();
  await expect(countIn(other)).resolves.toBe(0);
  await other.rollMinutes(query);
  await other.stop();
});
