const FIRST_GAP_MS = 15;
const LONGEST_GAP_MS = 250;

/**
 * How soon the next of a room's urgent frames may go. A lone change never waits. In a storm the gap
 * between frames doubles up to 250 ms, so that four a second are left, and begins anew after a calm one.
 */
export class Pace {
  #gapMs = FIRST_GAP_MS;
  #openAt = Number.NEGATIVE_INFINITY;

  /** How long to gather before the next (ms); `now` of a clock that is never set. */
  waitMs(now: number): number {
    return Math.max(0, this.#openAt - now);
  }

  sent(now: number): void {
    const isCalm = now - this.#openAt >= LONGEST_GAP_MS;
    this.#gapMs = isCalm ? FIRST_GAP_MS : Math.min(2 * this.#gapMs, LONGEST_GAP_MS);
    this.#openAt = now + this.#gapMs;
  }
}
