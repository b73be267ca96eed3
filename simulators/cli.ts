import { untilAskedToEnd } from './end-request.ts';
import { readSimulatorOptions, type SimulatorOptions, USAGE, UsageError } from './options.ts';
import { FleetPublisher } from './publisher.ts';
import { SimulationRun } from './run.ts';
import { createScenario } from './scenarios/scenario.ts';
import { demoTopology, resizeTopology } from './site/topology.ts';
import { writeTopologyFile } from './topology-file.ts';

/** Resolves when the run is to end: asked to, or after its duration. */
function untilEnd(durationSeconds: number | undefined): Promise<unknown> {
  const asked = untilAskedToEnd();
  if (durationSeconds === undefined) return asked;
  const isOver = new Promise((resolve) => setTimeout(resolve, durationSeconds * 1000));
  return Promise.race([asked, isOver]);
}

function showProgress(run: SimulationRun, publisher: FleetPublisher): NodeJS.Timeout | undefined {
  if (!process.stdout.isTTY) return undefined;
  return setInterval(() => {
    const { publishedCount, waitingCount, droppedCount } = publisher;
    const counts = `${publishedCount} acknowledged, ${waitingCount} waiting, ${droppedCount} dropped`;
    process.stdout.write(`\r\u001b[K${Math.floor(run.elapsedSeconds)} s simulated: ${counts}`);
  }, 1000);
}

async function simulate(options: SimulatorOptions): Promise<void> {
  const { url, root, seed, speed, connections, devices, durationSeconds } = options;
  const base = demoTopology();
  const topology = devices === undefined ? base : resizeTopology(base, devices);
  if (options.topologyFile !== undefined) {
    await writeTopologyFile(options.topologyFile, topology);
    console.log(`Wrote ${options.topologyFile}`);
    return;
  }
  const { SVITLO_MQTT_USERNAME: username, SVITLO_MQTT_PASSWORD: password } = process.env;
  const publisher = new FleetPublisher({
    url,
    connections,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
  await publisher.start();
  const scenario = createScenario(options.scenario, options.blackoutAfterSeconds);
  const onPower = (change: { isPowered: boolean; sites: readonly string[] }) => {
    const lead = process.stdout.isTTY ? '\r\u001b[K' : '';
    console.log(
      `${lead}${change.isPowered ? 'Power restored' : 'Blackout'}: ${change.sites.join(', ')}`,
    );
  };
  const run = new SimulationRun({ topology, scenario, publisher, seed, root, speed, onPower });
  console.log(`${run.deviceCount} simulated devices → ${new URL(url).host} ${root}, seed ${seed}`);
  const progress = showProgress(run, publisher);
  run.start();
  await untilEnd(durationSeconds);
  clearInterval(progress);
  run.stop();
  await publisher.stop();
  const { publishedCount, droppedCount, waitingCount } = publisher;
  const lost = droppedCount + waitingCount;
  console.log(`\nPublished ${publishedCount} messages${lost > 0 ? `, gave up ${lost}` : ''}.`);
}

try {
  const options = readSimulatorOptions(process.argv.slice(2));
  if (options.isHelp) console.log(USAGE);
  else await simulate(options);
  process.exit(0);
} catch (error) {
  const isUsage = error instanceof UsageError;
  console.error(error instanceof Error ? error.message || String(error) : String(error));
  if (isUsage) console.error(`\n${USAGE}`);
  process.exit(isUsage ? 2 : 1);
}
