import type { Evidence } from '../../contract/incident.ts';

/**
 * What a device was at a moment. Of a UPS: `mains`, `lost` (on battery), `test`, or `off` (its output
 * is dead, and so is its input). Of a supply meter: `mains`, `lost`, or `generator` (mains lost, and a
 * generator carries). Of a scanner: `on`, `planned_off` (switched off properly, in maintenance), or
 * `off` (its power is gone).
 */
export const MARKS = [
  'mains',
  'lost',
  'test',
  'off',
  'generator',
  'on',
  'planned_off',
  'unknown',
] as const;
export type Mark = (typeof MARKS)[number];

/** Where the mains is told to be gone. */
export function isLost(mark: Mark | undefined): boolean {
  return mark === 'lost' || mark === 'off' || mark === 'generator';
}

/** What of a site's configuration the ledger needs. */
export interface LedgerPlace {
  ups: readonly { id: string }[];
  supplies: readonly { id: string }[];
  scanners: readonly { id: string; donor?: string; poweredBy: readonly string[] }[];
}

/** Whether the device is of the site's configuration. */
export function isPlaced(place: LedgerPlace | undefined, device: string): boolean {
  if (place === undefined) return false;
  return [place.ups, place.supplies, place.scanners].some((devices) =>
    devices.some(({ id }) => id === device),
  );
}

/** A person's dated word (`at`, ms since 1970 UTC). */
export interface Testimony {
  at: number;
  evidence: Evidence;
}

/** A stretch of time, ms since 1970 UTC; its end is not part of it. */
export interface Stretch {
  from: number;
  to: number;
}

/** How long all of the stretches take together (ms), what several cover counted once. */
export function unionMs(stretches: Stretch[]): number {
  stretches.sort((one, other) => one.from - other.from);
  let sum = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of stretches) {
    if (to <= until) continue;
    sum += to - Math.max(from, until);
    until = to;
  }
  return sum;
}

/** The last position of which the time is not after `at`; −1 where there is none. */
export function lastUpTo<T>(list: readonly T[], at: number, timeOf: (one: T) => number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timeOf(list[middle] as T) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
