import type { Transmission } from '../truth/witness.ts';

const MINUTE_MS = 60_000;
/** Times before this, or this far ahead, are unusable (contract 2). */
const EARLIEST_MS = Date.UTC(2020, 0, 1);
const AHEAD_MS = 5 * MINUTE_MS;
/** Older than this at receipt, the newest message waits until none has come for a second. */
const BACKLOG_MS = MINUTE_MS;
/** A clock that is wrong shows in so many messages over so long that advance at our own rate. */
const RUN_MESSAGES = 3;
const RUN_MS = 30_000;
const RATE_TOLERANCE = 0.2;

/** How a message stands among its device's: it counts now, when its backlog has been read, or never. */
export type Standing = 'now' | 'held' | 'late';

interface Run {
  ts: number;
  at: number;
  messages: number;
}

/** Whether the contract lets a device's `ts` stand, received at `now` (ms since 1970 UTC). */
export function isUsableTime(ts: number, now: number): boolean {
  return ts >= EARLIEST_MS && ts <= now + AHEAD_MS;
}

/** What the contract makes of the times that one device sends. */
export class KnownClock {
  #newestTs = Number.NEGATIVE_INFINITY;
  /** Of a clock that was found to be wrong: its time less ours (ms). */
  #offsetMs: number | undefined;
  #run: Run | undefined;
  #lateRun: Run | undefined;

  /** Places a message with a usable time that is received at `now`. */
  place({ ts = 0, channel, isBackfill }: Transmission, now: number): Standing {
    if (isBackfill) return 'late';
    // The state channel measures nothing: telemetry from before it is not late.
    if (channel === 'state') return ts < this.#newestTs ? 'late' : 'now';
    if (ts < this.#newestTs && !this.#isSetBack(ts, now)) return 'late';
    this.#newestTs = ts;
    this.#lateRun = undefined;
    if (now - ts <= BACKLOG_MS) {
      this.#run = undefined;
      this.#offsetMs = undefined;
      return 'now';
    }
    const isKnown = this.#offsetMs !== undefined && now - ts + this.#offsetMs <= BACKLOG_MS;
    if (isKnown) return 'now';
    this.#run ??= { ts, at: now, messages: 0 };
    if (!isAtOneRate(this.#run, ts, now)) return 'held';
    this.#run = undefined;
    this.#offsetMs = ts - now;
    return 'now';
  }

  /** The device lives on in an earlier time. */
  #isSetBack(ts: number, now: number): boolean {
    this.#lateRun ??= { ts, at: now, messages: 0 };
    if (!isAtOneRate(this.#lateRun, ts, now)) return false;
    // The same run shows by how much the clock is wrong.
    this.#offsetMs = ts - now;
    return true;
  }
}

/** Counts the message; a run whose rate is another one begins anew with it. */
function isAtOneRate(run: Run, ts: number, now: number): boolean {
  run.messages += 1;
  const spanMs = now - run.at;
  if (run.messages < RUN_MESSAGES || spanMs < RUN_MS) return false;
  if (Math.abs((ts - run.ts) / spanMs - 1) <= RATE_TOLERANCE) return true;
  Object.assign(run, { ts, at: now, messages: 1 });
  return false;
}
