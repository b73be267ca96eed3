import type { Clock } from '../ports.ts';

/** What the system's time differs by without having been set (ms): the loop's delays and slow corrections. */
const SLEW_MS = 500;

/**
 * The system's time, which goes on evenly between two calls of `follow`: whoever measures a delay by it
 * is told when the time is set, by NTP after the start or by a person, before the new time is used.
 */
export class SystemClock implements Clock {
  #offset = 0;

  constructor() {
    this.follow();
  }

  now(): number {
    return Math.floor(performance.now() + this.#offset);
  }

  follow(): number {
    const offset = Date.now() - performance.now();
    const set = offset - this.#offset;
    this.#offset = offset;
    return Math.abs(set) > SLEW_MS ? Math.round(set) : 0;
  }
}
