import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openLive } from '../support/live-client.ts';
import { startMonitor } from '../support/monitor.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { Storm, type StormPlan, upsOf, writeStorm } from '../support/storm.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';
import { percentile, report } from './figures.ts';

/** 120 cuts, each of a site of its own, and no storm: the feed gathers what follows within a quarter of a second. */
const PLAN: StormPlan = { lviv: Array<number>(120).fill(1) };
const APART_MS = 400;
const P50_MS = 30;
const P99_MS = 200;

test('from a UPS’s own report over MQTT to its alarm in the live feed, in real time', async () => {
  await using broker = await startMosquitto();
  await using folder = await tempFolder('bench');
  const config = join(folder.path, 'svitlo.yaml');
  await writeStorm(config, PLAN);
  await using monitor = await startMonitor({
    SVITLO_MQTT_URL: broker.url,
    SVITLO_CONFIG: config,
  });
  await using storm = await Storm.start(broker.url, PLAN);
  using live = await openLive(monitor.url);
  const shownAt = new Map<string, number>();
  live.socket.on('frame', ({ alarms = [] }: { alarms?: { id: string }[] }) => {
    for (const { id } of alarms) if (!shownAt.has(id)) shownAt.set(id, Date.now());
  });
  await live.watch({ sites: ['*'], detail: 'summary' });
  await sleep(6000);
  const delays: number[] = [];
  for (const [index, unit] of upsOf(PLAN).entries()) {
    const id = `${unit.site}.${unit.device}.UPS_ON_BATTERY`;
    const saidAt = await storm.strike([unit], 'OB DISCHRG', 0);
    await until(() => shownAt.has(id), { what: id, intervalMs: 5 });
    delays.push((shownAt.get(id) ?? Number.NaN) - Math.min(...saidAt.values()));
    await sleep(APART_MS + 7 * (index % 13));
  }
  report('UPS’s report → alarm in the feed, ms', {
    p50: percentile(delays, 0.5),
    p99: percentile(delays, 0.99),
    max: percentile(delays, 1),
  });
  expect(percentile(delays, 0.5)).toBeLessThanOrEqual(P50_MS);
  expect(percentile(delays, 0.99)).toBeLessThanOrEqual(P99_MS);
});
