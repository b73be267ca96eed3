import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Topology } from '../../src/contract/config.ts';
import { encodeTopic, SIMULATION_ROOT } from '../../src/contract/topic.ts';
import { SimulatedFleet } from '../fleet.ts';
import { Judge } from '../judge/judge.ts';
import { MonitorAnswerError } from '../judge/monitor-view.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { SimulatorOptions } from '../options.ts';
import { UsageError } from '../options.ts';
import { FleetPublisher, type OwnConnection } from '../publisher.ts';
import { fleetOf, type Scenario } from '../scenarios/scenario.ts';
import { type Effect, planEffects } from '../scenarios/timeline.ts';
import { TruthFile } from '../truth/truth-file.ts';
import type { MainsChange, Witness } from '../truth/witness.ts';
import { concludeRun } from './conclude.ts';
import { LockStepRun } from './lock-step.ts';
import { MonitorClock, MonitorClockError } from './monitor-clock.ts';
import { type OwnMonitor, startOwnMonitor } from './own-monitor.ts';
import { RealTimeRun } from './real-time.ts';

const DEFAULT_URL = 'mqtt://127.0.0.1:1883';
/** Where a lock-step run begins unless it is told: a winter's working morning in Kyiv. */
const DEFAULT_START = Date.parse('2026-01-15T08:00:00+02:00');
const DEFAULT_SECONDS = 600;
const HANDSHAKE_MS = 3000;

/** What a caller can show of a run that goes on. */
export interface Progress {
  elapsedSeconds: number;
  durationSeconds: number | undefined;
  published: number;
  waiting: number;
  dropped: number;
}

export interface PlayOptions extends SimulatorOptions {
  /** Told what begins, and when mains comes and goes. */
  say(text: string): void;
  onMains?(change: MainsChange): void;
  onProgress?(progress: Progress): void;
  /** Resolves when the run is to end early. */
  asked: Promise<unknown>;
}

/** What came of a run: the verdict, if one was asked for, and how many messages went out or were lost. */
export interface Played {
  verdict: Verdict | undefined;
  published: number;
  lost: number;
}

/** Everything that one run is made of. */
export interface Play {
  scenario: Scenario;
  options: PlayOptions;
  topology: Topology;
  startMs: number;
  durationSeconds: number | undefined;
  fleet: SimulatedFleet;
  publisher: FleetPublisher;
  judge: Judge | undefined;
  clock: MonitorClock | undefined;
  outFolder: string;
}

/** Plays a scenario, and judges the monitor by it where that is asked for. */
export async function play(scenario: Scenario, options: PlayOptions): Promise<Played> {
  const own = options.isAssert && options.url === undefined;
  const { source } = fleetOf(scenario, options.devices);
  const monitor = own ? await startOwnMonitor(source) : undefined;
  try {
    return await playOn(scenario, options, monitor);
  } finally {
    await monitor?.stop();
  }
}

