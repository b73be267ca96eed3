import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InfluxStore } from '../../src/adapters/influx/store.ts';
import type { SqliteSpool } from '../../src/adapters/sqlite/spool.ts';
import { viewOf } from '../../src/domain/line-block.ts';
import { Drain } from '../../src/pipeline/drain.ts';
import { Rollup } from '../../src/pipeline/rollup.ts';
import { FakeClock } from '../support/fake-ports.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { openSpool } from '../support/spool.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

const log = pino({ level: 'silent' });
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FROM = Math.floor(Date.now() / HOUR) * HOUR - 2 * HOUR;

let influxd: Influxd;
let folder: TempFolder;
let spool: SqliteSpool;
let drain: Drain;

beforeEach(async () => {
  influxd = await startInfluxd();
  folder = await tempFolder('rollup-chain');
  spool = openSpool(join(folder.path, 'spool.db'));
});

afterEach(async () => {
  await drain?.stop();
  await spool?.stop();
  await influxd?.[Symbol.asyncDispose]();
  await folder?.remove();
});

test('what the spool delivers is rolled up, and a point that comes late mends its minute and hour', async () => {
  const store = new InfluxStore({ url: `${influxd.url}/svitlo`, log });
  await store.start();
  drain = new Drain({ spool, store, log });
  const rollup = new Rollup({ minutes: spool, store, clock: new FakeClock(Date.now()), log });
  const deliver = async (ts: number, charge: number) => {
    await spool.append(viewOf(`ups,site=a,device=ups-1 battery.charge=${charge} ${ts}`));
    await until(() => spool.depth().points === 0, { what: 'the point to be stored' });
  };
  const mean = async (measurement: string) => {
    const text = `SELECT "battery.charge:mean" AS mean, "battery.charge:count" AS n FROM ${measurement}`;
    return (await influxd.query('svitlo', text)).map(({ time, mean: value, n }) => [
      Number(time) - FROM,
      value,
      n,
    ]);
  };
  drain.start();
  await deliver(FROM, 90);
  await deliver(FROM + MINUTE, 50);
  await rollup.run();
  expect(await mean('ups_1m')).toEqual([
    [0, 90, 1],
    [MINUTE, 50, 1],
  ]);
  expect(await mean('ups_1h')).toEqual([[0, 70, 2]]);
  expect(await spool.due(10)).toEqual([]);

  await deliver(FROM + 1000, 80);
  expect(await spool.due(10)).toMatchObject([{ ts: FROM }]);
  await rollup.run();
  expect(await mean('ups_1m')).toEqual([
    [0, 85, 2],
    [MINUTE, 50, 1],
  ]);
  expect((await mean('ups_1h'))[0]?.[1]).toBeCloseTo(220 / 3, 6);
  expect(await spool.due(10)).toEqual([]);
});
