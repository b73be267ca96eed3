import { SIMULATION_ROOT } from '../../src/contract/topic.ts';
import { MonitorAnswerError } from '../judge/view.ts';
import { UsageError } from '../options.ts';
import { LockStepRun } from './lock-step.ts';
import { BrokerLostError, type MonitorClock, MonitorClockError } from './monitor-clock.ts';
import type { Play } from './play.ts';
import { RealTimeRun } from './real-time.ts';

const PROGRESS_MS = 1000;

/** When a run ended (simulated ms since 1970 UTC), and why before its time. */
export interface RunEnd {
  endMs: number;
  /** What the monitor failed at. */
  failure?: string;
  /** Why nothing can be said of the monitor. */
  obstacle?: string;
}

/** The wall time at which messages are due; known once the run has begun. */
export class DueTimes {
  run: RealTimeRun | undefined;

  /** `performance.now` at which a message due at the simulated time `at` is due. */
  of(at: number): number {
    return this.run?.dueAt(at) ?? performance.now();
  }
}

function showProgress({ options, publisher, durationSeconds }: Play, elapsed: () => number) {
  return setInterval(() => {
    const { publishedCount: published, waitingCount: waiting, droppedCount: dropped } = publisher;
    const counts = { published, waiting, dropped };
    options.onProgress?.({ elapsedSeconds: elapsed(), durationSeconds, ...counts });
  }, PROGRESS_MS);
}

/** Runs with the monitor's clock in ours. */
export async function driveInLockStep(play: Play, clock: MonitorClock): Promise<RunEnd> {
  const { fleet, judge, monitor, options, publisher, scenario, startMs } = play;
  if (options.root !== SIMULATION_ROOT) {
    throw new UsageError(`--root: expected ${SIMULATION_ROOT} in lock-step, got ${options.root}`);
  }
  const run = new LockStepRun({
    fleet,
    publisher,
    clock,
    startMs,
    endMs: startMs + (play.durationSeconds ?? 0) * 1000,
    grainMs: scenario.grain * 1000,
    maxSpeed: options.speed,
    onCaughtUp: async (now) => judge?.lookWhenDue(now),
    onSent: (now) => judge?.expectations.received(now),
  });
  void options.asked.then(() => run.stop());
  const progress = showProgress(play, () => run.elapsedSeconds);
  try {
    await run.run();
    return { endMs: run.now };
  } catch (error) {
    const isMonitors = error instanceof MonitorClockError || error instanceof MonitorAnswerError;
    if (isMonitors) return { endMs: run.now, failure: error.message };
    if (!(error instanceof BrokerLostError)) throw error;
    // The embedded broker goes with its monitor; another one may have gone by itself.
    const isMonitorAlive = monitor === undefined && (await play.view?.isAlive());
    if (isMonitorAlive) return { endMs: run.now, obstacle: error.message };
    return { endMs: run.now, failure: `${error.message}, and the monitor gives no answer` };
  } finally {
    clearInterval(progress);
  }
}

/** Runs by the wall clock, whatever the monitor's. */
export async function driveInRealTime(play: Play): Promise<RunEnd> {
  const { dueTimes, durationSeconds, fleet, judge, options, publisher, startMs } = play;
  const { speed = 1 } = options;
  const end: RunEnd = { endMs: startMs };
  let looking: Promise<void> | undefined;
  const look = (now: number) => {
    end.endMs = now;
    judge?.expectations.received(now);
    if (judge === undefined || looking !== undefined) return;
    looking = judge
      .lookWhenDue(now)
      .catch((error: unknown) => {
        end.failure = error instanceof Error ? error.message : String(error);
      })
      .finally(() => {
        looking = undefined;
      });
  };
  const endMs = durationSeconds === undefined ? undefined : startMs + durationSeconds * 1000;
  const run = new RealTimeRun({ fleet, publisher, startMs, endMs, speed, onStep: look });
  dueTimes.run = run;
  const progress = showProgress(play, () => run.elapsedSeconds);
  run.start();
  const ends: Promise<unknown>[] = [options.asked];
  if (durationSeconds !== undefined)
    ends.push(elapsed((durationSeconds / speed) * 1000).then(() => run.finish()));
  await Promise.race(ends);
  clearInterval(progress);
  run.stop();
  await looking;
  return end;
}

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
