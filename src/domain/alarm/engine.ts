import type {
  Alarm,
  AlarmChange,
  AlarmCode,
  AlarmState,
  Severity,
  Transition,
  TransitionReason,
} from '../../contract/alarm.ts';
import type { AcknowledgeCommand } from '../../contract/command.ts';
import type { Kind } from '../../contract/kind.ts';
import type { MetricValue } from '../../contract/metric.ts';
import { type AlarmEvent, isStanding, nextAlarmState } from './lifecycle.ts';
import type { Rule } from './rule.ts';

/** A change of a condition that waits for its delay; `dueAt` in ms since 1970 UTC. */
interface Pending {
  event: 'RAISE' | 'CLEAR';
  dueAt: number;
  reason: TransitionReason;
  subject: Subject;
}

/** All that the engine knows: alarms by id, and the delays under way. */
export interface AlarmBook {
  alarms: Map<string, Alarm>;
  pending: Map<string, Pending>;
}

/** A device's current values, as the rules see them; `ts` is the device's time (ms since 1970 UTC). */
export interface Subject {
  site: string;
  device: string;
  kind: Kind;
  ts: number;
  values: Readonly<Record<string, MetricValue>>;
}

export type AcknowledgeOutcome =
  | { outcome: 'acknowledged'; change: AlarmChange }
  | { outcome: 'not_found' | 'not_active' }
  | { outcome: 'changed' | 'already_acknowledged'; alarm: Alarm };

const priorityOf: Record<Severity, Alarm['priority']> = {
  critical: 1,
  major: 2,
  minor: 3,
  warning: 4,
};

export function openAlarmBook(alarms: readonly Alarm[]): AlarmBook {
  return { alarms: new Map(alarms.map((alarm) => [alarm.id, alarm])), pending: new Map() };
}

/** Evaluates every rule of the device's kind; returns the transitions that are due now. */
export function evaluate(
  book: AlarmBook,
  rules: readonly Rule[],
  subject: Subject,
  now: number,
): AlarmChange[] {
  let changes: AlarmChange[] = NO_CHANGES;
  for (const rule of rules) {
    if (rule.kind !== subject.kind) continue;
    const change = evaluateRule(book, rule, subject, now);
    if (change !== undefined) changes = [...changes, change];
  }
  return changes;
}

const NO_CHANGES: AlarmChange[] = [];

/** Whether the values, were they current, would raise an alarm that does not stand. */
export function wouldRaise(book: AlarmBook, rules: readonly Rule[], subject: Subject): AlarmCode[] {
  const raised = rules.filter((rule) => {
    if (rule.kind !== subject.kind || rule.evaluate(subject.values).truth !== 'active')
      return false;
    const id = `${subject.site}.${subject.device}.${rule.code}`;
    return !isStanding(book.alarms.get(id)?.state ?? 'NORM');
  });
  return raised.map(({ code }) => code);
}

/** Our own clock was set by `ms`, to `now`: a delay under way lasts as long as it would have. */
export function shiftDelays(
  book: AlarmBook,
  rules: readonly Rule[],
  ms: number,
  now: number,
): void {
  for (const [id, pending] of book.pending) {
    const rule = rules.find(({ code }) => id.endsWith(`.${code}`));
    const delayMs = (pending.event === 'RAISE' ? rule?.onDelayMs : rule?.offDelayMs) ?? 0;
    pending.dueAt = Math.min(pending.dueAt + ms, now + delayMs);
  }
}

/** Carries out the delays that have ended by `now`. */
export function elapse(book: AlarmBook, rules: readonly Rule[], now: number): AlarmChange[] {
  const changes: AlarmChange[] = [];
  for (const [id, pending] of book.pending) {
    const rule = rules.find(({ code }) => id.endsWith(`.${code}`));
    if (pending.dueAt > now || rule === undefined) continue;
    book.pending.delete(id);
    changes.push(move(book, rule, pending, now));
  }
  return changes;
}

/** A device has fallen silent: return to normal needs known values, so its off-delays begin anew. */
export function interrupt(book: AlarmBook, site: string, device: string): void {
  for (const [id, { subject }] of book.pending) {
    if (subject.site === site && subject.device === device) interruptClear(book, id);
  }
}

