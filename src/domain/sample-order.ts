import type { Sample } from '../contract/sample.ts';

/** Older than this at its receipt (ms), a message is a backlog or comes from a slow clock. */
export const BACKLOG_AGE_MS = 60_000;
/** A backlogged message counts as soon as no newer one has come for this long (ms). */
export const BACKLOG_QUIET_MS = 1000;
const CLOCK_MESSAGES = 3;
const CLOCK_SPAN_MS = 30_000;
const CLOCK_RATE_TOLERANCE = 0.2;

/** `live` moves the live state now, `held` when the backlog has been read, `late` never. */
export type OrderVerdict = 'live' | 'held' | 'late' | 'wrong_clock';

/** What is remembered of a device's times (ms since 1970 UTC). */
export interface OrderMemory {
  newestTs?: number;
  /** The first message of a run that may show a steady but wrong clock. */
  run?: { ts: number; receivedAt: number; messages: number };
}

/**
 * Places a message in its device's order and updates the memory. A message without a time of its own
 * is always the newest; one that is backfilled or older than the newest is late. One that is the newest
 * yet old is held, unless its clock and ours advance at one rate: then the clock is wrong.
 */
export function orderSample(memory: OrderMemory, sample: Sample): OrderVerdict {
  if (!sample.hasOwnTime) return 'live';
  if (sample.isBackfill || sample.ts < (memory.newestTs ?? Number.NEGATIVE_INFINITY)) return 'late';
  memory.newestTs = sample.ts;
  if (sample.receivedAt - sample.ts <= BACKLOG_AGE_MS) {
    delete memory.run;
    return 'live';
  }
  return hasSteadyClock(memory, sample) ? 'wrong_clock' : 'held';
}

function hasSteadyClock(memory: OrderMemory, sample: Sample): boolean {
  const { ts, receivedAt } = sample;
  const run = memory.run ?? { ts, receivedAt, messages: 0 };
  run.messages += 1;
  memory.run = run;
  const receivedSpan = receivedAt - run.receivedAt;
  if (run.messages < CLOCK_MESSAGES || receivedSpan < CLOCK_SPAN_MS) return false;
  const rate = (ts - run.ts) / receivedSpan;
  if (Math.abs(rate - 1) <= CLOCK_RATE_TOLERANCE) return true;
  memory.run = { ts, receivedAt, messages: 1 };
  return false;
}
