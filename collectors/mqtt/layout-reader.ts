import type { MetricValue } from '../../src/contract/metric.ts';
import type { LineView } from '../../src/domain/line-block.ts';
import type { Layout, Slot } from './layout.ts';
import { decodeTimestamp } from './timestamp.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LETTER_F = 0x66;
const LETTER_T = 0x74;
const ASCII_END = 0x7f;
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
/** Up to here an integer and a power of ten are exact, so that one division rounds correctly. Longer ones are rare. */
const MAX_DIGITS = 15;
const MAX_TEXT = 256;
const POWERS = Array.from({ length: MAX_DIGITS + 1 }, (_, exponent) => 10 ** exponent);
/** A payload's line is no longer than the payload, its place and its time. */
const LINE_BYTES = 64 * 1024 + 1024;

/** What a payload says, with its line; valid until the next one is read. */
export interface Reading {
  ts: number;
  seq: number | undefined;
  isBackfill: boolean;
  metrics: Record<string, MetricValue>;
  line: LineView;
}

/**
 * Reads payloads by a layout, byte for byte, and writes their line beside: a number goes from the
 * payload to the line as it stands. It takes only what is clean and plain, and leaves everything else,
 * such as an escape, an exponent, a value out of its range, to the full decoding.
 */
export class LayoutReader {
  readonly #reading: Reading;
  readonly #line: Buffer;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #out = 0;
  #number = 0;
  #isWholeText = false;

  constructor() {
    this.#line = Buffer.allocUnsafe(LINE_BYTES);
    const line = { bytes: this.#line, length: 0, ts: 0 };
    this.#reading = { ts: 0, seq: undefined, isBackfill: false, metrics: {}, line };
  }

  /** `prefix` is the line's beginning up to its fields; times in ms since 1970 UTC. */
  read(
    layout: Layout,
    prefix: Buffer,
    bytes: Buffer,
    start: number,
    end: number,
    receivedAt: number,
  ): Reading | undefined {
    const reading = this.#reading;
    reading.ts = 0;
    reading.seq = undefined;
    reading.isBackfill = false;
    reading.metrics = { ...layout.last };
    this.#bytes = bytes;
    this.#at = start;
    prefix.copy(this.#line);
    this.#out = prefix.length;
    for (const slot of layout.slots) {
      if (!this.#passes(slot.literal) || !this.#value(slot, receivedAt)) return undefined;
    }
    if (!this.#passes(layout.tail) || this.#at !== end) return undefined;
    if (reading.ts === 0 || this.#out === prefix.length) return undefined;
    this.#line[this.#out - 1] = SPACE;
    layout.last = reading.metrics;
    reading.line.ts = reading.ts;
    reading.line.length = this.#out + this.#line.write(String(reading.ts), this.#out, 'latin1');
    return reading;
  }

  #passes(literal: Uint8Array): boolean {
    const bytes = this.#bytes;
    const start = this.#at;
    for (let index = 0; index < literal.length; index += 1) {
      if (bytes[start + index] !== literal[index]) return false;
    }
    this.#at = start + literal.length;
    return true;
  }

  #value(slot: Slot, receivedAt: number): boolean {
    if (slot.role === 'metric') return this.#metric(slot);
    const reading = this.#reading;
    if (slot.role === 'ts') {
      const time = decodeTimestamp(this.#timestamp(slot), receivedAt);
      if (time?.hasOwnTime !== true) return false;
      reading.ts = time.ts;
      return true;
    }
    if (slot.role === 'seq') {
      if (!this.#readNumber() || !this.#isWholeText) return false;
      if (this.#number < 0 || !Number.isSafeInteger(this.#number)) return false;
      reading.seq = this.#number;
      return true;
    }
    const isBackfill = this.#readBoolean();
    if (isBackfill === undefined) return false;
    reading.isBackfill = isBackfill;
    return true;
  }

  /** `null` where it is neither a plain number nor a plain text. */
  #timestamp(slot: Slot): number | string | null {
    if (this.#bytes[this.#at] === QUOTE) return this.#readText(slot) ?? null;
    return this.#readNumber() && this.#isWholeText ? this.#number : null;
  }

  #metric(slot: Slot): boolean {
    const start = this.#at;
    const first = this.#bytes[start] as number;
    let value: MetricValue | undefined;
    if (first === QUOTE) value = this.#readText(slot);
    else if (first === LETTER_T || first === LETTER_F) value = this.#readBoolean();
    else if (this.#readNumber()) value = this.#number;
    if (value === undefined || !slot.check(value)) return false;
    this.#reading.metrics[slot.key] = value;
    this.#write(slot.field, 0, slot.field.length);
    this.#write(this.#bytes, start, this.#at);
    this.#line[this.#out] = COMMA;
    this.#out += 1;
    return true;
  }

  #write(source: Uint8Array, start: number, end: number): void {
    const line = this.#line;
    let out = this.#out;
    for (let index = start; index < end; index += 1) {
      line[out] = source[index] as number;
      out += 1;
    }
    this.#out = out;
  }

  /** A number without an exponent (RFC 8259, section 6); not −0. */
  #readNumber(): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at += 1;
    const first = at;
    let digits = 0;
    let decimals = -1;
    let number = 0;
    for (; ; at += 1) {
      const byte = bytes[at] as number;
      if (byte >= ZERO && byte <= NINE) {
        number = number * 10 + (byte - ZERO);
        digits += 1;
        if (decimals >= 0) decimals += 1;
      } else if (byte === POINT && decimals < 0 && digits > 0) decimals = 0;
      else break;
    }
    if (digits === 0 || decimals === 0) return false;
    if (bytes[first] === ZERO && digits - Math.max(decimals, 0) > 1) return false;
    if (isNegative && number === 0) return false;
    if (digits > MAX_DIGITS) number = Number(bytes.toString('latin1', first, at));
    else if (decimals > 0) number /= POWERS[decimals] as number;
    this.#number = isNegative ? -number : number;
    this.#isWholeText = decimals < 0;
    this.#at = at;
    return true;
  }

  #readBoolean(): boolean | undefined {
    if (this.#passes(TRUE)) return true;
    return this.#passes(FALSE) ? false : undefined;
  }

  /** A text in ASCII without an escape. */
  #readText(slot: Slot): string | undefined {
    const bytes = this.#bytes;
    const start = this.#at + 1;
    const { lastBytes } = slot;
    let at = start;
    while (at - start < lastBytes.length && bytes[at] === lastBytes[at - start]) at += 1;
    if (at - start === lastBytes.length && bytes[at] === QUOTE) {
      this.#at = at + 1;
      return slot.lastText;
    }
    for (; ; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) break;
      if (byte === undefined || byte < SPACE || byte > ASCII_END || byte === BACKSLASH) return;
    }
    if (at - start > MAX_TEXT) return undefined;
    slot.lastText = bytes.toString('latin1', start, at);
    slot.lastBytes = Buffer.from(slot.lastText, 'latin1');
    this.#at = at + 1;
    return slot.lastText;
  }
}
