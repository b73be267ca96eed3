import type { Expectations } from './expectations.ts';
import type { SeenOutage } from './outage-view.ts';
import type { Range } from './told-interruption.ts';

/** A word testifies for so many intervals after it at the least, and at the most (contract 8: stale, offline). */
const LEAST_INTERVALS = 2;
const MOST_INTERVALS = 5;
const ROUNDING = 0.02;

/** In which range the share of a row's time in which a device of its site was heard must lie. */
export function coverageOf(row: SeenOutage, expectations: Expectations, endMs: number): Range {
  const from = row.startedAt;
  const to = row.endedAt ?? endMs;
  const lasts = to - from;
  if (lasts <= 0) return { low: 0, high: 1 };
  const least: Range[] = [];
  const most: Range[] = [];
  let longestMs = 0;
  for (const { words, intervalMs } of expectations.devicesAt(row.site)) {
    longestMs = Math.max(longestMs, intervalMs);
    for (const { measuredAt, isLate } of words.between(from - MOST_INTERVALS * intervalMs, to)) {
      most.push({ low: measuredAt - intervalMs, high: measuredAt + MOST_INTERVALS * intervalMs });
      if (isLate) continue;
      least.push({ low: measuredAt, high: measuredAt + LEAST_INTERVALS * intervalMs });
    }
  }
  // What is at the edges of a row is a matter of its times, which are judged by themselves.
  const slack = ROUNDING + (2 * longestMs) / lasts;
  return {
    low: Math.max(0, covered(least, from, to) / lasts - slack),
    high: Math.min(1, covered(most, from, to) / lasts + slack),
  };
}

/** How much of `from`–`to` the spans cover together (ms). */
function covered(spans: Range[], from: number, to: number): number {
  let total = 0;
  let reached = from;
  for (const { low, high } of spans.sort((a, b) => a.low - b.low)) {
    const begin = Math.max(low, reached);
    const end = Math.min(high, to);
    if (end > begin) total += end - begin;
    reached = Math.max(reached, Math.min(high, to));
  }
  return total;
}
