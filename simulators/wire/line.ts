import type { Random } from '../random.ts';
import type { Span } from '../scenarios/scenario-schema.ts';
import type { Letter } from './letter.ts';

/** Shares of messages that a bad line spoils, doubles or swaps, and how long it may hold them. */
export interface LineQuality {
  garbage?: number | undefined;
  duplicate?: number | undefined;
  disorder?: number | undefined;
  delay?: Span | undefined;
}

export interface LineOptions {
  random: Random;
  /** A letter comes out at the far end. */
  deliver(letter: Letter, now: number): void;
  /** Told of what is done to which message on purpose. */
  onFault(fault: 'delay' | 'disorder' | 'duplicate', letter: Letter, now: number): void;
}

const MAX_HELD = 10_000;

/** A line that may delay, swap and double what goes through it; it loses nothing. */
export class Line {
  quality: LineQuality = {};
  readonly #options: LineOptions;
  readonly #delayed: { dueAt: number; letter: Letter }[] = [];
  #swapped: Letter | undefined;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  get isHolding(): boolean {
    return this.#delayed.length > 0;
  }

  transmit(letter: Letter, now: number): void {
    const { delay, disorder = 0, duplicate = 0 } = this.quality;
    const { deliver, onFault, random } = this.#options;
    if (delay !== undefined && this.#delayed.length < MAX_HELD) {
      onFault('delay', letter, now);
      const dueAt = now + random.between(delay.low, delay.high) * 1000;
      this.#delayed.push({ dueAt, letter });
      this.#delayed.sort((a, b) => a.dueAt - b.dueAt);
      return;
    }
    if (this.#swapped === undefined && disorder > 0 && random.next() < disorder) {
      onFault('disorder', letter, now);
      this.#swapped = letter;
      return;
    }
    deliver(letter, now);
    if (duplicate > 0 && random.next() < duplicate) {
      onFault('duplicate', letter, now);
      deliver(letter, now);
    }
    const held = this.#swapped;
    this.#swapped = undefined;
    if (held !== undefined) deliver(held, now);
  }

  /** Delivers what was delayed until `now`. */
  step(now: number): void {
    while (this.#delayed[0] !== undefined && this.#delayed[0].dueAt <= now) {
      const due = this.#delayed.shift();
      if (due !== undefined) this.#options.deliver(due.letter, now);
    }
  }
}
