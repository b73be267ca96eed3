import { z } from 'zod';

const MAX_AHEAD_MS = 5 * 60_000;
const EARLIEST_MS = Date.UTC(2020, 0, 1);
const MAX_DATE_MS = 8.64e15;
const HAS_SECONDS = /T\d\d:\d\d:\d\d/;
const rfc3339 = z.iso.datetime({ offset: true });

/** When a message's values were measured; `hasOwnTime` says that the device's word was taken. */
export interface MessageTime {
  ts: number;
  hasOwnTime: boolean;
  /** How far the device's clock is ahead (ms), where that made its time unusable. */
  clockOffsetMs?: number;
}

/** The time of a payload's `ts`, or `undefined` where it is neither absent nor a time (ms since 1970 UTC). */
export function decodeTimestamp(value: unknown, receivedAt: number): MessageTime | undefined {
  if (value === undefined) return { ts: receivedAt, hasOwnTime: false };
  const ts = typeof value === 'string' ? fromText(value) : value;
  if (typeof ts !== 'number' || !Number.isInteger(ts) || Math.abs(ts) > MAX_DATE_MS)
    return undefined;
  if (ts > receivedAt + MAX_AHEAD_MS || ts < EARLIEST_MS) {
    return { ts: receivedAt, hasOwnTime: false, clockOffsetMs: ts - receivedAt };
  }
  return { ts, hasOwnTime: true };
}

/** RFC 3339 section 5.6 lets T and Z be lower case; the seconds are required. */
function fromText(text: string): number | undefined {
  const time = text.toUpperCase();
  return HAS_SECONDS.test(time) && rfc3339.safeParse(time).success ? Date.parse(time) : undefined;
}
