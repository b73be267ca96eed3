import { quietAt, quieten } from './chattering.ts';
import { carryOut } from './condition.ts';
import { nextAlarmState } from './lifecycle.ts';
import type { AlarmRecord, Context, Hidden, Step } from './record.ts';
import { shelfEnd } from './shelf.ts';
import { unshelve } from './suppression.ts';
import { andThen, commit, still, unanswered } from './transition.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** When time alone moves it next (ms since 1970 UTC); infinity where it does not. */
export function nextDeadline(record: AlarmRecord): number {
  const { delay, reAlarmAt, flips } = record.hidden;
  if (delay === undefined && reAlarmAt === undefined && flips === undefined) {
    return shelfEnd(record) ?? NEVER;
  }
  return Math.min(
    delay?.dueAt ?? NEVER,
    shelfEnd(record) ?? NEVER,
    reAlarmAt ?? NEVER,
    quietAt(record.hidden) ?? NEVER,
  );
}

/** Carries out what is due. `mayClear`: what its condition counts on is known at the moment. */
export function carryOutDue(record: AlarmRecord, mayClear: boolean, context: Context): Step {
  const steps = [delayDue(mayClear), shelfDue, reAlarmDue, quietDue];
  return steps.reduce<Step>(
    (done, step) => andThen(done, (next) => step(next, context)),
    still(record),
  );
}

/**
 * Our own clock was set by `ms`, to `now`: what is under way lasts as long as it would have. A shelf ends
 * at the hour that a person named, and no later than its longest time from when it began.
 */
export function shifted(record: AlarmRecord, ms: number, { settings, now }: Context): AlarmRecord {
  const { delay, reAlarmAt, flips, shelvedAt, ...rest } = record.hidden;
  const hidden: Hidden = { ...rest };
  if (delay !== undefined) {
    hidden.delay = { ...delay, dueAt: Math.min(delay.dueAt + ms, now + delay.delayMs) };
  }
  if (reAlarmAt !== undefined) {
    hidden.reAlarmAt = Math.min(reAlarmAt + ms, now + (settings.reAlarmMs ?? NEVER));
  }
  if (flips !== undefined) hidden.flips = flips.map((at) => Math.min(at + ms, now));
  if (shelvedAt !== undefined) hidden.shelvedAt = Math.min(shelvedAt + ms, now);
  return { alarm: record.alarm, hidden };
}

function delayDue(mayClear: boolean) {
  return (record: AlarmRecord, context: Context): Step => {
    const { delay } = record.hidden;
    if (delay === undefined || delay.dueAt > context.now) return still(record);
    if (delay.event === 'CLEAR' && !mayClear) return still(record);
    return carryOut(record, delay, context);
  };
}

function shelfDue(record: AlarmRecord, context: Context): Step {
  if ((shelfEnd(record) ?? NEVER) > context.now) return still(record);
  return unshelve(record, { event: 'SHELF_EXPIRED', reason: 'shelf_expired' }, context);
}

function reAlarmDue(record: AlarmRecord, context: Context): Step {
  const { reAlarmAt = NEVER, ...hidden } = record.hidden;
  if (reAlarmAt > context.now) return still(record);
  const to = nextAlarmState(record.alarm.state, 'RE_ALARM', false);
  if (to === undefined) return still({ alarm: record.alarm, hidden });
  const after = { alarm: unanswered(record.alarm), hidden };
  const move = { event: 'RE_ALARM', to, reason: 'unanswered_too_long' } as const;
  return commit(record, after, move, context);
}

function quietDue(record: AlarmRecord, context: Context): Step {
  return (quietAt(record.hidden) ?? NEVER) > context.now ? still(record) : quieten(record, context);
}