async function playOn(
  scenario: Scenario,
  options: PlayOptions,
  monitor: OwnMonitor | undefined,
): Promise<Played> {
  const { topology } = fleetOf(scenario, options.devices);
  const url = monitor?.brokerUrl ?? options.url ?? DEFAULT_URL;
  const durationSeconds =
    options.durationSeconds ??
    scenario.duration ??
    (options.isAssert ? DEFAULT_SECONDS : undefined);
  // Which time it begins at decides what happens: the monitor must be asked for its clock first.
  const wanted = options.startMs ?? (scenario.start ? Date.parse(scenario.start) : DEFAULT_START);
  const planned = planEffects({
    ...scenario,
    topology,
    seed: options.seed,
    startMs: wanted,
    durationSeconds,
  });
  let dueAt: (at: number) => number = () => performance.now();
  const publisher = createPublisher({
    url,
    options,
    planned,
    topology,
    isOwn: monitor !== undefined,
    dueAt: (at) => dueAt(at),
  });
  await publisher.start();
  const clock = options.isAssert ? await findClock(publisher, wanted) : undefined;
  const startMs = clock === undefined ? (options.startMs ?? Date.now()) : wanted;
  if (options.isAssert && clock === undefined) refuseOtherTime(options);
  const effects =
    startMs === wanted
      ? planned
      : planEffects({ ...scenario, topology, seed: options.seed, startMs, durationSeconds });
  const judge = options.isAssert
    ? new Judge({
        topology,
        monitorUrl: monitor?.httpUrl ?? options.monitorUrl,
        limits: scenario.limits,
        isLockStep: clock !== undefined,
        lookEverySeconds: scenario.lookEvery,
        startMs,
      })
    : undefined;
  const outFolder = options.out ?? join('var', 'sim', scenario.name);
  const truth = await openTruth(outFolder, startMs);
  const witnesses = [
    truth.file,
    ...(judge === undefined ? [] : [judge.expectations]),
    teller(options),
  ];
  const { root, seed } = options;
  const fleet = new SimulatedFleet({ topology, seed, now: startMs, effects, root, witnesses });
  const play: Play = {
    scenario,
    options,
    topology,
    startMs,
    durationSeconds,
    fleet,
    publisher,
    judge,
    clock,
    outFolder,
  };
  const begunAt = performance.now();
  options.say(
    `${scenario.name}: ${fleet.deviceCount} simulated devices → ${new URL(url).host} ${root}, seed ${seed}${clock ? ', in lock-step' : ''}`,
  );
  try {
    await judge?.start();
    const failure =
      clock === undefined
        ? await runInRealTime(play, (to) => (dueAt = to))
        : await runInLockStep(play, monitor);
    await truth.end();
    const wallSeconds = (performance.now() - begunAt) / 1000;
    const verdict = judge && (await concludeRun(play, judge, { failure, wallSeconds }));
    await publisher.stop();
    const lost = publisher.droppedCount + publisher.waitingCount;
    return { verdict, published: publisher.publishedCount, lost };
  } finally {
    judge?.stop();
    await publisher.stop();
  }
}

function refuseOtherTime({ speed = 1, startMs }: PlayOptions): void {
  if (speed === 1 && startMs === undefined) return;
  throw new UsageError(
    '--speed, --start: the monitor keeps its own time: expected one with SVITLO_SIM_CLOCK=1 and --root svitlo-sim/v1, or neither option',
  );
}

/** Whether a monitor on this broker follows the simulated clock. */
async function findClock(publisher: FleetPublisher, startMs: number) {
  const client = publisher.firstClient;
  if (client === undefined) return undefined;
  const clock = new MonitorClock(client);
  await clock.start();
  try {
    await clock.advance(startMs, HANDSHAKE_MS);
    return clock;
  } catch (error) {
    if (error instanceof MonitorClockError) return undefined;
    throw error;
  }
}

interface PublisherInput {
  url: string;
  options: PlayOptions;
  planned: readonly Effect[];
  topology: Topology;
  isOwn: boolean;
  dueAt: (at: number) => number;
}

