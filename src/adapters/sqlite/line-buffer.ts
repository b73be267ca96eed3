import type { LineBlock, LineView } from '../../domain/line-block.ts';

const FIRST_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** Lines gathered one behind the other, in a buffer that grows with them. */
export class LineBuffer {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;
  #count = 0;

  get length(): number {
    return this.#length;
  }

  add({ bytes, length }: LineView): void {
    const end = this.#length + length + 1;
    if (end > this.#bytes.length) this.#grow(end);
    bytes.copy(this.#bytes, this.#length, 0, length);
    this.#bytes[end - 1] = NEWLINE;
    this.#length = end;
    this.#count += 1;
  }

  /** A copy of what was gathered. */
  block(): LineBlock & { bytes: Uint8Array<ArrayBuffer> } {
    const bytes = new Uint8Array(this.#length - 1);
    bytes.set(this.#bytes.subarray(0, this.#length - 1));
    return { bytes, count: this.#count };
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(least, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
