import type { Alarm, Severity } from '../../contract/alarm.ts';
import { withFlip } from './chattering.ts';
import { delayOf, isSameDelay, type Observation, withDelay, withoutDelay } from './delay.ts';
import { isStanding, nextAlarmState } from './lifecycle.ts';
import { type AlarmRecord, type Context, type Delay, priorityOf, type Step } from './record.ts';
import { endOneShot } from './suppression.ts';
import { andThen, commit, still, unanswered } from './transition.ts';

/** Judges a known condition: it raises or clears once it has held for its delay. */
export function observe(record: AlarmRecord, observation: Observation, context: Context): Step {
  const { condition, sourceTs } = observation;
  const asked = delayOf(record, observation, context);
  if ((condition.truth === 'active') !== isStanding(record.alarm.state)) {
    return hold(record, asked, context);
  }
  const settled = withoutDelay(record);
  if (condition.truth === 'inactive' || !isWorse(asked.severity, record.alarm.severity)) {
    return still(settled);
  }
  const alarm = shownWith(unanswered(record.alarm), asked);
  const move = { event: 'SEVERITY_UP', to: 'UNACK', reason: 'severity_raised', sourceTs } as const;
  return commit(settled, { ...settled, alarm }, move, context);
}

/** The delay is over: the condition becomes an alarm or stops being one. */
export function carryOut(record: AlarmRecord, delay: Delay, context: Context): Step {
  const before = withoutDelay(record);
  const { event, reason, sourceTs } = delay;
  const to = nextAlarmState(before.alarm.state, event, context.settings.isLatched);
  // A restored delay may be older than its alarm.
  if (to === undefined) return still(before);
  const after = (event === 'RAISE' ? raised : cleared)(before, delay, context.now);
  const moved = commit(before, after, { event, to, reason, sourceTs }, context);
  const told = andThen(moved, (next) => withFlip(next, context));
  return event === 'RAISE' ? told : andThen(told, (next) => endOneShot(next, context));
}

/** Nobody wants to know of it any more: it returns at once and leaves no latch, whatever is the case. */
export function withdraw(record: AlarmRecord, { settings, now }: Context): Step {
  if (!isStanding(record.alarm.state)) return still(withoutDelay(record));
  const { severity } = record.alarm;
  const reason = 'disabled_by_configuration';
  const delay: Delay = { event: 'CLEAR', dueAt: now, delayMs: 0, reason, severity };
  return carryOut(record, delay, { settings: { ...settings, isLatched: false }, now });
}

/** Whether the first asks for more haste than the second. */
export function isWorse(severity: Severity, than: Severity): boolean {
  return priorityOf[severity] < priorityOf[than];
}

function hold(record: AlarmRecord, delay: Delay, context: Context): Step {
  if (delay.dueAt <= context.now) return carryOut(record, delay, context);
  const under = record.hidden.delay;
  if (under !== undefined && isSameDelay(under, delay)) return still(record);
  return still(withDelay(record, delay));
}

/**
 * A raise out of NORM is a new occurrence, of which nothing is known yet; out of a returned one it is the
 * same, gone on, and as severe as it ever was. Either way nobody has taken notice of it.
 */
function raised({ alarm, hidden }: AlarmRecord, delay: Delay, now: number): AlarmRecord {
  const { clearedAt: _cleared, ...open } = unanswered(alarm);
  if (alarm.state !== 'NORM') {
    const severity = isWorse(delay.severity, alarm.severity) ? delay.severity : alarm.severity;
    return { alarm: shownWith(open, { ...delay, severity }), hidden };
  }
  const { value: _value, limit: _limit, incidentId: _incident, ...bare } = open;
  const { person: _person, ...rest } = hidden;
  const anew = { ...bare, occurrence: alarm.occurrence + 1, raisedAt: now };
  return { alarm: shownWith(anew, delay), hidden: rest };
}

function cleared({ alarm, hidden }: AlarmRecord, delay: Delay, now: number): AlarmRecord {
  return { alarm: shownWith({ ...alarm, clearedAt: now }, delay), hidden };
}

function shownWith(alarm: Alarm, { reason, severity, value, limit }: Delay): Alarm {
  const next: Alarm = { ...alarm, reason, severity, priority: priorityOf[severity] };
  if (value !== undefined) next.value = value;
  if (limit !== undefined) next.limit = limit;
  return next;
}
