import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { openTops, toldIncidents } from '../support/incident-api.ts';
import { openLive } from '../support/live-client.ts';
import { loopWatch } from '../support/loop-watch.ts';
import { startMonitor } from '../support/monitor.ts';
import { getJson } from '../support/monitor-api.ts';
import { Storm, type StormPlan, upsOf, writeStorm } from '../support/storm.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';
import { percentile, report } from './figures.ts';

/** 50 sites of 25 UPSs. */
const REGION = Array<number>(50).fill(25);
const WIDE: StormPlan = { lviv: REGION, volyn: REGION, odesa: REGION, chernivtsi: REGION };
const WITHIN_MS = 900;
const IN_THE_FEED_MS = 1000;
const MOST_BLOCKED_MS = 50;
const GROUP_WAIT_MS = 10_000;

/** 500 at 40 sites of one region. */
const REGIONAL: StormPlan = { lviv: Array<number>(40).fill(13).fill(12, 20) };

const storms = [
  ['500 UPSs of a region', 'region', REGIONAL],
  ['5,000 UPSs in 4 regions', 'wide_area', WIDE],
] as const;

test.each(storms)('%s go to battery within one second', async (name, top, PLAN) => {
  await using folder = await tempFolder('storm');
  await using watch = await loopWatch();
  const config = join(folder.path, 'svitlo.yaml');
  await writeStorm(config, PLAN);
  const port = await freePort();
  const settings = { SVITLO_CONFIG: config, SVITLO_BROKER_PORT: `${port}`, ...watch.env };
  await using monitor = await startMonitor(settings);
  await using storm = await Storm.start(`mqtt://127.0.0.1:${port}`, PLAN);
  const all = upsOf(PLAN);
  const heard = async () => {
    const devices = await getJson<{ freshness: string }[]>(monitor, '/api/v1/devices');
    return devices.filter(({ freshness }) => freshness === 'live').length === all.length;
  };
  await until(heard, { what: 'every UPS to be heard', timeoutMs: 60_000, intervalMs: 500 });
  using live = await openLive(monitor.url);
  const shownAt = new Map<string, number>();
  live.socket.on('frame', ({ alarms = [] }: { alarms?: { id: string; state: string }[] }) => {
    const now = Date.now();
    for (const { id, state } of alarms) {
      if (state === 'UNACK' && !shownAt.has(id)) shownAt.set(id, now);
    }
  });
  await live.watch({ sites: ['*'], detail: 'summary' });
  await sleep(3000);

  const struckAt = Date.now();
  const saidAt = await storm.strike(all, 'OB DISCHRG', WITHIN_MS);
  const idOf = (key: string) => `${key}.UPS_ON_BATTERY`;
  const isShown = () => [...saidAt.keys()].every((key) => shownAt.has(idOf(key)));
  await until(isShown, { what: 'every alarm in the live feed', timeoutMs: 30_000 });
  const delays = [...saidAt].map(([key, at]) => (shownAt.get(idOf(key)) ?? Number.NaN) - at);
  await sleep(GROUP_WAIT_MS + 3000);
  const blockedMs = watch.worst(struckAt, Date.now());
  const tops = await openTops(monitor);
  const firsts = (await toldIncidents(monitor)).filter(({ intents }) =>
    intents.some(({ kind }) => kind === 'first'),
  );
  report(`storm of ${name}`, {
    'alarm in the feed p50, ms': percentile(delays, 0.5),
    'p99, ms': percentile(delays, 0.99),
    'last, ms': percentile(delays, 1),
    'event loop blocked, ms': blockedMs,
    'incidents at the top': `${tops.length}`,
    'first notifications': `${firsts.length}`,
  });
  expect(percentile(delays, 1)).toBeLessThanOrEqual(IN_THE_FEED_MS);
  expect(tops.map((one) => one.class)).toEqual([top]);
  expect(tops[0]?.sites).toHaveLength(Object.values(PLAN).flat().length);
  expect(firsts.map(({ incident }) => incident.id)).toEqual([tops[0]?.id]);
  expect(blockedMs).toBeLessThanOrEqual(MOST_BLOCKED_MS);
});
