import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { openTops, raisesOf, toldIncidents } from '../support/incident-api.ts';
import { startMonitor } from '../support/monitor.ts';
import { getJson } from '../support/monitor-api.ts';
import { Storm, type StormPlan, upsOf, writeStorm } from '../support/storm.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

/** 40 sites that fall with 500 UPSs, and ten that do not. */
const FALLING = 40;
const UPS = 500;
const LVIV = [
  ...Array<number>(20).fill(12),
  ...Array<number>(20).fill(13),
  ...Array<number>(10).fill(2),
];
const PLAN: StormPlan = { lviv: LVIV };
const GROUP_WAIT_MS = 10_000;

test('500 UPSs at 40 of a region’s 50 sites are 500 alarms, one incident and one notification', async () => {
  await using folder = await tempFolder('storm');
  const config = join(folder.path, 'svitlo.yaml');
  await writeStorm(config, PLAN);
  const port = await freePort();
  const settings = { SVITLO_CONFIG: config, SVITLO_BROKER_PORT: `${port}` };
  await using monitor = await startMonitor(settings);
  await using storm = await Storm.start(`mqtt://127.0.0.1:${port}`, PLAN);
  const live = async () => {
    const devices = await getJson<{ freshness: string }[]>(monitor, '/api/v1/devices');
    return devices.filter(({ freshness }) => freshness === 'live').length === upsOf(PLAN).length;
  };
  await until(live, { what: 'every UPS to be heard' });
  await sleep(2000);

  const falling = upsOf(PLAN).filter(({ site }) => Number(site.slice('lviv-'.length)) <= FALLING);
  expect(falling).toHaveLength(UPS);
  const struckAt = Date.now();
  await storm.strike(falling, 'OB DISCHRG', 900);
  // Nobody asks anything meanwhile: what the test's own questions cost is not the storm's.
  await sleep(GROUP_WAIT_MS + 3000);
  const raises = await raisesOf(monitor, 'UPS_ON_BATTERY');
  expect(raises.size).toBe(UPS);
  expect([...raises.values()].every((count) => count === 1)).toBe(true);
  const tops = await openTops(monitor);
  expect(tops).toHaveLength(1);
  expect(tops[0]).toMatchObject({ class: 'region', region: 'lviv' });
  expect(tops[0]?.sites).toHaveLength(FALLING);
  const firsts = await firstsOf(monitor);
  expect(firsts).toHaveLength(1);
  expect(firsts[0]?.incident.id).toBe(tops[0]?.id);
  const afterMs = Date.parse(firsts[0]?.at ?? '') - struckAt;
  expect(afterMs).toBeGreaterThanOrEqual(GROUP_WAIT_MS - 1000);
  expect(afterMs).toBeLessThanOrEqual(GROUP_WAIT_MS + 3000);
});

async function firstsOf(monitor: { url: string }) {
  return (await toldIncidents(monitor)).flatMap(({ incident, intents }) =>
    intents.filter(({ kind }) => kind === 'first').map(({ at }) => ({ incident, at })),
  );
}
