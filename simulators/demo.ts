import { chmod, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SIMULATION_ROOT } from '../src/contract/topic.ts';
import { closeFolder } from './demo/close-folder.ts';
import { buildWebPage } from './demo/web-page.ts';
import { untilAskedToEnd } from './end-request.ts';
import { SimulatedFleet } from './fleet.ts';
import { FleetPublisher } from './publisher.ts';
import { MonitorProcess } from './run/monitor-process.ts';
import { freePort } from './run/port.ts';
import { RealTimeRun } from './run/real-time.ts';
import { fleetOf, loadScenario } from './scenarios/scenario.ts';
import { type Effect, planEffects } from './scenarios/timeline.ts';
import { CROSSINGS } from './site/crossings.ts';
import type { TopologySource } from './site/topology.ts';
import { writeTopologyFile } from './topology-file.ts';
import { INDIFFERENT, type MainsChange } from './truth/witness.ts';

const repository = resolve(import.meta.dirname, '..');
// With this seed the scanners of the dark sites are at work when the blackout begins.
const SEED = 2;

function siteNames(ids: readonly string[]): string {
  const names = ids.map((id) => CROSSINGS.find((crossing) => crossing.id === id)?.en ?? id);
  return names.join(', ');
}

function say(text: string): void {
  const time = new Date().toLocaleTimeString('uk-UA', { timeZone: 'Europe/Kyiv' });
  console.log(`${time}  ${text}`);
}

async function choosePort(variable: string, standard: number, what: string): Promise<number> {
  const wanted = Number(process.env[variable] ?? standard);
  const port = await freePort(wanted);
  if (port !== wanted && wanted !== 0) say(`Port ${wanted} is taken: ${what} is on ${port}.`);
  return port;
}

/** What the monitor is started with; what the caller's environment sets wins. */
async function prepareEnvironment(topology: TopologySource) {
  const dataDir = resolve(repository, process.env.SVITLO_DATA_DIR ?? 'var/demo');
  // The demo's own folder may be of a time when others could look into it.
  if (process.env.SVITLO_DATA_DIR === undefined) closeFolder(dataDir);
  const config = process.env.SVITLO_CONFIG ?? resolve(dataDir, 'svitlo.yaml');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (process.env.SVITLO_CONFIG === undefined) {
    await writeTopologyFile(config, topology);
    // It lies in the data folder, of which the monitor asks that.
    await chmod(config, 0o600);
  }
  const httpPort = await choosePort('SVITLO_HTTP_PORT', 8080, 'the page');
  const brokerPort = await choosePort('SVITLO_BROKER_PORT', 1883, 'the broker');
  return {
    SVITLO_TOPIC_ROOT: SIMULATION_ROOT,
    SVITLO_LOG_LEVEL: 'warn',
    ...process.env,
    SVITLO_DATA_DIR: dataDir,
    SVITLO_CONFIG: config,
    SVITLO_HTTP_PORT: String(httpPort),
    SVITLO_BROKER_PORT: String(brokerPort),
  } satisfies NodeJS.ProcessEnv;
}

type Environment = Awaited<ReturnType<typeof prepareEnvironment>>;

function createPublisher(environment: Environment): FleetPublisher {
  const { SVITLO_MQTT_URL, SVITLO_MQTT_USERNAME, SVITLO_MQTT_PASSWORD } = process.env;
  return new FleetPublisher({
    url: SVITLO_MQTT_URL ?? `mqtt://127.0.0.1:${environment.SVITLO_BROKER_PORT}`,
    isPrivateBroker: SVITLO_MQTT_URL === undefined,
    ...(SVITLO_MQTT_USERNAME === undefined ? {} : { username: SVITLO_MQTT_USERNAME }),
    ...(SVITLO_MQTT_PASSWORD === undefined ? {} : { password: SVITLO_MQTT_PASSWORD }),
  });
}

function tellMains({ site, isPresent }: MainsChange): void {
  say(`${isPresent ? 'Power restored' : 'Blackout'}: ${siteNames([site])}.`);
}

/** When the first sites lose mains, how many seconds from now, and which. */
function firstBlackout(effects: readonly Effect[], startMs: number) {
  const cuts = effects.filter(({ action, isEnd }) => action.name === 'mains' && !isEnd);
  const [first] = cuts;
  const seconds = first === undefined ? 0 : Math.round((first.atMs - startMs) / 1000);
  return { seconds, sites: [...new Set(cuts.map(({ site }) => site))] };
}

/** Starts the fleet against a monitor that answers, and tells what happens to it. */
async function startFleet(environment: Environment) {
  const publisher = createPublisher(environment);
  await publisher.start();
  const scenario = loadScenario('blackout');
  const { topology } = fleetOf(scenario);
  const startMs = Date.now();
  const effects = planEffects({ ...scenario, topology, seed: SEED, startMs });
  const witness = { ...INDIFFERENT, mains: tellMains };
  const fleet = new SimulatedFleet({
    topology,
    seed: SEED,
    now: startMs,
    effects,
    root: environment.SVITLO_TOPIC_ROOT,
    witnesses: [witness],
  });
  const run = new RealTimeRun({ fleet, publisher, startMs, speed: 1 });
  run.start();
  say(
    `${fleet.deviceCount} simulated devices at ${CROSSINGS.length} crossings (synthetic telemetry).`,
  );
  const { seconds, sites } = firstBlackout(effects, startMs);
  const minutes = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  say(`Blackout in ${minutes} at ${siteNames(sites)}; power returns 3 minutes later.`);
  return { publisher, run };
}

/** Runs until it is asked to end (0) or until the monitor ends by itself (1). */
async function main(): Promise<number> {
  const asked = untilAskedToEnd();
  const { source } = fleetOf(loadScenario('blackout'));
  if (await buildWebPage(repository)) say('Built the page.');
  const environment = await prepareEnvironment(source);
  const monitor = new MonitorProcess(repository, environment);
  const url = `http://127.0.0.1:${environment.SVITLO_HTTP_PORT}`;
  try {
    const first = await Promise.race([monitor.untilHealthy(url), asked]);
    if (first === 'asked') return 0;
    say(`Svitlo is at ${url} (Ctrl-C ends it).`);
    const { publisher, run } = await startFleet(environment);
    const end = await Promise.race([asked, monitor.ended]);
    if (end === 'asked') say('Ending.');
    else say(`The monitor ended by itself (${end}).`);
    run.stop();
    if (end === 'asked') await publisher.stop();
    return end === 'asked' ? 0 : 1;
  } finally {
    await monitor.stop();
  }
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
