import { isLost, lastUpTo, type Mark, type Stretch } from './mark.ts';
import { RecentWords, type Word } from './recent-words.ts';

/** A device that is silent for more than so many intervals is not seen any more. */
const MISSED_INTERVALS = 3;
/** A word vouches for so many intervals after it, and between two words that are not too far apart. */
const VOUCHED_INTERVALS = 1.5;
/** A step of the clock back by more than this tells nothing of when; the word is then of the moment. */
const STEP_BACK_MS = 5 * 60_000;
const MAX_RUNS = 2000;
/** What goes at once where there are too many. */
const DROPPED_RUNS = 500;
/** Runs are saved in pieces by the hour of their begin, so that a change rewrites little. */
const PIECE_MS = 3_600_000;

/** Words of one mark that follow each other: the first and the last (ms since 1970 UTC). */
export interface Run {
  from: number;
  to: number;
  mark: Mark;
  /** The first word of it came late. */
  isLate: boolean;
  /** A later live verdict took back what the device said; late words do not bring that back. */
  isFirm: boolean;
}

/** One telemetry message: at `ts` the device was as `mark` says, a live verdict since `since`. */
export interface MarkedWord {
  ts: number;
  mark: Mark;
  since?: number;
  isLate: boolean;
}

/** One device's history: what it was, and when it was heard, by its own time. */
export class Track {
  readonly runs: Run[] = [];
  /** Pieces (hours since 1970) that are not saved as they stand. */
  readonly unsaved = new Set<number>();
  /** The newest word that is saved, or is going to be. */
  savedUpTo = Number.NEGATIVE_INFINITY;
  /** Nothing is known of what was before. */
  floor = Number.NEGATIVE_INFINITY;
  readonly #words = new RecentWords();
  #intervalMs = 0;
  #since: number | undefined;

  constructor(intervalSeconds: number) {
    this.setInterval(intervalSeconds);
  }

  /** How often it speaks, which is learned only with its words. */
  setInterval(intervalSeconds: number): void {
    this.#intervalMs = intervalSeconds * 1000;
  }

  /** Longer silences than this (ms) are not covered. */
  get toleranceMs(): number {
    return MISSED_INTERVALS * this.#intervalMs;
  }

