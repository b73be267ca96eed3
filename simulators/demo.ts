import { resolve } from 'node:path';
import { SIMULATION_ROOT } from '../src/contract/topic.ts';
import { MonitorProcess } from './demo/monitor.ts';
import { freePort } from './demo/port.ts';
import { buildWebPage } from './demo/web-page.ts';
import { untilAskedToEnd } from './end-request.ts';
import { FleetPublisher } from './publisher.ts';
import { SimulationRun } from './run.ts';
import { BLACKOUT_SITES, createScenario } from './scenarios/scenario.ts';
import { CROSSINGS } from './site/crossings.ts';
import { demoTopology, type TopologySource } from './site/topology.ts';
import { writeTopologyFile } from './topology-file.ts';

const repository = resolve(import.meta.dirname, '..');
// With this seed the scanners of the dark sites are at work when the blackout begins.
const SEED = 2;
const BLACKOUT_AFTER_SECONDS = 120;

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
  const config = process.env.SVITLO_CONFIG ?? resolve(dataDir, 'svitlo.yaml');
  if (process.env.SVITLO_CONFIG === undefined) await writeTopologyFile(config, topology);
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

/** Starts the fleet against a monitor that answers, and tells what happens to it. */
async function startFleet(environment: Environment, topology: TopologySource) {
  const publisher = createPublisher(environment);
  await publisher.start();
  const run = new SimulationRun({
    topology,
    scenario: createScenario('blackout', BLACKOUT_AFTER_SECONDS),
    publisher,
    seed: SEED,
    root: environment.SVITLO_TOPIC_ROOT,
    speed: 1,
    onPower: ({ isPowered, sites }) =>
      say(`${isPowered ? 'Power restored' : 'Blackout'}: ${siteNames(sites)}.`),
  });
  run.start();
  const minutes = `${Math.floor(BLACKOUT_AFTER_SECONDS / 60)}:00`;
  say(
    `${run.deviceCount} simulated devices at ${CROSSINGS.length} crossings (synthetic telemetry).`,
  );
  say(`Blackout in ${minutes} at ${siteNames(BLACKOUT_SITES)}; power returns 3 minutes later.`);
  return { publisher, run };
}

/** Runs until it is asked to end (0) or until the monitor ends by itself (1). */
async function main(): Promise<number> {
  const asked = untilAskedToEnd();
  const topology = demoTopology();
  if (await buildWebPage(repository)) say('Built the page.');
  const environment = await prepareEnvironment(topology);
  const monitor = new MonitorProcess(repository, environment);
  const url = `http://127.0.0.1:${environment.SVITLO_HTTP_PORT}`;
  try {
    const first = await Promise.race([monitor.untilHealthy(url), asked]);
    if (first === 'asked') return 0;
    say(`Svitlo is at ${url} (Ctrl-C ends it).`);
    const { publisher, run } = await startFleet(environment, topology);
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