function createPublisher({ url, options, planned, topology, isOwn, dueAt }: PublisherInput) {
  const { SVITLO_MQTT_USERNAME: username, SVITLO_MQTT_PASSWORD: password } = process.env;
  const count = Object.values(topology.sites).reduce(
    (sum, { devices }) => sum + Object.keys(devices).length,
    0,
  );
  return new FleetPublisher({
    url,
    // In lock-step messages and the time must keep their order, so they share a connection.
    connections: options.isAssert ? 1 : Math.min(options.connections, Math.max(1, count)),
    own: ownConnections(planned, topology, options.root),
    isPrivateBroker: isOwn,
    dueAt,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
}

/** Devices that lose their connection in this run: each has one of its own, with its will. */
function ownConnections(
  effects: readonly Effect[],
  topology: Topology,
  root: string,
): OwnConnection[] {
  const own = new Map<string, OwnConnection>();
  for (const { action, site, device = '' } of effects) {
    const isLost =
      action.name === 'reconnects' || (action.name === 'link' && action.setting.lost !== 'silent');
    const kind = topology.sites[site]?.devices[device]?.kind;
    if (!isLost || kind === undefined) continue;
    const topic = encodeTopic(root, { site, kind, device, channel: 'state' });
    own.set(`${site}/${device}`, { device: `${site}/${device}`, topic });
  }
  return [...own.values()];
}

async function openTruth(folder: string, startMs: number) {
  await mkdir(folder, { recursive: true });
  const stream = createWriteStream(join(folder, 'truth.jsonl'));
  const file = new TruthFile(startMs, (text) => stream.write(text));
  const end = () => {
    file.end();
    return new Promise<void>((resolve) => stream.end(() => resolve()));
  };
  return { file, end };
}

function teller({ onMains }: PlayOptions): Witness {
  return {
    mains: (change) => onMains?.(change),
    state: () => {},
    fault: () => {},
    transmitted: () => {},
  };
}

function report({ options, publisher, durationSeconds }: Play, elapsedSeconds: number): void {
  const { publishedCount: published, waitingCount: waiting, droppedCount: dropped } = publisher;
  options.onProgress?.({ elapsedSeconds, durationSeconds, published, waiting, dropped });
}

/** Runs to the end; answers why it could not, where the monitor was to blame. */
async function runInLockStep(
  play: Play,
  monitor: OwnMonitor | undefined,
): Promise<string | undefined> {
  const {
    clock,
    fleet,
    judge,
    publisher,
    startMs,
    options,
    durationSeconds = DEFAULT_SECONDS,
  } = play;
  if (clock === undefined || judge === undefined) return undefined;
  if (options.root !== SIMULATION_ROOT)
    throw new UsageError(`--root: expected ${SIMULATION_ROOT} in lock-step`);
  const run = new LockStepRun({
    fleet,
    publisher,
    clock,
    startMs,
    endMs: startMs + durationSeconds * 1000,
    grainMs: play.scenario.grain * 1000,
    maxSpeed: options.speed,
    onCaughtUp: (now) => judge.lookWhenDue(now),
    onSent: (now) => judge.expectations.received(now),
  });
  const progress = setInterval(() => report(play, run.elapsedSeconds), 1000);
  void options.asked.then(() => run.stop());
  const died = monitor?.ended.then((code) => {
    throw new MonitorClockError(`the monitor ended by itself (${code})`);
  });
  died?.catch(() => undefined);
  try {
    await (died === undefined ? run.run() : Promise.race([run.run(), died]));
    return undefined;
  } catch (error) {
    if (error instanceof MonitorClockError || error instanceof MonitorAnswerError)
      return error.message;
    throw error;
  } finally {
    clearInterval(progress);
  }
}

async function runInRealTime(play: Play, setDue: (dueAt: (at: number) => number) => void) {
  const { fleet, judge, publisher, startMs, options, durationSeconds } = play;
  let looking: Promise<void> = Promise.resolve();
  let isLooking = false;
  let failure: string | undefined;
  const look = (now: number) => {
    judge?.expectations.received(now);
    if (judge === undefined || isLooking) return;
    isLooking = true;
    looking = judge
      .lookWhenDue(now)
      .catch((error: unknown) => {
        failure = error instanceof Error ? error.message : String(error);
      })
      .then(() => {
        isLooking = false;
      });
  };
  const run = new RealTimeRun({
    fleet,
    publisher,
    startMs,
    speed: options.speed ?? 1,
    onStep: look,
  });
  setDue((at) => run.dueAt(at));
  const progress = setInterval(() => report(play, run.elapsedSeconds), 1000);
  run.start();
  const ends = [options.asked];
  if (durationSeconds !== undefined)
    ends.push(sleep((durationSeconds / (options.speed ?? 1)) * 1000, undefined, { ref: true }));
  await Promise.race(ends);
  clearInterval(progress);
  run.stop();
  await looking;
  return failure;
}
