import { untilAskedToEnd } from './end-request.ts';
import { readSimulatorOptions, type SimulatorOptions, USAGE, UsageError } from './options.ts';
import { progressLine, sayLine } from './progress.ts';
import type { FleetPublisher } from './publisher.ts';
import { encodeSummary } from './report/summary.ts';
import { type PlayOptions, play } from './run/play.ts';
import { exitStatusOf } from './run/status.ts';
import { fleetOf, loadScenario, scenarioNames } from './scenarios/scenario.ts';
import { ScenarioError } from './scenarios/timeline.ts';
import { writeTopologyFile } from './topology-file.ts';
import { LATE_MS } from './wire/punctuality.ts';

function list({ language }: SimulatorOptions): void {
  const width = Math.max(...scenarioNames().map((name) => name.length));
  for (const name of scenarioNames()) {
    console.log(`${name.padEnd(width)}  ${loadScenario(name).about[language]}`);
  }
}

/** What went out, how much of it in time, and what it cost this process. */
function describeRun(publisher: FleetPublisher, wallMs: number): string {
  const { publishedCount, droppedCount, waitingCount, punctuality } = publisher;
  const lost = droppedCount + waitingCount;
  const { count, lateCount, maxMs } = punctuality;
  const share = count === 0 ? 100 : 100 * (1 - lateCount / count);
  const { user, system } = process.cpuUsage();
  const cores = (user + system) / 1000 / wallMs;
  return [
    `Published ${publishedCount} messages${lost > 0 ? `, gave up ${lost}` : ''};`,
    `${share.toFixed(3)} % written within ${LATE_MS} ms of their due time`,
    `(p99 ${punctuality.quantile(0.99)} ms, max ${Math.round(maxMs)} ms);`,
    `${cores.toFixed(2)} cores, ${Math.round(process.resourceUsage().maxRSS / 1024)} MB.`,
  ].join(' ');
}

async function simulate(options: SimulatorOptions): Promise<number> {
  const scenario = loadScenario(options.scenario);
  if (options.topologyFile !== undefined) {
    await writeTopologyFile(options.topologyFile, fleetOf(scenario, options.devices).source);
    console.log(`Wrote ${options.topologyFile}`);
    return 0;
  }
  const begunAt = performance.now();
  const asked = untilAskedToEnd();
  const playing: PlayOptions = {
    ...options,
    asked,
    say: sayLine,
    onMains: ({ at, site, isPresent, cause }) => {
      const what = isPresent ? 'mains is back' : `mains is gone (${cause})`;
      sayLine(`${new Date(at).toISOString()}  ${site}: ${what}`);
    },
    ...progressLine(),
  };
  const { verdict, publisher } = await play(scenario, playing);
  if (verdict === undefined) {
    sayLine(describeRun(publisher, performance.now() - begunAt));
    return 0;
  }
  sayLine(encodeSummary(verdict));
  return exitStatusOf([verdict]);
}

async function main(): Promise<number> {
  const options = readSimulatorOptions(process.argv.slice(2), process.env);
  if (options.isHelp) console.log(USAGE);
  else if (options.isList) list(options);
  else return simulate(options);
  return 0;
}

// Whoever reads along may stop (`| head`): the run is over then, and nothing is broken.
process.stdout.on('error', () => process.exit(0));

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message || String(error) : String(error));
  const isUsage = error instanceof UsageError;
  if (isUsage) console.error('\nnpm run sim -- --help tells what can be given.');
  process.exit(isUsage || error instanceof ScenarioError ? 2 : 3);
}
