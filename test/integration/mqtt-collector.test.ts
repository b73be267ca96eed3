import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectDevice, recentTimes, type SimulatedDevice } from '../support/device.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { activeAlarms, findDevice, rejectsOf, untilDependency } from '../support/monitor-api.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { upsPayload } from '../support/telemetry.ts';
import { until } from '../support/wait.ts';

const ONLINE = '{"online":true}';

let broker: Mosquitto;
let influxd: Influxd;
let monitor: Monitor;
let device: SimulatedDevice;

beforeEach(async () => {
  broker = await startMosquitto();
  influxd = await startInfluxd();
  monitor = await startMonitor({
    SVITLO_MQTT_URL: broker.url,
    SVITLO_INFLUX_URL: `${influxd.url}/svitlo`,
  });
  device = await connectDevice({ url: broker.url, hasWill: true });
});

afterEach(async () => {
  await device?.[Symbol.asyncDispose]();
  await monitor?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
  await influxd?.[Symbol.asyncDispose]();
});

const freshness = async (id: string) => (await findDevice(monitor, 'site-1', id))?.freshness;

async function untilFreshness(id: string, expected: string): Promise<void> {
  await until(async () => (await freshness(id)) === expected, { what: `${id} to be ${expected}` });
}

async function pointTimes(id = 'ups-1'): Promise<unknown[]> {
  const query = `SELECT "battery.charge" FROM ups WHERE device='${id}' ORDER BY time`;
  return (await influxd.query('svitlo', query)).map(({ time }) => time);
}

async function expectPointsAt(times: readonly number[], id = 'ups-1'): Promise<void> {
  await until(async () => (await pointTimes(id)).length >= times.length, {
    what: `${times.length} points of ${id} in InfluxDB`,
    timeoutMs: 40_000,
  });
  expect(await pointTimes(id)).toEqual(times);
}

/** Sends on a connection of its own, and resolves once the monitor shows the device as live. */
async function passMark(id: string): Promise<void> {
  const address = `svitlo/v1/site-1/ups/${id}`;
  await using other = await connectDevice({ url: broker.url, address });
  await other.send(upsPayload(Date.now()));
  await untilFreshness(id, 'live');
}

