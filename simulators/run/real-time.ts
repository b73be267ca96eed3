import type { SimulatedFleet } from '../fleet.ts';
import type { FleetPublisher } from '../publisher.ts';

const STEP_MS = 4;

export interface RealTimeOptions {
  fleet: SimulatedFleet;
  publisher: FleetPublisher;
  /** Simulated time of the beginning (ms since 1970 UTC). */
  startMs: number;
  /** Simulated time of the end, which the run reaches and never passes. */
  endMs?: number | undefined;
  /** How much faster than real time the simulated clock goes. */
  speed: number;
  /** Told after each step which time it is. */
  onStep?: (now: number) => void;
}

/** A running simulation: steps the fleet by the wall clock and hands what is due to the publisher. */
export class RealTimeRun {
  readonly #options: RealTimeOptions;
  readonly #begunAt = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RealTimeOptions) {
    this.#options = options;
  }

  /** Simulated seconds since the run began. */
  get elapsedSeconds(): number {
    return ((performance.now() - this.#begunAt) / 1000) * this.#options.speed;
  }

  /** The wall time (`performance.now`) at which the simulated time `at` comes. */
  dueAt(at: number): number {
    const { startMs, speed } = this.#options;
    return this.#begunAt + (at - startMs) / speed;
  }

  start(): void {
    this.#timer = setInterval(() => this.#step(), STEP_MS);
  }

  /** Goes on to the planned end at once, however early or late the wall clock called it. */
  finish(): void {
    clearInterval(this.#timer);
    const { endMs } = this.#options;
    if (endMs !== undefined) this.#stepTo(endMs);
  }

  /** Says goodbye for every device. The publisher is the caller's to stop. */
  stop(): void {
    clearInterval(this.#timer);
    this.#options.publisher.send(this.#options.fleet.farewell());
  }

  #step(): void {
    const { startMs, endMs = Number.POSITIVE_INFINITY } = this.#options;
    this.#stepTo(Math.min(startMs + this.elapsedSeconds * 1000, endMs));
  }

  #stepTo(now: number): void {
    const { fleet, publisher, onStep } = this.#options;
    publisher.send(fleet.step(now));
    onStep?.(now);
  }
}
