import type { Topology } from '../../src/contract/config.ts';
import { SimulatedFleet } from '../fleet.ts';
import { Judge } from '../judge/judge.ts';
import { MonitorView } from '../judge/monitor-view.ts';
import type { Verdict } from '../judge/verdict.ts';
import { type SimulatorOptions, UsageError } from '../options.ts';
import { FleetPublisher } from '../publisher.ts';
import { fleetOf, type Scenario } from '../scenarios/scenario.ts';
import { planEffects } from '../scenarios/timeline.ts';
import { INDIFFERENT, type MainsChange, type Witness } from '../truth/witness.ts';
import { concludeRun } from './conclude.ts';
import { publisherOptions } from './connection.ts';
import { DueTimes, driveInLockStep, driveInRealTime } from './drive.ts';
import { MonitorClock, MonitorClockError } from './monitor-clock.ts';
import { type OwnMonitor, startOwnMonitor } from './own-monitor.ts';
import { openTruth } from './truth-output.ts';

const DEFAULT_URL = 'mqtt://127.0.0.1:1883';
/** Where a lock-step run begins unless it is told: a winter's working morning in Kyiv. */
const DEFAULT_START = '2026-01-15T08:00:00+02:00';
/** How long a scenario without an end is judged. */
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
  /** Told what begins. */
  say(text: string): void;
  onMains?(change: MainsChange): void;
  onProgress?(progress: Progress): void;
  /** Resolves when the run is to end early. */
  asked: Promise<unknown>;
}

/** What came of a run: the verdict, if one was asked for, and what went out. */
export interface Played {
  verdict: Verdict | undefined;
  publisher: FleetPublisher;
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
  view: MonitorView | undefined;
  /** Where the monitor follows ours. */
  clock: MonitorClock | undefined;
  monitor: OwnMonitor | undefined;
  dueTimes: DueTimes;
  outFolder: string;
}

/** Plays a scenario, and judges the monitor by it where that is asked for. */
export async function play(scenario: Scenario, options: PlayOptions): Promise<Played> {
  const isOwn = options.isAssert && options.url === undefined;
  const { source } = fleetOf(scenario, options.devices);
  const monitor = isOwn ? await startOwnMonitor(source) : undefined;
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
  const { seed } = options;
  const durationSeconds =
    options.durationSeconds ??
    scenario.duration ??
    (options.isAssert ? DEFAULT_SECONDS : undefined);
  const planFrom = (startMs: number) =>
    planEffects({ events: scenario.events, topology, seed, startMs, durationSeconds });
  // Planned before anything is connected: a wrong scenario is told at once.
  const lockStepStart = options.startMs ?? Date.parse(scenario.start ?? DEFAULT_START);
  const planned = planFrom(lockStepStart);
  const dueTimes = new DueTimes();
  const url = monitor?.brokerUrl ?? options.url ?? DEFAULT_URL;
  const publisher = new FleetPublisher({
    ...publisherOptions({ options, planned, topology }),
    url,
    isPrivateBroker: monitor !== undefined,
    dueAt: (at) => dueTimes.of(at),
  });
  await publisher.start();
  try {
    const clock = options.isAssert ? await findClock(publisher, lockStepStart) : undefined;
    if (options.isAssert && clock === undefined) refuseOtherTime(options);
    const startMs = clock === undefined ? (options.startMs ?? Date.now()) : lockStepStart;
    const effects = startMs === lockStepStart ? planned : planFrom(startMs);
    const base = { scenario, options, topology, startMs, durationSeconds, publisher };
    const verdict = await perform({ ...base, clock, monitor, dueTimes, effects, url });
    await publisher.stop();
    return { verdict, publisher };
  } finally {
    await publisher.stop();
  }
}

type Parts = Omit<Play, 'fleet' | 'judge' | 'view' | 'outFolder'> & {
  effects: ReturnType<typeof planEffects>;
  url: string;
};

function viewOf(monitor: Parts['monitor'], { monitorUrl }: Parts['options']): MonitorView {
  if (monitor !== undefined) return new MonitorView(monitor.httpUrl);
  return new MonitorView(monitorUrl, process.env.SVITLO_MONITOR_TOKEN || undefined);
}

async function perform(parts: Parts): Promise<Verdict | undefined> {
  const { scenario, options, topology, startMs, clock, monitor, effects } = parts;
  const { seed, root } = options;
  const view = options.isAssert ? viewOf(monitor, options) : undefined;
  const judge =
    view &&
    new Judge({
      topology,
      view,
      limits: scenario.limits,
      isLockStep: clock !== undefined,
      lookEverySeconds: scenario.lookEvery,
      startMs,
      hasStore: true,
    });
  const outFolder = options.out ?? `var/sim/${scenario.name}`;
  const truth = await openTruth(outFolder);
  const teller: Witness = { ...INDIFFERENT, mains: (change) => options.onMains?.(change) };
  const witnesses = [truth.file, teller, ...(judge ? [judge.expectations] : [])];
  const fleet = new SimulatedFleet({ topology, seed, now: startMs, effects, root, witnesses });
  const play: Play = { ...parts, fleet, judge, view, outFolder };
  const how = clock === undefined ? '' : ', in lock-step';
  const where = `${new URL(parts.url).host} ${root}`;
  options.say(
    `${scenario.name}: ${fleet.deviceCount} simulated devices → ${where}, seed ${seed}${how}`,
  );
  const begunAt = performance.now();
  try {
    await view?.start();
    const end = await (clock === undefined ? driveInRealTime(play) : driveInLockStep(play, clock));
    await truth.end();
    if (judge === undefined) return undefined;
    return await concludeRun(play, judge, {
      ...end,
      wallSeconds: (performance.now() - begunAt) / 1000,
    });
  } finally {
    view?.stop();
  }
}

function refuseOtherTime({ speed = 1, startMs }: PlayOptions): void {
  if (speed === 1 && startMs === undefined) return;
  throw new UsageError(
    '--speed, --start: the monitor keeps its own time: expected one with SVITLO_SIM_CLOCK=1, or neither option',
  );
}

/** The clock of the monitor on this broker, where it follows ours. */
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
