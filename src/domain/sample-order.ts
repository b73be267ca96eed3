import type { Sample } from '../contract/sample.ts';
import { beginRun, isAtOneRate, isOfThePast, type Run } from './clock-run.ts';

/** Older than this at its receipt (ms), a message is a backlog or comes from a slow clock. */
export const BACKLOG_AGE_MS = 60_000;
/** A wrong clock's offset is taken anew when it has lost more than this (ms): less is a delay on the way. */
const CLOCK_LOSS_MS = 30_000;
/** No more messages than this have one time, unless the clock stands; then a restart is no disorder. */
const SAME_TIME_MESSAGES = 16;

/** `live` moves the live state now, `held` when the backlog has been read, `late` never. */
export type OrderVerdict = 'live' | 'held' | 'late' | 'wrong_clock';

/** A clock that is known to be wrong: its time less ours (ms), and its messages from `sinceTs` on. */
export interface WrongClock {
  offsetMs: number;
  sinceTs: number;
}

/** What is remembered of a device's telemetry (times in ms since 1970 UTC). */
export interface OrderMemory {
  newestTs: number | undefined;
  /** The last number seen, with or before `newestTs`. */
  newestSeq: number | undefined;
  clock: WrongClock | undefined;
  /** Newest messages that came old: a run of them may show a steady but wrong clock. */
  run: Run | undefined;
  /** Late messages with nothing newer between: a run of them may show that the clock was set back. */
  lateRun: Run | undefined;
  /** The newest message before the clock was set back, until its time has come again. */
  setBack: { ts: number; seq: number | undefined } | undefined;
}

export function newOrderMemory(): OrderMemory {
  return {
    newestTs: undefined,
    newestSeq: undefined,
    clock: undefined,
    run: undefined,
    lateRun: undefined,
    setBack: undefined,
  };
}

/** Whether a message may be the newest one again: its time, and its number where both have one. */
export function hasNewestPlace(memory: OrderMemory, { hasOwnTime, ts, seq }: Sample): boolean {
  if (!hasOwnTime || ts !== memory.newestTs) return false;
  return seq === undefined || memory.newestSeq === undefined || seq === memory.newestSeq;
}

/**
 * Places a telemetry message in its device's order and updates the memory. A message without a time of
 * its own is always the newest; one that is backfilled or older than the newest is late, unless the
 * device has set its clock back. One that is the newest yet old is held, unless the clock is known to be
 * wrong by its age, or it and ours are seen to advance at one rate.
 */
export function orderSample(memory: OrderMemory, sample: Sample): OrderVerdict {
  if (!sample.hasOwnTime) return 'live';
  if (sample.isBackfill) return 'late';
  if (isOlder(memory, sample) && !isClockSetBack(memory, sample)) return 'late';
  return placeNewest(memory, sample);
}

/** The offset (ms) that a message's point bears; the same for every delivery of the message. */
export function clockOffsetOf(memory: OrderMemory, sample: Sample): number | undefined {
  const { clock } = memory;
  const isItsOwn = clock !== undefined && sample.hasOwnTime && sample.ts >= clock.sinceTs;
  return isItsOwn ? clock.offsetMs : undefined;
}

function isOlder({ newestTs, newestSeq, setBack }: OrderMemory, { ts, seq }: Sample): boolean {
  if (newestTs === undefined) return false;
  if (ts < newestTs) return true;
  if (seq === undefined) return false;
  if (ts === newestTs) {
    return newestSeq !== undefined && seq < newestSeq && newestSeq - seq <= SAME_TIME_MESSAGES;
  }
  return setBack?.seq !== undefined && ts <= setBack.ts && seq <= setBack.seq;
}

/**
 * The last of a run that advances with our clock, with nothing newer between, and is not a delayed copy
 * of what led to the newest: the device lives on, in an earlier time.
 */
function isClockSetBack(memory: OrderMemory, sample: Sample): boolean {
  const { newestTs = sample.ts, newestSeq: seq, setBack } = memory;
  memory.lateRun ??= beginRun(sample);
  const { lateRun } = memory;
  if (!isAtOneRate(lateRun, sample)) return false;
  if (isOfThePast(lateRun, sample, { ts: newestTs, seq })) return false;
  memory.run = lateRun;
  // A device that was restarted counts anew: its numbers then tell nothing of what was before.
  const countsOn = seq !== undefined && sample.seq !== undefined && sample.seq > seq;
  const ts = Math.max(newestTs, setBack?.ts ?? newestTs);
  memory.setBack = { ts, seq: countsOn ? seq : undefined };
  return true;
}

function placeNewest(memory: OrderMemory, sample: Sample): OrderVerdict {
  const { ts, seq, receivedAt } = sample;
  memory.newestTs = ts;
  if (seq !== undefined) memory.newestSeq = seq;
  memory.lateRun = undefined;
  if (memory.setBack !== undefined && ts > memory.setBack.ts) memory.setBack = undefined;
  if (receivedAt - ts <= BACKLOG_AGE_MS) {
    memory.run = undefined;
    memory.clock = undefined;
    return 'live';
  }
  if (isExplained(memory.clock, ts - receivedAt)) {
    memory.run = undefined;
    return 'wrong_clock';
  }
  memory.run ??= beginRun(sample);
  if (!isAtOneRate(memory.run, sample)) return 'held';
  const sinceTs = Math.min(memory.clock?.sinceTs ?? ts, ts);
  memory.clock = { offsetMs: ts - receivedAt, sinceTs };
  memory.run = undefined;
  return 'wrong_clock';
}

/** Whether a message is as old as its wrong clock makes it, and no older; follows the clock's offset. */
function isExplained(clock: WrongClock | undefined, offsetMs: number): boolean {
  if (clock === undefined) return false;
  const lostMs = clock.offsetMs - offsetMs;
  if (Math.abs(lostMs) > BACKLOG_AGE_MS) return false;
  if (lostMs < 0 || lostMs > CLOCK_LOSS_MS) clock.offsetMs = offsetMs;
  return true;
}

/** Our own clock was set by `ms`: what is measured against it goes along. */
export function shiftReceipts(memory: OrderMemory, ms: number): void {
  if (memory.run !== undefined) memory.run.receivedAt += ms;
  if (memory.lateRun !== undefined) memory.lateRun.receivedAt += ms;
  if (memory.clock !== undefined) memory.clock.offsetMs -= ms;
}
