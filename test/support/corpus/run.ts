import { SimulatedFleet } from '../../../simulators/fleet.ts';
import type { Expectations } from '../../../simulators/judge/expectations.ts';
import { Judge } from '../../../simulators/judge/judge.ts';
import type { Check } from '../../../simulators/judge/verdict.ts';
import type { JudgeView } from '../../../simulators/judge/view.ts';
import { LockStepRun } from '../../../simulators/run/lock-step.ts';
import { fleetOf, type Scenario } from '../../../simulators/scenarios/scenario.ts';
import { planEffects } from '../../../simulators/scenarios/timeline.ts';
import type { FleetOutput } from '../../../simulators/wire/output.ts';
import type { Topology } from '../../../src/contract/config.ts';
import { SIMULATION_ROOT } from '../../../src/contract/topic.ts';

/** A scenario without a start of its own begins on a winter's working morning. */
const DEFAULT_START = '2026-01-15T08:00:00+02:00';
const DEFAULT_SECONDS = 600;

/** A monitor in this process: it is handed the bytes, and its clock is driven. */
export interface DrivenMonitor {
  view: JudgeView;
  /** Stands at `now` (ms since 1970 UTC) when all earlier input and timers have been processed. */
  advance(now: number): Promise<void>;
  take(outputs: readonly FleetOutput[]): void;
  /** Resolves when all that was taken is where it is to be. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface CorpusRun {
  scenario: Scenario;
  seed: number;
  /** A longer scenario is cut to this. */
  mostSeconds?: number;
  createMonitor(topology: Topology, expectations: Expectations): DrivenMonitor;
}

export interface CorpusVerdict {
  checks: readonly Check[];
  published: number;
  /** Of the simulation (ms since 1970 UTC). */
  startMs: number;
  endMs: number;
}

/** Plays a scenario in this process, from the devices' bytes on, and judges the monitor by it. */
export async function playInProcess(run: CorpusRun): Promise<CorpusVerdict> {
  const { scenario, seed, mostSeconds = Number.POSITIVE_INFINITY } = run;
  const { topology } = fleetOf(scenario);
  const startMs = Date.parse(scenario.start ?? DEFAULT_START);
  const durationSeconds = Math.min(scenario.duration ?? DEFAULT_SECONDS, mostSeconds);
  const { events } = scenario;
  const effects = planEffects({ events, topology, seed, startMs, durationSeconds });
  const view = new LateView();
  const judge = new Judge({
    topology,
    view,
    limits: scenario.limits,
    isLockStep: true,
    lookEverySeconds: scenario.lookEvery,
    startMs,
    hasStore: false,
  });
  const monitor = run.createMonitor(topology, judge.expectations);
  view.target = monitor.view;
  const witnesses = [judge.expectations];
  const root = SIMULATION_ROOT;
  const fleet = new SimulatedFleet({ topology, seed, now: startMs, effects, root, witnesses });
  const lockStep = new LockStepRun({
    fleet,
    publisher: { barrier: () => monitor.settled(), send: (outputs) => monitor.take(outputs) },
    clock: { advance: (now) => monitor.advance(now) },
    startMs,
    endMs: startMs + durationSeconds * 1000,
    grainMs: scenario.grain * 1000,
    onCaughtUp: (now) => judge.lookWhenDue(now),
    onSent: (now) => judge.expectations.received(now),
  });
  try {
    await lockStep.run();
    const { checks } = await judge.conclude(lockStep.now);
    const { published } = judge.expectations;
    return { checks, published, startMs, endMs: lockStep.now };
  } finally {
    await monitor.stop();
  }
}

/** The monitor's view is there only when the monitor is. */
class LateView implements JudgeView {
  target: JudgeView | undefined;

  get pushed() {
    return this.target?.pushed ?? new Set<string>();
  }

  get sitePower() {
    return this.target?.sitePower ?? new Map();
  }

  get<T>(path: string): Promise<T> {
    if (this.target === undefined) throw new Error('asked before there was a monitor');
    return this.target.get<T>(path);
  }
}
