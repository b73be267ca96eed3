import type { Retention } from '../contract/config.ts';

/** Points as they came, or their rollups of a UTC minute or a UTC hour. */
export type Resolution = 'raw' | 'minute' | 'hour';

/** `[fromMs, toMs)`, ms since 1970 UTC. */
export interface Span {
  fromMs: number;
  toMs: number;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** The widths of what is rolled up; raw points have none. */
export const STEP_MS: Readonly<Record<Resolution, number>> = {
  raw: 1,
  minute: MINUTE_MS,
  hour: HOUR_MS,
};

/** Where the oldest that is kept begins; no entry where all is. */
export type KeptSince = Partial<Record<Resolution, number>>;

/** Retention goes by whole UTC days, so that both stores delete the same. */
export function keptSince(retention: Retention, now: number): KeptSince {
  const kept: KeptSince = {};
  for (const resolution of ['raw', 'minute', 'hour'] as const) {
    const seconds = retention[resolution];
    if (seconds !== undefined) kept[resolution] = floorTo(now - seconds * 1000, DAY_MS);
  }
  return kept;
}

export function floorTo(ms: number, stepMs: number): number {
  return Math.floor(ms / stepMs) * stepMs;
}

export function ceilTo(ms: number, stepMs: number): number {
  return Math.ceil(ms / stepMs) * stepMs;
}
