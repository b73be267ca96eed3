import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createRandom } from '../../../simulators/random.ts';
import { openTops, raisesOf, toldIncidents } from '../../support/incident-api.ts';
import { startMonitor } from '../../support/monitor.ts';
import { startMosquitto } from '../../support/mosquitto.ts';
import { runCommand } from '../../support/run-command.ts';
import { Storm, type StormPlan, upsOf, writeStorm } from '../../support/storm.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/wait.ts';

const KILLS = 50;
/** Ten UPSs more are on battery with each kill. */
const BATCH = 10;
const PLAN: StormPlan = { lviv: Array<number>(50).fill(BATCH) };
const GROUP_WAIT_MS = 10_000;
const MINUTES = 900_000;
const seed = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 1e9));

test(`kill -9 ${KILLS} times in the middle of a storm loses no alarm and doubles none`, {
  timeout: MINUTES,
}, async () => {
  console.log(`chaos storm killed: CHAOS_SEED=${seed}`);
  const random = createRandom(seed, 'storm killed');
  await using broker = await startMosquitto();
  await using folder = await tempFolder('storm');
  const config = join(folder.path, 'svitlo.yaml');
  await writeStorm(config, PLAN);
  await using monitor = await startMonitor({
    SVITLO_MQTT_URL: broker.url,
    SVITLO_CONFIG: config,
  });
  await using storm = await Storm.start(broker.url, PLAN);
  await sleep(6000);
  const units = upsOf(PLAN);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const batch = units.slice(kill * BATCH, (kill + 1) * BATCH);
    const struck = storm.strike(batch, 'OB DISCHRG', 200);
    await sleep(random.between(20, 600));
    await monitor.kill();
    await struck;
    // From its first moments to well into its work.
    monitor.begin();
    await sleep(random.between(100, 3000));
  }
  await until(async () => (await fetch(`${monitor.url}/readyz`)).ok, {
    what: 'the monitor to be ready',
    timeoutMs: 60_000,
  });
  const isWhole = async () => (await raisesOf(monitor, 'UPS_ON_BATTERY')).size === units.length;
  await until(isWhole, { what: 'every alarm', timeoutMs: 60_000, intervalMs: 1000 });
  await sleep(GROUP_WAIT_MS + 5000);

  const raises = await raisesOf(monitor, 'UPS_ON_BATTERY');
  const lost = units.filter(({ site, device }) => !raises.has(`${site}.${device}.UPS_ON_BATTERY`));
  const doubled = [...raises].filter(([, count]) => count !== 1);
  expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
  const tops = await openTops(monitor);
  expect(tops.map((one) => one.class)).toEqual(['region']);
  expect(tops[0]?.sites).toHaveLength(PLAN.lviv?.length ?? 0);
  const told = await toldIncidents(monitor);
  const ofTop = told.find(({ incident }) => incident.id === tops[0]?.id);
  expect(ofTop?.intents.filter(({ kind }) => kind === 'first')).toHaveLength(1);
  for (const { incident, intents } of told) {
    const firsts = intents.filter(({ kind }) => kind === 'first').length;
    expect(firsts, incident.id).toBeLessThanOrEqual(1);
  }
  expect(await verify(monitor.dataDir)).toBe(0);
  await monitor.kill();
  expect(await verify(monitor.dataDir)).toBe(0);
});

/** `npm run journal -- verify`: its exit status. */
async function verify(dataDir: string): Promise<number | null> {
  const program = resolve(import.meta.dirname, '../../../src/command/journal.ts');
  return (await runCommand(process.execPath, [program, 'verify', '--data', dataDir])).status;
}
