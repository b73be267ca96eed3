import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { expect, test } from 'vitest';
import type { Outage } from '../../src/contract/outage.ts';
import { steppedClock } from '../support/clock-offset.ts';
import { toldIncidents } from '../support/incident-api.ts';
import { startMonitor } from '../support/monitor.ts';
import { activeAlarms, getJson } from '../support/monitor-api.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { upsPayload } from '../support/telemetry.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

const DOWN_MS = 600_000;
const INTERVAL_MS = 5000;
/** When the cuts begin and one of them ends, from the monitor's death. */
const CUT_AFTER_MS = 120_000;
const CUT_ENDS_MS = 300_000;
/** A group wait from the start on: what began while nobody watched has waited already. */
const GROUP_WAIT_MS = 10_000;
const TOLERANCE_MS = INTERVAL_MS + 2000;

/** `holds` is without mains still; of `over` the broker keeps the words; `late` keeps its own and marks them. */
const SITES = ['holds', 'over', 'late'] as const;
type Site = (typeof SITES)[number];

const topology = () =>
  [
    'sites:',
    ...SITES.map(
      (site) =>
        `  ${site}:\n    name: {uk: ${site}, en: ${site}}\n    devices:\n      ups-1: {kind: ups, interval: ${INTERVAL_MS / 1000}s}`,
    ),
  ].join('\n');

const say = (client: MqttClient, site: Site, payload: string) =>
  client.publishAsync(`svitlo/v1/${site}/ups/ups-1/telemetry`, payload, { qos: 1 });

const statusOf = (site: Site, sinceDeathMs: number) => {
  const isOver = site !== 'holds' && sinceDeathMs >= CUT_ENDS_MS;
  return sinceDeathMs >= CUT_AFTER_MS && !isOver ? 'OB DISCHRG' : 'OL';
};

test('of what begins while the monitor is down it tells once if it holds, and writes down what is over', async () => {
  await using folder = await tempFolder('down');
  const config = join(folder.path, 'svitlo.yaml');
  await writeFile(config, topology());
  const clock = steppedClock(folder.path);
  clock.set(0);
  await using broker = await startMosquitto();
  const settings = { SVITLO_MQTT_URL: broker.url, SVITLO_CONFIG: config, ...clock.env };
  await using monitor = await startMonitor(settings);
  const client = await connectAsync(broker.url);
  let seq = 0;
  for (let round = 0; round < 3; round += 1) {
    for (const site of SITES) await say(client, site, upsPayload(Date.now(), 'OL', seq));
    seq += 1;
    await sleep(1000);
  }
  await monitor.kill();

  // Ten minutes go by in a moment: the devices' clocks and the monitor's are ahead by them.
  const diedAt = Date.now();
  clock.set(DOWN_MS);
  const stored: string[] = [];
  for (let since = INTERVAL_MS; since < DOWN_MS; since += INTERVAL_MS) {
    for (const site of SITES) {
      const payload = upsPayload(diedAt + since, statusOf(site, since), seq);
      if (site === 'late') stored.push(payload.replace(/}$/, ',"backfill":true}'));
      else await say(client, site, payload);
    }
    seq += 1;
  }
  await monitor.restart();
  const startedAt = performance.now();
  const goOn = setInterval(() => {
    seq += 1;
    const now = Date.now() + DOWN_MS;
    for (const site of SITES) void say(client, site, upsPayload(now, statusOf(site, DOWN_MS), seq));
  }, 1000);
  const firsts = async () =>
    (await toldIncidents(monitor)).flatMap(({ incident, intents }) =>
      intents.filter(({ kind }) => kind === 'first').map(() => incident.sites.join()),
    );
  await until(async () => (await firsts()).length > 0, { what: 'the first notification' });
  const toldAfterMs = performance.now() - startedAt;
  for (const payload of stored) await say(client, 'late', payload);
  // Longer than any group wait: whatever else there is to tell is told by then.
  await sleep(15_000);
  clearInterval(goOn);

  expect(toldAfterMs).toBeLessThan(GROUP_WAIT_MS);
  expect(await firsts()).toEqual(['holds']);
  const alarms = await activeAlarms(monitor);
  expect(alarms).toContain('holds.ups-1.UPS_ON_BATTERY UNACK');
  expect(alarms.filter((one) => !one.startsWith('holds.'))).toEqual([]);
  const outages = await getJson<Outage[]>(monitor, '/api/v1/outages');
  expect(outages.map(({ site }) => site).sort()).toEqual(['holds', 'late', 'over']);
  for (const { site, startedAt: begin, endedAt: end } of outages) {
    const begunMs = Date.parse(`${begin}`) - diedAt;
    expect(Math.abs(begunMs - CUT_AFTER_MS), site).toBeLessThanOrEqual(TOLERANCE_MS);
    if (site === 'holds') expect(end).toBeUndefined();
    else {
      const endedMs = Date.parse(`${end}`) - diedAt;
      expect(Math.abs(endedMs - CUT_ENDS_MS), site).toBeLessThanOrEqual(TOLERANCE_MS);
    }
  }
  await client.endAsync(true);
});
