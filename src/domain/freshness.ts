import type { Freshness } from '../contract/device.ts';

/** Until an interval is configured or learned (seconds). */
export const DEFAULT_INTERVAL_SECONDS = 10;
const STALE_INTERVALS = 2;
const OFFLINE_INTERVALS = 5;
/** Of a device whose interval is learned, which is 1 s at least (ms). */
export const STALE_AT_LEAST_MS = STALE_INTERVALS * 1000;
const GAPS_KEPT = 20;

/** Adds a gap between two messages (ms), keeping the newest 20. */
export function rememberGap(gaps: number[], gapMs: number): void {
  gaps.push(gapMs);
  if (gaps.length > GAPS_KEPT) gaps.shift();
}

/** The interval of a device in seconds: the median of its last gaps, at least 1 s. */
export function learnInterval(gaps: readonly number[]): number {
  const sorted = gaps.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) return DEFAULT_INTERVAL_SECONDS;
  return Math.max(1, (upper + lower) / 2000);
}

/** Live under 2 intervals of silence, stale from 2, offline from 5 or never seen. */
export function freshnessOf(
  lastSeen: number | undefined,
  intervalSeconds: number,
  now: number,
): Freshness {
  if (lastSeen === undefined) return 'offline';
  const intervals = (now - lastSeen) / 1000 / intervalSeconds;
  if (intervals >= OFFLINE_INTERVALS) return 'offline';
  return intervals >= STALE_INTERVALS ? 'stale' : 'live';
}

/** One word for several devices: offline when all are, live when all are, else stale. */
export function combinedFreshness(all: readonly Freshness[]): Freshness {
  if (all.every((one) => one === 'offline')) return 'offline';
  return all.every((one) => one === 'live') ? 'live' : 'stale';
}