  get #vouchedMs(): number {
    return VOUCHED_INTERVALS * this.#intervalMs;
  }

  /** Takes up what was saved, piece by piece, in any order. */
  restore(runs: readonly Run[]): void {
    this.runs.push(...runs);
    this.runs.sort((one, other) => one.from - other.from);
    this.savedUpTo = this.newest;
    if (this.runs.length >= MAX_RUNS - DROPPED_RUNS) this.floor = (this.runs[0] as Run).from;
  }

  get newest(): number {
    return this.runs.at(-1)?.to ?? Number.NEGATIVE_INFINITY;
  }

  /** The position of the run that rules at the time: the newest begun by then; −1 before all. */
  indexAt(at: number): number {
    return lastUpTo(this.runs, at, (run) => run.from);
  }

  /** Takes a word in; the stretch in which the history may now read otherwise, where there is one. */
  note(word: MarkedWord, now: number): Stretch | undefined {
    const { ts, mark, since, isLate } = word;
    const last = this.runs.at(-1);
    if (
      last !== undefined &&
      !isLate &&
      this.#continues(last, mark, ts) &&
      ts - last.to <= this.#vouchedMs &&
      (since === undefined || since === this.#since || since >= last.from)
    ) {
      last.to = ts;
      this.#words.add(ts, false);
      return undefined;
    }
    const changed = isLate ? this.#insert(ts, mark) : this.#noteLive(word, now);
    if (this.runs.length > MAX_RUNS) this.#drop(DROPPED_RUNS);
    return changed;
  }

  /** The runs that began in that hour. */
  runsOfPiece(piece: number): Run[] {
    const runs: Run[] = [];
    for (let index = this.indexAt((piece + 1) * PIECE_MS - 1); index >= 0; index -= 1) {
      const run = this.runs[index] as Run;
      if (pieceOf(run.from) !== piece) break;
      runs.unshift(run);
    }
    return runs;
  }

  /** The newest word is to be saved, though nothing has changed since the last time. */
  saveNewest(): void {
    for (const { from } of this.runs.slice(-1)) this.unsaved.add(pieceOf(from));
  }

  /** Forgets the runs that ended before the time, but for the one that rules then. */
  forget(before: number): void {
    const ruling = this.indexAt(before);
    if (ruling > 0) this.#drop(ruling);
  }

  forgetAll(): void {
    this.#drop(this.runs.length);
  }

  /** Whether it said anything but `unknown` from the one time to the other, both included. */
  hasKnownWord(from: number, to: number): boolean {
    for (let index = this.indexAt(to); index >= 0; index -= 1) {
      const run = this.runs[index] as Run;
      if (run.to < from) return false;
      if (run.mark !== 'unknown') return true;
    }
    return false;
  }

  /** Up to when it is taken for seen by the run's last word, and the next one if it is not far. */
  seenUpTo(index: number): number {
    const { to } = this.runs[index] as Run;
    const next = this.runs[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    return next - to <= this.toleranceMs ? next : Math.min(next, to + this.#vouchedMs);
  }

  #continues(run: Run, mark: Mark, ts: number): boolean {
    return run.mark === mark && !run.isFirm && ts >= run.to && ts - run.to <= this.toleranceMs;
  }

  #noteLive({ ts: told, mark, since }: MarkedWord, now: number): Stretch {
    let ts = told;
    const newest = this.newest;
    const isStepFar = newest - ts > STEP_BACK_MS;
    if (isStepFar) ts = Math.max(now, newest);
    if (ts < newest) this.#cut(ts);
    let from = newest === Number.NEGATIVE_INFINITY ? ts : Math.min(newest, ts);
    const isSinceNew = since !== this.#since || this.runs.at(-1)?.mark !== mark;
    this.#since = since;
    if (since !== undefined && since < ts && isSinceNew && !isStepFar) {
      from = Math.min(from, this.#takeBack(since, mark), since);
      this.#beginSince(since, ts, mark);
    }
    const last = this.runs.at(-1);
    if (last !== undefined && last.from === ts && last.mark !== mark) this.#remove(-1);
    this.#append(ts, mark);
    this.#words.add(ts, false);
    return { from, to: Number.POSITIVE_INFINITY };
  }

  #append(ts: number, mark: Mark): void {
    const last = this.runs.at(-1);
    if (last !== undefined && this.#continues(last, mark, ts)) this.#move(last, { to: ts });
    else this.#put(this.runs.length, { from: ts, to: ts, mark, isLate: false, isFirm: false });
  }

  /** The clock stepped back a little: what it said of a time that is yet to come was never so. */
  #cut(ts: number): void {
    while ((this.runs.at(-1)?.from ?? ts) > ts) this.#remove(-1);
    const last = this.runs.at(-1);
    if (last !== undefined) this.#move(last, { to: Math.min(last.to, ts) });
    this.#words.clear();
  }

  /** The first word of the verdict stands where it began, if the device said nothing else meanwhile. */
  #beginSince(since: number, ts: number, mark: Mark): void {
    const last = this.runs.at(-1);
    if (last !== undefined && (last.to >= since || isLost(last.mark) === isLost(mark))) return;
    const to = ts - since <= this.toleranceMs ? ts : since;
    this.#put(this.runs.length, { from: since, to, mark, isLate: false, isFirm: false });
  }

  /** Turns round what was told of the input since then; where nothing else was told, nothing is done. */
  #takeBack(since: number, mark: Mark): number {
    const taken = mark === 'off' ? 'lost' : mark;
    let changedFrom = Number.POSITIVE_INFINITY;
    for (let index = this.runs.length - 1; index >= 0; index -= 1) {
      const run = this.runs[index] as Run;
      if (run.to < since) break;
      if (run.mark === 'unknown' || isLost(run.mark) === isLost(mark)) continue;
      if (run.from < since) {
        const { before } = this.#words.around(since, run);
        this.#put(index + 1, { ...run, from: since });
        this.#move(run, { to: before?.at ?? Math.max(run.from, since - this.#intervalMs) });
      }
      const turned = this.runs[run.from < since ? index + 1 : index] as Run;
      turned.mark = taken;
      turned.isFirm = true;
      this.unsaved.add(pieceOf(turned.from));
      changedFrom = turned.from;
    }
    return changedFrom;
  }

  #insert(ts: number, mark: Mark): Stretch | undefined {
    const index = this.indexAt(ts);
    const run = this.runs[index];
    const next = this.runs[index + 1];
    if (run !== undefined && ts <= run.to) return this.#insertInto(index, ts, mark);
    this.#words.add(ts, true);
    const changed = { from: run?.to ?? ts, to: next?.from ?? Number.POSITIVE_INFINITY };
    const joinsRun = run !== undefined && this.#continues(run, mark, ts);
    const joinsNext =
      next !== undefined &&
      next.mark === mark &&
      !next.isFirm &&
      next.from - ts <= this.toleranceMs;
    if (joinsRun && joinsNext) {
      this.#move(run, { to: next.to });
      this.#remove(index + 1);
    } else if (joinsRun) this.#move(run, { to: ts });
    else if (joinsNext) this.#move(next, { from: ts, isLate: true });
    else this.#put(index + 1, { from: ts, to: ts, mark, isLate: true, isFirm: false });
    return changed;
  }

  /** A late word in the midst of a run: nothing new, or the run falls apart. */
  #insertInto(index: number, ts: number, mark: Mark): Stretch | undefined {
    const run = this.runs[index] as Run;
    // Of two words for one time the first one counts: a redelivery changes nothing.
    const isKnown = run.from === ts || run.to === ts || this.#words.has(ts);
    if (run.mark === mark || run.isFirm || isKnown) {
      if (!isKnown && !run.isFirm) this.#words.add(ts, true);
      return undefined;
    }
    const { before, after } = this.#neighbours(run, ts);
    const rest = { ...run, from: after.at, isLate: after.isLate };
    this.#move(run, { to: before });
    this.#put(index + 1, rest);
    this.#put(index + 1, { from: ts, to: ts, mark, isLate: true, isFirm: false });
    this.#words.add(ts, true);
    return { from: run.to, to: rest.from };
  }

  /** Where the exact words are not known any more, one interval away. */
  #neighbours(run: Run, ts: number): { before: number; after: Word } {
    // Words of one run are no further apart than the tolerance: what is further away is not the next.
    const { before, after } = this.#words.around(ts, {
      from: Math.max(run.from, ts - this.toleranceMs),
      to: Math.min(run.to, ts + this.toleranceMs),
    });
    return {
      before: before?.at ?? Math.max(run.from, ts - this.#intervalMs),
      after: after ?? { at: Math.min(run.to, ts + this.#intervalMs), isLate: run.isLate },
    };
  }

  #put(index: number, run: Run): void {
    this.runs.splice(index, 0, run);
    this.unsaved.add(pieceOf(run.from));
  }

  #move(run: Run, change: Partial<Run>): void {
    this.unsaved.add(pieceOf(run.from));
    Object.assign(run, change);
    this.unsaved.add(pieceOf(run.from));
  }

  #remove(index: number): void {
    for (const run of this.runs.splice(index, 1)) this.unsaved.add(pieceOf(run.from));
  }

  #drop(count: number): void {
    for (const run of this.runs.splice(0, count)) this.unsaved.add(pieceOf(run.from));
    this.floor = this.runs[0]?.from ?? this.floor;
  }
}

/** The piece that a run belongs to by its begin (hours since 1970). */
function pieceOf(from: number): number {
  return Math.floor(from / PIECE_MS);
}
