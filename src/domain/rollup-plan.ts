import { floorTo, HOUR_MS, MINUTE_MS, type Span } from './resolution.ts';

/** Minutes that are due this near each other are made by one query: rolling one up once more is free. */
const JOINED_GAP_MS = 5 * MINUTE_MS;

/** Due minutes of one UTC hour, oldest first. */
export interface DueHour<T> {
  hour: Span;
  minutes: T[];
}

/** Minutes by hour, in the order in which their hours come first. */
export function byHour<T extends { ts: number }>(minutes: readonly T[]): DueHour<T>[] {
  const hours = Map.groupBy(minutes, ({ ts }) => floorTo(ts, HOUR_MS));
  return [...hours].map(([fromMs, ofHour]) => ({
    hour: { fromMs, toMs: fromMs + HOUR_MS },
    minutes: ofHour,
  }));
}

/** The spans that cover these minutes of one hour (ascending begins, ms), few and within the hour. */
export function spansOver(minutes: readonly number[]): Span[] {
  const spans: Span[] = [];
  for (const fromMs of minutes) {
    const toMs = fromMs + MINUTE_MS;
    const last = spans.at(-1);
    if (last !== undefined && fromMs - last.toMs <= JOINED_GAP_MS) last.toMs = toMs;
    else spans.push({ fromMs, toMs });
  }
  return spans;
}
