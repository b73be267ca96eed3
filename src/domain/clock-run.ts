import type { Sample } from '../contract/sample.ts';

const RUN_MESSAGES = 3;
const RUN_SPAN_MS = 30_000;
const RATE_TOLERANCE = 0.2;
/** Devices also speak between their intervals: steps of one device differ by no more than this. */
const STEP_RATIO = 5;

/** Messages of one device since the first of them: its time, receipt (ms since 1970 UTC) and number. */
export interface Run {
  ts: number;
  receivedAt: number;
  seq: number | undefined;
  messages: number;
}

/** A run that the sample will begin once it is counted. */
export function beginRun({ ts, receivedAt, seq }: Sample): Run {
  return { ts, receivedAt, seq, messages: 0 };
}

/**
 * Counts a message; true where device and receipt have advanced at one rate, over enough messages and
 * time. Where they did not, the run begins anew with this message.
 */
export function isAtOneRate(run: Run, sample: Sample): boolean {
  const { ts, receivedAt, seq } = sample;
  run.messages += 1;
  const receivedSpan = receivedAt - run.receivedAt;
  if (receivedSpan >= 0) {
    if (run.messages < RUN_MESSAGES || receivedSpan < RUN_SPAN_MS) return false;
    const rate = (ts - run.ts) / receivedSpan;
    if (Math.abs(rate - 1) <= RATE_TOLERANCE) return true;
  }
  Object.assign(run, { ts, receivedAt, seq, messages: 1 });
  return false;
}

/**
 * Whether late messages that advance at one rate are a delayed copy of what led to the newest one: in
 * their own step, as many messages as are missing up to its number take about the time up to it.
 */
export function isOfThePast(
  run: Run,
  { ts, seq }: Sample,
  newest: { ts: number; seq: number | undefined },
): boolean {
  if (seq === undefined || run.seq === undefined || newest.seq === undefined) return false;
  if (seq <= run.seq || seq >= newest.seq) return false;
  const missingMs = ((newest.seq - seq) * (ts - run.ts)) / (seq - run.seq);
  const gapMs = newest.ts - ts;
  return gapMs >= missingMs / STEP_RATIO && gapMs <= missingMs * STEP_RATIO;
}
