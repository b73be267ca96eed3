import type { Letter } from './letter.ts';

/** What a device does while it cannot reach the broker, and after. */
export interface StorePolicy {
  /** Messages that it keeps, the newest, and how many of them a second it sends afterwards. */
  stored: number;
  replay: number;
  /** Whether what it sends late says so (`backfill`), and so may go beside what is new. */
  isMarked: boolean;
}

/** The memory of a device for what it could not send. */
export class Backlog {
  readonly #letters: Letter[] = [];
  #policy: StorePolicy = { stored: 0, replay: 1, isMarked: true };
  #credit = 0;
  #discarded = 0;

  get length(): number {
    return this.#letters.length;
  }

  /** The new must wait behind the old: nothing marks the old as late. */
  get holdsUp(): boolean {
    return this.length > 0 && !this.#policy.isMarked;
  }

  /** Keeps a letter; the oldest is discarded where there is no room. */
  store(letter: Letter, policy: StorePolicy): void {
    this.#policy = policy;
    this.#letters.push(letter);
    if (this.#letters.length <= policy.stored) return;
    this.#letters.shift();
    this.#discarded += 1;
  }

  /** Puts a new letter behind the stored ones. */
  append(letter: Letter): void {
    this.#letters.push(letter);
  }

  /** The way is open again; how many letters were discarded meanwhile. */
  open(policy: StorePolicy): number {
    const discarded = this.#discarded;
    this.#policy = policy;
    this.#credit = 0;
    this.#discarded = 0;
    return discarded;
  }

  /** The letters that may leave in `dtSeconds`, oldest first. */
  take(dtSeconds: number): Letter[] {
    const { isMarked, replay } = this.#policy;
    this.#credit += replay * dtSeconds;
    const count = Math.min(Math.floor(this.#credit), this.#letters.length);
    this.#credit -= count;
    return this.#letters.splice(0, count).map((letter) => ({ ...letter, isBackfill: isMarked }));
  }
}
