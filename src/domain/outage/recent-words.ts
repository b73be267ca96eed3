const CAPACITY = 256;
const CAPACITY_LATE = 8192;

/** When a device spoke (ms since 1970 UTC), and whether that was told late. */
export interface Word {
  at: number;
  isLate: boolean;
}

/**
 * The exact times of a device's newest words, in the order of receipt. A run knows its first and last
 * word only; a late word that contradicts a run needs its neighbours. More are kept where much comes late.
 */
export class RecentWords {
  #times = new Float64Array(CAPACITY);
  #isLate = new Uint8Array(CAPACITY);
  #next = 0;
  #size = 0;

  /** Allocates nothing for a live word. */
  add(at: number, isLate: boolean): void {
    if (isLate && this.#size === this.#times.length && this.#size < CAPACITY_LATE) this.#grow();
    this.#times[this.#next] = at;
    this.#isLate[this.#next] = isLate ? 1 : 0;
    this.#next = (this.#next + 1) % this.#times.length;
    if (this.#size < this.#times.length) this.#size += 1;
  }

  clear(): void {
    this.#times = new Float64Array(CAPACITY);
    this.#isLate = new Uint8Array(CAPACITY);
    this.#next = 0;
    this.#size = 0;
  }

  has(at: number): boolean {
    return this.#times.indexOf(at) >= 0;
  }

  /** The words next to `at` in the stretch, which they are not to leave. */
  around(at: number, { from, to }: { from: number; to: number }): { before?: Word; after?: Word } {
    const found: { before?: Word; after?: Word } = {};
    for (let index = 0; index < this.#size; index += 1) {
      const time = this.#times[index] as number;
      if (time < from || time > to || time === at) continue;
      const side = time < at ? 'before' : 'after';
      const known = found[side];
      if (known !== undefined && Math.abs(known.at - at) <= Math.abs(time - at)) continue;
      found[side] = { at: time, isLate: this.#isLate[index] === 1 };
    }
    return found;
  }

  /** Only where it is full: then the oldest stands at the next place to write. */
  #grow(): void {
    const times = new Float64Array(this.#size * 2);
    const isLate = new Uint8Array(this.#size * 2);
    times.set(this.#times.subarray(this.#next));
    times.set(this.#times.subarray(0, this.#next), this.#size - this.#next);
    isLate.set(this.#isLate.subarray(this.#next));
    isLate.set(this.#isLate.subarray(0, this.#next), this.#size - this.#next);
    this.#times = times;
    this.#isLate = isLate;
    this.#next = this.#size;
  }
}
