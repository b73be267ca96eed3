import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import type { Device } from '../../src/contract/device.ts';
import { startInfluxd } from '../support/influxd.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { scannerPayload, upsPayload } from '../support/telemetry.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeTopology } from '../support/topology.ts';
import { report } from './figures.ts';

const SITES = 30;
const PERIOD_MS = 5000;
const MEASURED_MS = 60_000;
const TICKS_PER_SECOND = 100;

/** Resident memory in MB and processor time in seconds, as the kernel accounts them. */
async function usage({ pid }: Monitor) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return {
    residentMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
    cpuSeconds: ticks / TICKS_PER_SECOND,
  };
}

async function measure(name: string, settings: Record<string, string>, url: string) {
  const folder = await tempFolder('bench');
  const config = join(folder.path, 'svitlo.yaml');
  await writeTopology(config, SITES);
  const cache = { NODE_COMPILE_CACHE: join(folder.path, 'cache') };
  const warm = await startMonitor({ ...settings, ...cache, SVITLO_CONFIG: config });
  await warm.stop();
  await warm.restart();
  const client = await connectAsync(url, { protocolVersion: 5 });
  let sent = 0;
  const send = () => {
    const site = (sent >> 1) % SITES;
    const isUps = sent % 2 === 0;
    const topic = `svitlo/v1/site-${site + 1}/${isUps ? 'ups/ups-1' : 'scanner/scanner-1'}/telemetry`;
    const payload = isUps ? upsPayload(Date.now()) : scannerPayload(Date.now());
    client.publish(topic, payload, { qos: 1 });
    sent += 1;
  };
  const timer = setInterval(send, PERIOD_MS / (2 * SITES));
  await sleep(10_000);
  const before = await usage(warm);
  await sleep(MEASURED_MS);
  const after = await usage(warm);
  clearInterval(timer);
  await client.endAsync();
  const answer = await fetch(`${warm.url}/api/v1/devices`);
  const devices = (await answer.json()) as Device[];
  expect(devices.filter((one) => one.freshness === 'live')).toHaveLength(60);
  await warm[Symbol.asyncDispose]();
  await folder.remove();
  const core = ((after.cpuSeconds - before.cpuSeconds) / (MEASURED_MS / 1000)) * 100;
  report(`idle, ${name}`, { 'RSS MB': after.residentMb, '% of a core': core });
}

test('idle cost with InfluxDB outside', async () => {
  await using broker = await startMosquitto();
  await using influxd = await startInfluxd();
  const settings = {
    SVITLO_MQTT_URL: broker.url,
    SVITLO_INFLUX_URL: `${influxd.url}/svitlo`,
  };
  await measure('InfluxDB outside', settings, broker.url);
});

test('idle cost with the embedded store', async () => {
  await using broker = await startMosquitto();
  await measure('embedded store', { SVITLO_MQTT_URL: broker.url }, broker.url);
});
