import type { SimulatedFleet } from '../fleet.ts';
import type { FleetPublisher } from '../publisher.ts';
import type { FleetOutput } from '../wire/output.ts';
import type { MonitorClock } from './monitor-clock.ts';

const SETTLE_MS = 1000;
const NEWS_MS = 250;

export interface LockStepOptions {
  fleet: SimulatedFleet;
  publisher: Pick<FleetPublisher, 'barrier' | 'send'>;
  clock: Pick<MonitorClock, 'advance'>;
  /** Simulated time of the beginning and the end (ms since 1970 UTC). */
  startMs: number;
  endMs: number;
  /** The longest step (ms). */
  grainMs: number;
  /** Simulated seconds in a second at the most. */
  maxSpeed?: number | undefined;
  /** The monitor stands at `now` and knows all that was sent before it. */
  onCaughtUp(now: number): Promise<void>;
  /** What was stepped up to `now` is on its way and will be received at `now`. */
  onSent(now: number): void;
}

/**
 * Simulated time that waits for the monitor: a step is as long as the grain, or ends with the quarter of a second in
 * which a device has something to tell at once. The time is sent first, then what happened up to it.
 */
export class LockStepRun {
  readonly #options: LockStepOptions;
  #now: number;
  #isStopped = false;

  constructor(options: LockStepOptions) {
    this.#options = options;
    this.#now = options.startMs;
  }

  /** Simulated ms since 1970 UTC. */
  get now(): number {
    return this.#now;
  }

  get elapsedSeconds(): number {
    return (this.#now - this.#options.startMs) / 1000;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Resolves at the end; throws `MonitorClockError` where the monitor does not follow. */
  async run(): Promise<void> {
    const { clock, endMs, publisher, onCaughtUp, onSent } = this.#options;
    await clock.advance(this.#now, 10_000);
    const begunAt = performance.now();
    while (this.#now < endMs && !this.#isStopped) {
      const { now, outputs } = this.#step();
      await publisher.barrier();
      await clock.advance(now);
      await onCaughtUp(now);
      publisher.send(outputs);
      onSent(now);
      this.#now = now;
      await this.#pace(begunAt);
    }
    await publisher.barrier();
    await clock.advance(this.#now + SETTLE_MS);
    await onCaughtUp(this.#now + SETTLE_MS);
  }

  #step(): { now: number; outputs: FleetOutput[] } {
    const { fleet, grainMs, startMs } = this.#options;
    const outputs: FleetOutput[] = [];
    const grainEnds = this.#now + grainMs - ((this.#now - startMs) % grainMs);
    let now = this.#now;
    do {
      now += NEWS_MS;
      outputs.push(...fleet.step(now));
    } while (now < grainEnds && !fleet.hasNews);
    return { now, outputs };
  }

  async #pace(begunAt: number): Promise<void> {
    const { maxSpeed } = this.#options;
    if (maxSpeed === undefined) return;
    const aheadMs = (this.elapsedSeconds / maxSpeed) * 1000 - (performance.now() - begunAt);
    if (aheadMs > 0) await new Promise((resolve) => setTimeout(resolve, aheadMs));
  }
}
