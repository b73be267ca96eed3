/** An hour that fails in so many runs in which others succeed is left out: it is not the store then. */
const MAX_RUNS = 5;
/** So many failures on end are the store's, and the run is over. */
const MAX_ON_END = 3;

/**
 * Hours that fail to be rolled up (by their begin, ms). They are tried last, so that a damaged one holds
 * up no other, and in the end left out. A run in which nothing succeeds says nothing of an hour.
 */
export class FailingHours {
  /** In how many runs each failed beside others that succeeded. */
  readonly #runs = new Map<number, number>();
  readonly #failedNow = new Set<number>();
  #hasSucceeded = false;
  #onEnd = 0;

  get size(): number {
    return this.#runs.size;
  }

  get hasSucceeded(): boolean {
    return this.#hasSucceeded;
  }

  isStoreAway(): boolean {
    return this.#onEnd >= MAX_ON_END;
  }

  isHopeless(hour: number): boolean {
    return this.#hasSucceeded && (this.#runs.get(hour) ?? 0) >= MAX_RUNS;
  }

  /** Those that did not fail in this run; the ones known to fail come last. */
  inOrder<T extends { hour: { fromMs: number } }>(hours: readonly T[]): T[] {
    const untried = hours.filter(({ hour }) => !this.#failedNow.has(hour.fromMs));
    const isKnown = ({ hour }: T) => this.#runs.has(hour.fromMs);
    return [...untried.filter((one) => !isKnown(one)), ...untried.filter(isKnown)];
  }

  beginRun(): void {
    this.#failedNow.clear();
    this.#hasSucceeded = false;
    this.#onEnd = 0;
  }

  succeeded(hour: number): void {
    this.#runs.delete(hour);
    this.#hasSucceeded = true;
    this.#onEnd = 0;
  }

  failed(hour: number): void {
    this.#failedNow.add(hour);
    this.#onEnd += 1;
    if (!this.#runs.has(hour)) this.#runs.set(hour, 0);
  }

  /** Returns the hours of which it is new that they fail beside others. */
  endRun(): number[] {
    if (!this.#hasSucceeded) return [];
    const fresh: number[] = [];
    for (const hour of this.#failedNow) {
      const runs = this.#runs.get(hour) ?? 0;
      this.#runs.set(hour, runs + 1);
      if (runs === 0) fresh.push(hour);
    }
    return fresh;
  }

  /** Hours whose minutes are no longer due. */
  forgetBefore(ms: number): void {
    for (const hour of this.#runs.keys()) if (hour < ms) this.#runs.delete(hour);
  }
}
