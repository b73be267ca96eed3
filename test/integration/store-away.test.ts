import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectDevice, recentTimes, type SimulatedDevice } from '../support/device.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { activeAlarms, dependency, findDevice, untilDependency } from '../support/monitor-api.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { upsPayload } from '../support/telemetry.ts';
import { until } from '../support/wait.ts';

const ON_BATTERY = 'site-1.ups-1.UPS_ON_BATTERY UNACK';
const BACKLOG = 500;

let broker: Mosquitto;
let influxd: Influxd;
let monitor: Monitor;
let device: SimulatedDevice;

beforeEach(async () => {
  broker = await startMosquitto();
  influxd = await startInfluxd();
  monitor = await startMonitor(
    {
      SVITLO_MQTT_URL: broker.url,
      SVITLO_INFLUX_URL: `${influxd.url}/svitlo`,
      SVITLO_LOG_LEVEL: 'info',
    },
    '/healthz',
  );
  await untilDependency(monitor, 'broker', 'ok');
  device = await connectDevice({ url: broker.url });
});

afterEach(async () => {
  await device?.[Symbol.asyncDispose]();
  await monitor?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
  await influxd?.[Symbol.asyncDispose]();
});

async function pointTimes(): Promise<unknown[]> {
  const rows = await influxd.query('svitlo', 'SELECT "battery.charge" FROM ups ORDER BY time');
  return rows.map(({ time }) => time);
}

/** Waits for as many points as there are times, then compares them one by one. */
async function expectPointsAt(times: readonly number[]): Promise<void> {
  await until(async () => (await pointTimes()).length >= times.length, {
    what: `${times.length} points in InfluxDB`,
    timeoutMs: 40_000,
  });
  expect(await pointTimes()).toEqual(times);
}

const untilSeen = (ts: number) =>
  until(
    async () => {
      const reading = (await findDevice(monitor, 'site-1', 'ups-1'))?.metrics['battery.charge'];
      return reading !== undefined && Number(new Date(reading.ts)) >= ts;
    },
    { what: 'the newest message to be shown' },
  );

const untilAlarmed = () =>
  until(async () => (await activeAlarms(monitor)).includes(ON_BATTERY), { what: 'the alarm' });

test('a power cut is alarmed and shown while InfluxDB is away', async () => {
  await influxd.kill();
  await device.send(upsPayload(Date.now(), 'OB DISCHRG'));
  await untilAlarmed();
  expect(await findDevice(monitor, 'site-1', 'ups-1')).toMatchObject({
    power: 'battery',
    freshness: 'live',
  });
});

test('readiness names the store as unreachable and everything else as ready', async () => {
  await influxd.kill();
  await device.send(upsPayload(Date.now()));
  await untilDependency(monitor, 'store', 'unreachable');
  for (const name of ['broker', 'spool', 'journal']) {
    expect(await dependency(monitor, name), name).toEqual({ isReady: true, state: 'ok' });
  }
  expect((await fetch(`${monitor.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${monitor.url}/healthz`)).status).toBe(200);
});

test('a question about the past is answered as unavailable, not as empty', async () => {
  await device.send(upsPayload(Date.now()));
  await untilSeen(0);
  await influxd.kill();
  const path = '/api/v1/devices/site-1/ups-1/series?metric=battery.charge';
  const answer = await fetch(`${monitor.url}${path}`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'SVT_STORE_UNREACHABLE' });
});

test('every point that came while InfluxDB was away is there after it is back', async () => {
  await influxd.kill();
  const times = recentTimes(BACKLOG);
  await device.sendAll(times);
  await untilSeen(times.at(-1) ?? 0);
  await influxd.restart();
  await expectPointsAt(times);
});

test('kill -9 of the monitor while InfluxDB is away loses no point and no alarm', async () => {
  await influxd.kill();
  const times = recentTimes(BACKLOG);
  await device.sendAll(times.slice(0, BACKLOG / 2));
  await device.send(upsPayload(Date.now(), 'OB DISCHRG'));
  await untilAlarmed();
  await monitor.kill();
  await device.sendAll(times.slice(BACKLOG / 2));
  await monitor.restart();
  expect(await activeAlarms(monitor)).toContain(ON_BATTERY);
  await influxd.restart();
  await until(async () => (await pointTimes()).length > BACKLOG, { what: 'all points' });
  expect((await pointTimes()).slice(0, BACKLOG)).toEqual(times);
});

test('a monitor that never saw InfluxDB since its start delivers what it took before', async () => {
  await influxd.kill();
  const times = recentTimes(BACKLOG);
  await device.sendAll(times);
  await untilSeen(times.at(-1) ?? 0);
  await monitor.stop();
  await monitor.restart();
  await influxd.restart();
  await expectPointsAt(times);
});

test('an InfluxDB that takes connections and answers nothing holds no alarm back', async () => {
  influxd.pause();
  const ts = Date.now();
  await device.send(upsPayload(ts, 'OB DISCHRG'));
  await untilAlarmed();
  influxd.resume();
  await expectPointsAt([ts]);
});

describe('while InfluxDB takes connections and answers nothing', () => {
  beforeEach(async () => {
    influxd.pause();
    await monitor.kill();
    await monitor.restart();
  });

  test('a start alarms before its first request is given up', async () => {
    await device.send(upsPayload(Date.now(), 'OB DISCHRG'));
    await untilAlarmed();
    const givenUp = 'the database was not created';
    expect(monitor.output()).not.toContain(givenUp);
    await until(() => monitor.output().includes(givenUp), { what: 'the request to be given up' });
  });

  test('SIGTERM ends the monitor with status 0, and the order of messages is saved', async () => {
    const ts = Date.now();
    await device.send(upsPayload(ts, 'OL', 5));
    await untilSeen(ts);
    expect(await monitor.stop()).toBe(0);
    await monitor.restart();
    await device.send(upsPayload(ts - 1000, 'OB DISCHRG', 4));
    await using other = await connectDevice({
      url: broker.url,
      address: 'svitlo/v1/site-1/ups/ups-2',
    });
    await other.send(upsPayload(Date.now(), 'OL'));
    await until(async () => await findDevice(monitor, 'site-1', 'ups-2'), { what: 'the mark' });
    expect(await activeAlarms(monitor)).toEqual([]);
  });
});

test('kill -9 of InfluxDB in the middle of the stream loses nothing', async () => {
  const times = recentTimes(4 * BACKLOG);
  await device.sendAll(times.slice(0, BACKLOG));
  const rest = device.sendAll(times.slice(BACKLOG));
  await until(async () => (await pointTimes()).length > 0, { what: 'the first points' });
  await influxd.kill();
  await rest;
  await influxd.restart();
  await expectPointsAt(times);
});
