import type { AlarmRecord, Context, Delay } from './record.ts';
import type { Condition } from './rule-shape.ts';

/** A condition that is known, the value that is shown with it, and the device's time (ms since 1970 UTC). */
export interface Observation {
  condition: Exclude<Condition, { truth: 'unknown' }>;
  value?: number | string | undefined;
  sourceTs?: number | undefined;
}

/** The delay that the condition waits for: the one under way with what is said now, or a new one. */
export function delayOf(
  { alarm, hidden: { delay: under } }: AlarmRecord,
  { condition, value, sourceTs }: Observation,
  { settings, now }: Context,
): Delay {
  const isRaise = condition.truth === 'active';
  const event = isRaise ? 'RAISE' : 'CLEAR';
  const delayMs = isRaise ? settings.onDelayMs : settings.offDelayMs;
  const dueAt = under?.event === event ? Math.min(under.dueAt, now + delayMs) : now + delayMs;
  const severity = isRaise ? (condition.severity ?? settings.severity) : alarm.severity;
  const delay: Delay = { event, dueAt, delayMs, reason: condition.reason, severity };
  if (isRaise && condition.limit !== undefined) delay.limit = condition.limit;
  if (value !== undefined) delay.value = value;
  if (sourceTs !== undefined) delay.sourceTs = sourceTs;
  return delay;
}

/** Whether they say the same, but for when the device said so. */
export function isSameDelay(one: Delay, other: Delay): boolean {
  return (
    one.event === other.event &&
    one.dueAt === other.dueAt &&
    one.delayMs === other.delayMs &&
    one.reason === other.reason &&
    one.severity === other.severity &&
    one.value === other.value &&
    one.limit === other.limit
  );
}

export function withDelay({ alarm, hidden }: AlarmRecord, delay: Delay): AlarmRecord {
  return { alarm, hidden: { ...hidden, delay } };
}

export function withoutDelay(record: AlarmRecord): AlarmRecord {
  if (record.hidden.delay === undefined) return record;
  const { delay: _over, ...hidden } = record.hidden;
  return { alarm: record.alarm, hidden };
}

/** A delay towards normal begins anew: what it counted on is not known any more. */
export function withoutClear(record: AlarmRecord): AlarmRecord {
  return record.hidden.delay?.event === 'CLEAR' ? withoutDelay(record) : record;
}
