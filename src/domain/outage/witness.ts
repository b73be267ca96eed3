import { isLost, type Mark } from './mark.ts';
import type { Run, Track } from './track.ts';

/** UPSs of one cause lose their input within this time (ms). */
export const COHORT_MS = 30_000;

/**
 * A UPS or supply meter as a sweep through time meets it: its words one after the other, and when it
 * falls silent. Times are ms since 1970 UTC.
 */
export class Witness {
  readonly id: string;
  /** The newest that it said but `unknown`; a silent device is what it said last. */
  mark: Mark | undefined;
  isUnknown = false;
  lostSince = Number.POSITIVE_INFINITY;
  /** The word that told of the loss came late. */
  isLossLate = false;
  /** The word that was met last came late. */
  isWordLate = false;
  readonly #track: Track;
  /** The next run to meet; the one before rules. */
  #next: number;
  #isSilent = true;

  /** Stands before the time and knows what had been said by then. */
  constructor(id: string, track: Track, before: number) {
    this.id = id;
    this.#track = track;
    this.#next = track.indexAt(before - 1) + 1;
    let first = this.#next - 1;
    while (first > 0 && !this.#isTurn(first)) first -= 1;
    for (let index = Math.max(0, first); index < this.#next; index += 1) {
      this.#meet(this.#run(index));
    }
    const ruling = track.runs[this.#next - 1];
    this.isUnknown = ruling?.mark === 'unknown';
    this.#isSilent = ruling === undefined || this.#silentAt(ruling) < before;
  }

  get isLost(): boolean {
    return isLost(this.mark);
  }

  /** It is heard, and said what it is. */
  get isHeard(): boolean {
    return !this.#isSilent && !this.isUnknown && this.mark !== undefined;
  }

  /** When it speaks otherwise or falls silent next; infinite where it does not. */
  get nextAt(): number {
    const ruling = this.#track.runs[this.#next - 1];
    const next = this.#track.runs[this.#next]?.from ?? Number.POSITIVE_INFINITY;
    return ruling === undefined || this.#isSilent ? next : Math.min(next, this.#silentAt(ruling));
  }

  /** Goes on to `nextAt`; whether it spoke, or fell silent otherwise. */
  advance(): boolean {
    const at = this.nextAt;
    const run = this.#track.runs[this.#next];
    if (run?.from !== at) {
      this.#isSilent = true;
      return false;
    }
    this.#next += 1;
    this.#isSilent = false;
    this.isUnknown = run.mark === 'unknown';
    this.isWordLate = run.isLate;
    this.#meet(run);
    return true;
  }

  /** A person's word for one that is silent itself. */
  testifyMains(): void {
    if (this.#isSilent && this.isLost) this.mark = 'mains';
  }

  /** A person's word from before this stands: it still holds where nothing was heard since then. */
  recallMains(at: number, before: number): void {
    if (!this.#track.hasKnownWord(at - this.#track.toleranceMs, before - 1)) this.testifyMains();
  }

  /** It is heard, or was at some time from the one to the other. */
  isHeardBetween(from: number, to: number): boolean {
    return this.isHeard || this.#track.hasKnownWord(from, to);
  }

  /**
   * Whether it speaks against a common loss that began at the time: it has its mains, or had it for
   * longer, and is heard or spoke right afterwards. A silent one says nothing.
   */
  deniesLoss(begin: number): boolean {
    if (!this.isLost) return this.isHeard || this.#speaksAfter(begin);
    return (
      this.lostSince > begin + COHORT_MS && this.#track.hasKnownWord(begin, this.lostSince - 1)
    );
  }

  #speaksAfter(begin: number): boolean {
    const until = begin + Math.max(COHORT_MS, this.#track.toleranceMs);
    return this.#track.hasKnownWord(begin, until);
  }

  #meet(run: Run): void {
    if (run.mark === 'unknown') return;
    if (isLost(run.mark) && !this.isLost) {
      this.lostSince = run.from;
      this.isLossLate = run.isLate;
    }
    this.mark = run.mark;
  }

  /** A loss begins there, or the run says that there is none. */
  #isTurn(index: number): boolean {
    return this.#run(index).mark !== 'unknown' && !isLost(this.#run(index).mark);
  }

  #silentAt(run: Run): number {
    return run.to + this.#track.toleranceMs + 1;
  }

  #run(index: number): Run {
    return this.#track.runs[index] as Run;
  }
}
