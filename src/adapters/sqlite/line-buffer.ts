import type { LineBlock, LineView } from '../../domain/line-block.ts';

const FIRST_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
const MINUTE_MS = 60_000;

/** A block on its way to the disk, with the UTC minutes that its points belong to (minutes since 1970). */
export interface SpoolBatch extends LineBlock {
  bytes: Uint8Array<ArrayBuffer>;
  minutes: readonly number[];
}

/** Lines gathered one behind the other, in a buffer that grows with them. */
export class LineBuffer {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;
  #count = 0;
  readonly #minutes = new Set<number>();
  #lastMinute = Number.NaN;

  get length(): number {
    return this.#length;
  }

  add({ bytes, length, ts }: LineView): void {
    const end = this.#length + length + 1;
    if (end > this.#bytes.length) this.#grow(end);
    bytes.copy(this.#bytes, this.#length, 0, length);
    this.#bytes[end - 1] = NEWLINE;
    this.#length = end;
    this.#count += 1;
    const minute = Math.floor(ts / MINUTE_MS);
    if (minute !== this.#lastMinute) {
      this.#minutes.add(minute);
      this.#lastMinute = minute;
    }
  }

  /** A copy of what was gathered. */
  batch(): SpoolBatch {
    const bytes = new Uint8Array(this.#length - 1);
    bytes.set(this.#bytes.subarray(0, this.#length - 1));
    return { bytes, count: this.#count, minutes: [...this.#minutes].filter(Number.isFinite) };
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(least, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