describe('what the broker accepted is in the store once', () => {
  test('after kill -9 of the monitor in the middle of 2,000 messages of four devices', async () => {
    const times = recentTimes(500);
    const ids = ['ups-11', 'ups-12', 'ups-13', 'ups-14'];
    const devices = await Promise.all(
      ids.map((id) => connectDevice({ url: broker.url, address: `svitlo/v1/site-1/ups/${id}` })),
    );
    const sent = Promise.all(devices.map((one) => one.sendAll(times)));
    await until(async () => (await freshness('ups-11')) === 'live', { what: 'the first messages' });
    await monitor.kill();
    await sent;
    await monitor.restart();
    for (const id of ids) await expectPointsAt(times, id);
    await Promise.all(devices.map((one) => one[Symbol.asyncDispose]()));
  });

  test('after kill -9 of a monitor that had received it and whose disk hung', async () => {
    const spool = new DatabaseSync(join(monitor.dataDir, 'spool.db'));
    spool.exec('BEGIN IMMEDIATE');
    const times = recentTimes(200);
    await device.sendAll(times);
    await untilFreshness('ups-1', 'live');
    await monitor.kill();
    spool.exec('ROLLBACK');
    expect(spool.prepare('SELECT count(*) AS batches FROM batch').get()).toEqual({ batches: 0 });
    spool.close();
    await monitor.restart();
    await expectPointsAt(times);
  });

  test('when the disk refuses for a while, without a restart', async () => {
    const spool = new DatabaseSync(join(monitor.dataDir, 'spool.db'));
    spool.exec(
      "CREATE TRIGGER refuse BEFORE INSERT ON batch BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    const times = recentTimes(200);
    await device.sendAll(times);
    await untilDependency(monitor, 'spool', 'failing');
    spool.exec('DROP TRIGGER refuse');
    spool.close();
    await expectPointsAt(times);
    await untilDependency(monitor, 'broker', 'ok');
  });

  test('when it was sent while the monitor was stopped', async () => {
    expect(await monitor.stop()).toBe(0);
    const times = recentTimes(200);
    await device.sendAll(times);
    await monitor.restart();
    await expectPointsAt(times);
  });

  test.each([
    ['has no clock', undefined],
    ['is an hour ahead', 3_600_000],
  ])('when a device that %s has a backlog at the broker', async (_, aheadMs) => {
    expect(await monitor.stop()).toBe(0);
    const numbers = Array.from({ length: 200 }, (__, number) => number);
    for (const number of numbers) {
      const ts = aheadMs === undefined ? {} : { ts: Date.now() + aheadMs };
      await device.send(JSON.stringify({ ...ts, onBatterySeconds: number }));
    }
    await monitor.restart();
    const stored = async () => {
      const rows = await influxd.query('svitlo', 'SELECT "onBatterySeconds" AS number FROM ups');
      return rows.map(({ number }) => number);
    };
    await until(async () => (await stored()).length >= numbers.length, { what: 'a point each' });
    expect(await stored()).toEqual(numbers);
  });

  test('when a device sends the same message twice', async () => {
    const [ts = 0] = recentTimes(1);
    await device.send(upsPayload(ts));
    await device.send(upsPayload(ts));
    await passMark('ups-2');
    await expectPointsAt([ts]);
  });
});

test('a disk that refuses holds no alarm back', async () => {
  const spool = new DatabaseSync(join(monitor.dataDir, 'spool.db'));
  spool.exec(
    "CREATE TRIGGER refuse BEFORE INSERT ON batch BEGIN SELECT RAISE(ABORT, 'disk full'); END",
  );
  spool.close();
  await device.send(upsPayload(Date.now(), 'OB DISCHRG'));
  await until(
    async () => (await activeAlarms(monitor)).includes('site-1.ups-1.UPS_ON_BATTERY UNACK'),
    { what: 'the alarm' },
  );
});

describe('a restart of the broker', () => {
  test('is survived: the monitor connects again and goes on', async () => {
    await broker.stop();
    await untilDependency(monitor, 'broker', 'unreachable');
    await broker.restart();
    await untilDependency(monitor, 'broker', 'ok');
    await passMark('ups-2');
  });

  test('that forgot the session costs nothing: the monitor subscribes again', async () => {
    await broker.kill();
    await untilDependency(monitor, 'broker', 'unreachable');
    await broker.restart();
    await untilDependency(monitor, 'broker', 'ok');
    await passMark('ups-2');
  });
});

describe('the state channel', () => {
  test('the last will makes a device offline at once', async () => {
    await device.send(ONLINE, 'state', true);
    await device.send(upsPayload(Date.now()));
    await untilFreshness('ups-1', 'live');
    await device.vanish();
    await untilFreshness('ups-1', 'offline');
  });

  test('a retained online:true proves nothing at the next start', async () => {
    await device.send(ONLINE, 'state', true);
    await untilFreshness('ups-1', 'live');
    await monitor.stop();
    await monitor.restart();
    await passMark('ups-2');
    expect(await freshness('ups-1')).toBe('offline');
  });

  test('a retained state is no new point at each start', async () => {
    await device.send(ONLINE, 'state', true);
    await untilFreshness('ups-1', 'live');
    await monitor.stop();
    await monitor.restart();
    await passMark('ups-2');
    await expectPointsOfState(1);
  });

  test('a device that died while the monitor was away is offline after its start', async () => {
    await device.send(ONLINE, 'state', true);
    await device.send(upsPayload(Date.now()));
    await untilFreshness('ups-1', 'live');
    await monitor.stop();
    await device.vanish();
    await monitor.restart();
    await passMark('ups-2');
    expect(await freshness('ups-1')).toBe('offline');
  });

  async function expectPointsOfState(count: number): Promise<void> {
    const query = `SELECT "online" FROM ups WHERE device='ups-1'`;
    await until(async () => (await pointTimes('ups-2')).length === 1, { what: 'the mark' });
    expect(await influxd.query('svitlo', query)).toHaveLength(count);
  }
});

describe('bad input', () => {
  test('is listed with its reason, and disturbs nothing around it', async () => {
    const [first = 0, second = 0] = recentTimes(2);
    await device.send(upsPayload(first));
    for (const payload of [
      '{',
      '[1]',
      '{"ts":"yesterday"}',
      `{"ts":1,"x":"${'y'.repeat(65_536)}"}`,
    ])
      await device.send(payload);
    await device.send(upsPayload(second));
    await expectPointsAt([first, second]);
    expect((await rejectsOf(monitor)).counts).toEqual({
      not_json: 1,
      not_object: 1,
      bad_ts: 1,
      too_large: 1,
    });
  });

  test('is acknowledged: it does not come again with the next start', async () => {
    await device.send('{');
    await until(async () => (await rejectsOf(monitor)).counts.not_json === 1, { what: 'it' });
    await monitor.stop();
    await monitor.restart();
    await passMark('ups-2');
    expect((await rejectsOf(monitor)).counts).toEqual({});
  });

  test('of another kind than the device has is refused', async () => {
    await device.send(upsPayload(Date.now()));
    const address = 'svitlo/v1/site-1/scanner/ups-1';
    await using impostor = await connectDevice({ url: broker.url, address });
    await impostor.send('{"state":"ready"}');
    await until(async () => (await rejectsOf(monitor)).counts.kind_conflict === 1, {
      what: 'the conflict to be listed',
    });
    expect(await findDevice(monitor, 'site-1', 'ups-1')).toMatchObject({ kind: 'ups' });
  });
});
