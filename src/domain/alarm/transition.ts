import type {
  Alarm,
  AlarmChange,
  AlarmEvent,
  AlarmState,
  Suppression,
  Transition,
  TransitionReason,
} from '../../contract/alarm.ts';
import { nextAlarmState } from './lifecycle.ts';
import type { AlarmRecord, Context, Hidden, Step } from './record.ts';
import { shelfEnd } from './shelf.ts';

/** One step of an alarm's life, before it is taken. */
export interface Move {
  event: AlarmEvent;
  to: AlarmState;
  reason: TransitionReason;
  sourceTs?: number | undefined;
}

const NO_CHANGES: readonly AlarmChange[] = [];

/** Nothing that is shown changes. */
export function still(record: AlarmRecord): Step {
  return [record, NO_CHANGES];
}

/** Takes another step after what has been taken. */
export function andThen([record, changes]: Step, next: (record: AlarmRecord) => Step): Step {
  const [last, more] = next(record);
  if (more.length === 0) return [last, changes];
  return [last, changes.length === 0 ? more : [...changes, ...more]];
}

/** Nobody has taken notice of it, or not since it asked anew. */
export function unanswered(alarm: Alarm): Alarm {
  const { acknowledgedBy: _by, acknowledgedAt: _at, ...rest } = alarm;
  return rest;
}

/** What hides it most: all three may hold at once. */
export function suppressionOf(alarm: Alarm): Suppression {
  if (alarm.outOfService !== undefined) return 'out_of_service';
  if (alarm.suppressedBy !== undefined) return 'suppressed';
  return alarm.shelvedUntil === undefined ? 'none' : 'shelved';
}

/** Takes a step: `after` is the record as it shall be, but for what every step does to it. */
export function commit(
  before: AlarmRecord,
  after: AlarmRecord,
  move: Move,
  context: Context,
): Step {
  const { state: from, suppression: fromSuppression } = before.alarm;
  const { event, to, reason, sourceTs } = move;
  const suppression = suppressionOf(after.alarm);
  const alarm: Alarm = {
    ...after.alarm,
    state: to,
    suppression,
    version: before.alarm.version + 1,
    changedAt: context.now,
  };
  const shelvedUntil = shelfEnd({ alarm, hidden: after.hidden });
  if (shelvedUntil !== undefined) alarm.shelvedUntil = shelvedUntil;
  const { id: alarmId, occurrence, version } = alarm;
  const transition: Transition = {
    alarmId,
    occurrence,
    version,
    event,
    from,
    to,
    reason,
    at: context.now,
  };
  if (sourceTs !== undefined) transition.sourceTs = sourceTs;
  if (suppression !== fromSuppression) {
    transition.fromSuppression = fromSuppression;
    transition.toSuppression = suppression;
  }
  const isAskedAnew = to !== from || suppression !== fromSuppression || isAnnouncement(event);
  const hidden = withReAlarm({ alarm, hidden: after.hidden }, isAskedAnew, context);
  return [{ alarm, hidden }, [{ alarm, transition }]];
}

/** It is shown, and waits for an answer or was only acknowledged. */
export function isAsking({ state, suppression }: Alarm): boolean {
  return suppression === 'none' && nextAlarmState(state, 'RE_ALARM', false) !== undefined;
}

function isAnnouncement(event: AlarmEvent): boolean {
  return event === 'RE_ALARM' || event === 'SEVERITY_UP';
}

/** What asks asks again in time. */
function withReAlarm(
  { alarm, hidden }: AlarmRecord,
  isAskedAnew: boolean,
  { settings: { reAlarmMs }, now }: Context,
): Hidden {
  const { reAlarmAt, ...rest } = hidden;
  if (!isAsking(alarm) || reAlarmMs === undefined) return rest;
  const at = isAskedAnew ? undefined : reAlarmAt;
  return { ...rest, reAlarmAt: at ?? now + reAlarmMs };
}
