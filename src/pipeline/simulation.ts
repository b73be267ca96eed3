import type { Sample } from '../contract/sample.ts';
import type { Clock, ClockControl, Decoded, IngestPort } from '../ports.ts';
import type { AlarmDesk } from './alarm-desk.ts';

const TICK_MS = 1000;

/** Time as a simulator gives it (ms since 1970 UTC); 0 until it has spoken. */
export class SimulatedClock implements Clock {
  #now = 0;

  now(): number {
    return this.#now;
  }

  set(now: number): void {
    this.#now = now;
  }
}

interface SimulationOptions {
  clock: SimulatedClock;
  ingest: IngestPort;
  desk: Pick<AlarmDesk, 'settled'>;
  /** What real time would bring once a second. */
  everySecond(now: number): void;
}

/** Runs the monitor in lock-step with a simulator: input passes through here, and time is driven. */
export class Simulation implements IngestPort, ClockControl {
  readonly #options: SimulationOptions;
  readonly #pending = new Set<Promise<void>>();
  #newest: Promise<void> | undefined;
  #tickedAt = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
  }

  accept(decoded: Decoded): Promise<void> | undefined {
    const accepted = this.#options.ingest.accept(decoded);
    if (accepted === undefined || accepted === this.#newest) return accepted;
    this.#newest = accepted;
    const settled = accepted.then(
      () => {},
      () => {},
    );
    this.#pending.add(settled);
    void settled.then(() => this.#pending.delete(settled));
    return accepted;
  }

  watch(sample: Sample): void {
    this.#options.ingest.watch(sample);
  }

  /**
   * Sets the time to `now` and carries out each second's timers on the way. Resolves when those and
   * all earlier input have been processed and journaled. Time never goes back.
   */
  async advance(now: number): Promise<void> {
    const { clock, desk, everySecond } = this.#options;
    await Promise.all(this.#pending);
    if (clock.now() === 0) this.#tickedAt = now - TICK_MS;
    for (let at = this.#tickedAt + TICK_MS; at <= now; at += TICK_MS) {
      clock.set(at);
      everySecond(at);
      this.#tickedAt = at;
    }
    clock.set(Math.max(now, clock.now()));
    await desk.settled();
  }
}
