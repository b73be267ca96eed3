import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InfluxStore } from '../../src/adapters/influx/store.ts';
import { blockOf } from '../../src/domain/line-block.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';

const log = pino({ level: 'silent' });
const NOW = Date.now();
const HOUR = 3_600_000;

const line = (charge: string, ts = NOW, device = 'ups-1') =>
  `ups,site=a,device=${device} battery.charge=${charge} ${ts}`;

let influxd: Influxd;

beforeAll(async () => {
  influxd = await startInfluxd();
});

afterAll(async () => {
  await influxd?.[Symbol.asyncDispose]();
});

const openStore = (database: string, server = influxd) =>
  new InfluxStore({ url: `${server.url}/${database}`, log });

describe('the real InfluxDB', () => {
  test('takes lines, and creates the database where it is missing', async () => {
    const store = openStore('missing');
    expect(await store.write(blockOf([line('50')]))).toEqual({ outcome: 'stored' });
    const rows = await influxd.query('missing', 'SELECT "battery.charge" FROM ups');
    expect(rows.map((row) => row['battery.charge'])).toEqual([50]);
  });

  test('answers a probe without storing anything', async () => {
    const store = openStore('probed');
    expect(await store.probe()).toEqual({ outcome: 'stored' });
    expect(await influxd.query('probed', 'SHOW MEASUREMENTS')).toEqual([]);
  });

  test('refuses a field of another type, and the block is to be split', async () => {
    const store = openStore('conflict');
    await store.write(blockOf([line('50')]));
    expect(await store.write(blockOf([line('"full"', NOW + 1)]))).toMatchObject({
      outcome: 'split',
      state: 'field_type_conflict',
      detail: expect.stringContaining('battery.charge'),
    });
  });

  test('refuses what is no line, and the block is to be split', async () => {
    const store = openStore('unparsable');
    expect(await store.write(blockOf(['no line at all']))).toMatchObject({
      outcome: 'split',
      state: 'points_refused',
    });
  });

  test('refuses points past the retention, and tells where it begins', async () => {
    const store = openStore('short');
    await influxd.query('short', 'CREATE DATABASE short WITH DURATION 2h');
    const outcome = await store.write(blockOf([line('50', NOW - 100 * HOUR)]));
    expect(outcome).toMatchObject({ outcome: 'split', state: 'points_expired' });
    const { keptSince } = outcome as { keptSince?: number };
    expect(keptSince).toBeGreaterThanOrEqual(NOW - 2 * HOUR);
    expect(keptSince).toBeLessThanOrEqual(Date.now() - 2 * HOUR);
  });

  test('misses the retention policy that the database should have', async () => {
    const store = openStore('bare');
    await influxd.query('bare', 'CREATE DATABASE bare');
    await influxd.query('bare', 'DROP RETENTION POLICY autogen ON bare');
    expect(await store.write(blockOf([line('50')]))).toMatchObject({
      outcome: 'pause',
      state: 'retention_policy_missing',
    });
  });
});

describe('an InfluxDB with users', () => {
  let guarded: Influxd;

  beforeAll(async () => {
    guarded = await startInfluxd({ isAuthenticated: true });
    const admin = `CREATE USER admin WITH PASSWORD 'a' WITH ALL PRIVILEGES`;
    await guarded.query('', admin);
  });

  afterAll(async () => {
    await guarded?.[Symbol.asyncDispose]();
  });

  const storeOf = (user: string, database: string) => {
    const { host } = new URL(guarded.url);
    return new InfluxStore({ url: `http://${user}@${host}/${database}`, log });
  };

  test.each(['nobody:x', 'admin:wrong'])('refuses %s', async (user) => {
    expect(await storeOf(user, 'db').write(blockOf([line('50')]))).toMatchObject({
      outcome: 'pause',
      state: 'unauthorized',
    });
  });

  test('takes points of a user who may write and not create', async () => {
    const admin = storeOf('admin:a', 'own');
    await admin.write(blockOf([line('49')]));
    await guarded.query('own', `CREATE USER writer WITH PASSWORD 'w'`, 'admin:a');
    await guarded.query('own', 'GRANT WRITE ON own TO writer', 'admin:a');
    const store = storeOf('writer:w', 'own');
    await store.start();
    expect(await store.write(blockOf([line('50')]))).toEqual({ outcome: 'stored' });
  });
});

test('InfluxDB away is a retry, and the same store writes again when it is back', async () => {
  const store = openStore('later');
  await influxd.kill();
  await store.start();
  expect(await store.write(blockOf([line('50')]))).toMatchObject({
    outcome: 'retry',
    state: 'unreachable',
  });
  await influxd.restart();
  await expect
    .poll(async () => (await store.write(blockOf([line('50')]))).outcome, { timeout: 15_000 })
    .toBe('stored');
});

test('a write is given up when the caller stops', async () => {
  const store = openStore('paused');
  influxd.pause();
  const stop = new AbortController();
  const outcome = store.write(blockOf([line('50')]), stop.signal);
  stop.abort();
  expect(await outcome).toMatchObject({ outcome: 'retry' });
  influxd.resume();
});
