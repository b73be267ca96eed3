import type { Alarm } from '../../contract/alarm.ts';
import type { AlarmRecord } from './record.ts';

const HOUR_MS = 3_600_000;

/** The longest that an alarm may be shelved (ms), by priority. */
export const SHELF_MS: Record<Alarm['priority'], number> = {
  1: HOUR_MS,
  2: 8 * HOUR_MS,
  3: 24 * HOUR_MS,
  4: 24 * HOUR_MS,
};

/**
 * When the shelf ends (ms since 1970 UTC): as the person said, and never later than its priority allows,
 * which may have risen since. `undefined` where it is not shelved.
 */
export function shelfEnd({ alarm, hidden: { shelvedAt } }: AlarmRecord): number | undefined {
  const { shelvedUntil, priority } = alarm;
  if (shelvedUntil === undefined || shelvedAt === undefined) return shelvedUntil;
  return Math.min(shelvedUntil, shelvedAt + SHELF_MS[priority]);
}
