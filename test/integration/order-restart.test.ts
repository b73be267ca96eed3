import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Transition } from '../../src/contract/alarm.ts';
import { connectDevice, type SimulatedDevice } from '../support/device.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import {
  activeAlarms,
  findDevice,
  getJson,
  untilAcknowledged,
  untilDependency,
} from '../support/monitor-api.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { upsPayload } from '../support/telemetry.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

const ALARM = 'site-1.ups-1.UPS_ON_BATTERY';
const HOUR = 3_600_000;

/** An alarm ends a second after its device says so: one that were ended wrongly would be seen soon. */
const CONFIG = 'thresholds: {onBatteryOffDelay: 1s}\nsites: {}\n';

let folder: TempFolder;
let broker: Mosquitto;
let monitor: Monitor;
let device: SimulatedDevice;

beforeEach(async () => {
  folder = await tempFolder('order-config');
  const config = join(folder.path, 'svitlo.yaml');
  await writeFile(config, CONFIG);
  broker = await startMosquitto();
  monitor = await startMonitor({ SVITLO_MQTT_URL: broker.url, SVITLO_CONFIG: config });
  device = await connectDevice({ url: broker.url });
});

afterEach(async () => {
  await device?.[Symbol.asyncDispose]();
  await monitor?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
  await folder?.remove();
});

const untilAlarms = (expected: readonly string[]) =>
  until(async () => (await activeAlarms(monitor)).join() === expected.join(), {
    what: `the alarms ${expected.join()}`,
  });

/** What the broker had is with the monitor: a message of another device, sent after it, is shown. */
async function passMark(): Promise<void> {
  const address = 'svitlo/v1/site-1/ups/ups-2';
  await using other = await connectDevice({ url: broker.url, address });
  const load = Math.round(Math.random() * 1000) / 10;
  await other.send(JSON.stringify({ 'ups.load': load }));
  await until(
    async () => (await findDevice(monitor, 'site-1', 'ups-2'))?.metrics['ups.load']?.value === load,
    { what: 'the mark' },
  );
}

/** Long enough for what an old message would wrongly begin to have ended. */
async function passOffDelay(): Promise<void> {
  await sleep(2500);
  await passMark();
}

describe('after kill -9 of the monitor', () => {
  test('an older message of the device leaves its alarm standing', async () => {
    const ts = Date.now();
    await device.send(upsPayload(ts, 'OB DISCHRG', 5));
    await untilAlarms([`${ALARM} UNACK`]);
    await passMark();
    await untilAcknowledged(monitor);
    await monitor.kill();
    await monitor.restart();
    await untilDependency(monitor, 'broker', 'ok');
    await device.send(upsPayload(ts - 2000, 'OL', 4));
    await device.send(upsPayload(ts - 120_000, 'OL', 3));
    await passMark();
    await passOffDelay();
    expect(await activeAlarms(monitor)).toEqual([`${ALARM} UNACK`]);
    expect((await findDevice(monitor, 'site-1', 'ups-1'))?.metrics).toEqual({});
  });

  test('and a newer one ends it', async () => {
    const ts = Date.now();
    await device.send(upsPayload(ts, 'OB DISCHRG', 5));
    await untilAlarms([`${ALARM} UNACK`]);
    await monitor.kill();
    await monitor.restart();
    await device.send(upsPayload(Date.now(), 'OL', 6));
    await untilAlarms([`${ALARM} RTN_UNACK`]);
  });

  test('an outage at the end of a backlog is alarmed, though nothing of it comes again', async () => {
    await device.send(upsPayload(Date.now() - HOUR, 'OB DISCHRG', 5));
    const stored = async () => {
      const held = await findDevice(monitor, 'site-1', 'ups-1');
      return held?.freshness === 'live';
    };
    await until(stored, { what: 'the message to be received' });
    await passMark();
    await monitor.kill();
    await device[Symbol.asyncDispose]();
    await monitor.restart();
    await untilAlarms([`${ALARM} UNACK`]);
  });
});

describe('after a stop and a start', () => {
  test('an older message raises nothing', async () => {
    const ts = Date.now();
    await device.send(upsPayload(ts, 'OL', 5));
    await passMark();
    await monitor.stop();
    await monitor.restart();
    await untilDependency(monitor, 'broker', 'ok');
    await device.send(upsPayload(ts - 1000, 'OB DISCHRG', 4));
    await passMark();
    expect(await activeAlarms(monitor)).toEqual([]);
    await device.send(upsPayload(Date.now(), 'OB DISCHRG', 6));
    await untilAlarms([`${ALARM} UNACK`]);
  });
});

test('of a backlog of 50,000 messages, only what stands at its end is alarmed', async () => {
  await monitor.stop();
  const begin = Date.now() - HOUR;
  const times = Array.from({ length: 50_000 }, (_, index) => begin + index * 50);
  const last = times.length - 1;
  const isOutage = (index: number) => index === last || (index > 10_000 && index < 30_000);
  await Promise.all(
    times.map((ts, seq) => device.send(upsPayload(ts, isOutage(seq) ? 'OB DISCHRG' : 'OL', seq))),
  );
  await monitor.restart();
  await untilAlarms([`${ALARM} UNACK`]);
  const answer = await getJson<{ transitions: Transition[] }>(monitor, `/api/v1/alarms/${ALARM}`);
  const sources = answer.transitions.map(({ sourceTs = 0 }) => new Date(sourceTs).getTime());
  expect(sources).toEqual([times[last]]);
});