/** A person takes notice. The command names the occurrence and version that were seen. */
export function acknowledge(
  book: AlarmBook,
  command: AcknowledgeCommand,
  actor: { name: string; isVerified: boolean },
  now: number,
): AcknowledgeOutcome {
  const alarm = book.alarms.get(command.alarmId);
  if (alarm === undefined) return { outcome: 'not_found' };
  if (command.occurrence !== alarm.occurrence) return { outcome: 'changed', alarm };
  const to = nextAlarmState(alarm.state, 'ACKNOWLEDGE', false);
  if (to === undefined) {
    return alarm.acknowledgedBy === undefined
      ? { outcome: 'not_active' }
      : { outcome: 'already_acknowledged', alarm };
  }
  if (command.version !== alarm.version) return { outcome: 'changed', alarm };
  const next = { ...alarm, acknowledgedBy: actor.name, acknowledgedAt: now };
  const change = commit(book, next, { to, reason: 'acknowledged', at: now });
  change.transition = {
    ...change.transition,
    actor: actor.name,
    isActorVerified: actor.isVerified,
    commandId: command.commandId,
    ...(command.comment === undefined ? {} : { comment: command.comment }),
  };
  return { outcome: 'acknowledged', change };
}

function interruptClear(book: AlarmBook, id: string): void {
  if (book.pending.get(id)?.event === 'CLEAR') book.pending.delete(id);
}

function evaluateRule(
  book: AlarmBook,
  rule: Rule,
  subject: Subject,
  now: number,
): AlarmChange | undefined {
  const condition = rule.evaluate(subject.values);
  const id = `${subject.site}.${subject.device}.${rule.code}`;
  const standing = isStanding(book.alarms.get(id)?.state ?? 'NORM');
  if (condition.truth === 'unknown') {
    interruptClear(book, id);
    return undefined;
  }
  if ((condition.truth === 'active') === standing) {
    book.pending.delete(id);
    return undefined;
  }
  const event = condition.truth === 'active' ? 'RAISE' : 'CLEAR';
  const delayMs = event === 'RAISE' ? rule.onDelayMs : rule.offDelayMs;
  const waiting = book.pending.get(id);
  const dueAt = waiting?.event === event ? waiting.dueAt : now + delayMs;
  const pending = { event, dueAt, reason: condition.reason, subject } as const;
  if (dueAt > now) {
    book.pending.set(id, pending);
    return undefined;
  }
  book.pending.delete(id);
  return move(book, rule, pending, now);
}

/** Raises or clears: `pending.event` is possible in the alarm's state by construction. */
function move(book: AlarmBook, rule: Rule, pending: Pending, now: number): AlarmChange {
  const { subject, event, reason } = pending;
  const id = `${subject.site}.${subject.device}.${rule.code}`;
  const known = book.alarms.get(id) ?? newAlarm(id, rule, subject, now);
  const to = stateAfter(known.state, event, rule);
  const value = subject.values[rule.metric];
  const shown = typeof value === 'string' || typeof value === 'number' ? { value } : {};
  const next = event === 'RAISE' ? raised(known, now) : { ...known, clearedAt: now };
  return commit(book, { ...next, ...shown }, { to, reason, at: now, sourceTs: subject.ts });
}

function stateAfter(state: AlarmState, event: AlarmEvent, rule: Rule): AlarmState {
  const to = nextAlarmState(state, event, rule.isLatched);
  if (to === undefined) throw new Error(`${event} is impossible in ${state}: broken invariant`);
  return to;
}

/**
 * A raise out of NORM is a new occurrence; out of a returned one it is the same, gone on. Either way
 * nobody has taken notice of it yet.
 */
function raised(alarm: Alarm, now: number): Alarm {
  const { clearedAt: _cleared, acknowledgedBy: _by, acknowledgedAt: _at, ...rest } = alarm;
  if (alarm.state === 'NORM') return { ...rest, occurrence: alarm.occurrence + 1, raisedAt: now };
  return rest;
}

function newAlarm(id: string, rule: Rule, subject: Subject, now: number): Alarm {
  return {
    id,
    code: rule.code,
    site: subject.site,
    device: subject.device,
    severity: rule.severity,
    priority: priorityOf[rule.severity],
    state: 'NORM',
    suppression: 'none',
    occurrence: 0,
    version: 0,
    raisedAt: now,
    changedAt: now,
    reason: 'on_battery',
  };
}

function commit(
  book: AlarmBook,
  next: Alarm,
  step: Pick<Transition, 'to' | 'reason' | 'at' | 'sourceTs'>,
): AlarmChange {
  const alarm: Alarm = {
    ...next,
    state: step.to,
    version: next.version + 1,
    changedAt: step.at,
    reason: step.reason,
  };
  book.alarms.set(alarm.id, alarm);
  const { id: alarmId, occurrence, version } = alarm;
  return { alarm, transition: { alarmId, occurrence, version, from: next.state, ...step } };
}
