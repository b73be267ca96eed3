/** One message of a device, as it arrived (ms since 1970 UTC). */
export interface Word {
  /** When it was truly measured, and when it says so; the receipt where that time is unusable. */
  measuredAt: number;
  saidAt: number;
  receivedAt: number;
  /** Whether it says that the input is gone; `undefined` of a device that has none. */
  isLost: boolean | undefined;
  /** It came as a part of a backlog, or too late to move the live state. */
  isLate: boolean;
}

const LOST = 1;
const NOT_LOST = 2;
const LATE = 4;

/** Every message of a device, in columns: there may be a million of them. */
export class Words {
  readonly #measuredAt: number[] = [];
  readonly #saidAt: number[] = [];
  readonly #receivedAt: number[] = [];
  readonly #flags: number[] = [];
  #isSorted = true;

  add({ measuredAt, saidAt, receivedAt, isLost, isLate }: Word): void {
    this.#isSorted &&= measuredAt >= (this.#measuredAt.at(-1) ?? measuredAt);
    this.#measuredAt.push(measuredAt);
    this.#saidAt.push(saidAt);
    this.#receivedAt.push(receivedAt);
    const input = isLost === undefined ? 0 : isLost ? LOST : NOT_LOST;
    this.#flags.push(input | (isLate ? LATE : 0));
  }

  /** Those measured from `fromMs` to `toMs`, both included, by that time. */
  between(fromMs: number, toMs: number): Word[] {
    this.#sort();
    const found: Word[] = [];
    for (let row = this.#firstFrom(fromMs); row < this.#measuredAt.length; row++) {
      const word = this.#at(row);
      if (word.measuredAt > toMs) break;
      found.push(word);
    }
    return found;
  }

  /** The first one measured at `fromMs` or later that says this of its input. */
  firstThatSays(isLost: boolean, fromMs: number, toMs = Number.POSITIVE_INFINITY) {
    this.#sort();
    for (let row = this.#firstFrom(fromMs); row < this.#measuredAt.length; row++) {
      if ((this.#measuredAt[row] ?? 0) > toMs) return undefined;
      if (((this.#flags[row] ?? 0) & (isLost ? LOST : NOT_LOST)) !== 0) return this.#at(row);
    }
    return undefined;
  }

  #at(row: number): Word {
    const flags = this.#flags[row] ?? 0;
    return {
      measuredAt: this.#measuredAt[row] ?? Number.NaN,
      saidAt: this.#saidAt[row] ?? Number.NaN,
      receivedAt: this.#receivedAt[row] ?? Number.NaN,
      isLost: (flags & (LOST | NOT_LOST)) === 0 ? undefined : (flags & LOST) !== 0,
      isLate: (flags & LATE) !== 0,
    };
  }

  #firstFrom(ms: number): number {
    let [low, high] = [0, this.#measuredAt.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#measuredAt[middle] ?? 0) < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** What came out of its order is put in its place. */
  #sort(): void {
    if (this.#isSorted) return;
    this.#isSorted = true;
    const order = this.#measuredAt.map((_, row) => row);
    order.sort((a, b) => (this.#measuredAt[a] ?? 0) - (this.#measuredAt[b] ?? 0));
    for (const column of [this.#measuredAt, this.#saidAt, this.#receivedAt, this.#flags]) {
      const sorted = order.map((row) => column[row] ?? 0);
      for (const [row, value] of sorted.entries()) column[row] = value;
    }
  }
}
