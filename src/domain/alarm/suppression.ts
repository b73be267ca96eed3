import type { Alarm } from '../../contract/alarm.ts';
import { stateWhenShown } from './lifecycle.ts';
import type { AlarmRecord, Context, Step } from './record.ts';
import { commit, type Move, still, suppressionOf, unanswered } from './transition.ts';

type Why = Pick<Move, 'event' | 'reason'>;

/** Hides an alarm until a time; `until` in ms since 1970 UTC, which its priority may cut short. */
export function shelve(
  record: AlarmRecord,
  { until, by, reason }: { until: number; by: string; reason: string },
  context: Context,
): Step {
  if (record.alarm.shelvedUntil !== undefined) return still(record);
  const alarm = { ...record.alarm, shelvedUntil: until, shelvedBy: by, shelveReason: reason };
  const hidden = { ...record.hidden, shelvedAt: context.now };
  return hide(record, { alarm, hidden }, { event: 'SHELVE', reason: 'shelved' }, context);
}

/** Ends the shelf: as a person wishes, by its time, or as it was for one occurrence (OPC UA Part 9). */
export function unshelve(record: AlarmRecord, why: Why, context: Context): Step {
  if (record.alarm.shelvedUntil === undefined) return still(record);
  const { shelvedUntil: _until, shelvedBy: _by, shelveReason: _reason, ...alarm } = record.alarm;
  const { shelvedAt: _at, ...hidden } = record.hidden;
  return show(record, { alarm, hidden }, why, context);
}

/** A shelf is for one occurrence: the return of its condition ends it. */
export function endOneShot(record: AlarmRecord, context: Context): Step {
  return unshelve(record, { event: 'SHELF_EXPIRED', reason: 'one_shot_ended' }, context);
}

/** Hides an alarm by design while another, `source`, stands of which it is the consequence. */
export function suppress(record: AlarmRecord, source: string, context: Context): Step {
  if (record.alarm.suppressedBy === source) return still(record);
  const after = { ...record, alarm: { ...record.alarm, suppressedBy: source } };
  return hide(record, after, { event: 'SUPPRESS', reason: 'consequence_of' }, context);
}

export function unsuppress(record: AlarmRecord, context: Context): Step {
  if (record.alarm.suppressedBy === undefined) return still(record);
  const { suppressedBy: _source, ...alarm } = record.alarm;
  const why = { event: 'UNSUPPRESS', reason: 'source_ended' } as const;
  return show(record, { ...record, alarm }, why, context);
}

/** Takes an alarm out of service until somebody returns it: there is no time at which that ends. */
export function takeOutOfService(
  record: AlarmRecord,
  order: { by: string; reason: string; workOrder: string },
  context: Context,
): Step {
  if (record.alarm.outOfService !== undefined) return still(record);
  const { by, reason, workOrder } = order;
  const outOfService = { by, at: context.now, reason, workOrder };
  const after = { ...record, alarm: { ...record.alarm, outOfService } };
  const why = { event: 'OUT_OF_SERVICE', reason: 'taken_out_of_service' } as const;
  return hide(record, after, why, context);
}

export function returnToService(record: AlarmRecord, context: Context): Step {
  if (record.alarm.outOfService === undefined) return still(record);
  const { outOfService: _order, ...alarm } = record.alarm;
  const why = { event: 'RETURN_TO_SERVICE', reason: 'returned_to_service' } as const;
  return show(record, { ...record, alarm }, why, context);
}

function hide(before: AlarmRecord, after: AlarmRecord, why: Why, context: Context): Step {
  return commit(before, after, { ...why, to: before.alarm.state }, context);
}

/** Its base state changes only where nothing hides it any more. */
function show(before: AlarmRecord, after: AlarmRecord, why: Why, context: Context): Step {
  const { state } = after.alarm;
  const to = suppressionOf(after.alarm) === 'none' ? stateWhenShown(state) : state;
  const alarm: Alarm = to === 'UNACK' ? unanswered(after.alarm) : after.alarm;
  return commit(before, { ...after, alarm }, { ...why, to }, context);
}
