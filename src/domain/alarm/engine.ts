import type { Alarm, AlarmChange, AlarmCode } from '../../contract/alarm.ts';
import type { MetricValue } from '../../contract/metric.ts';
import { type AlarmBook, addCell, alarmOf } from './book.ts';
import { apply, type Cell, put, settingsOf } from './cell.ts';
import { isWorse } from './condition.ts';
import { shifted } from './deadline.ts';
import { alarmIdOf, newRecord } from './record.ts';
import type { Condition, Rule, Subject, Target } from './rule-shape.ts';
import { bind, boundSlot } from './slot.ts';
import type { Input } from './step.ts';

const NO_CHANGES: AlarmChange[] = [];

/**
 * Judges every rule of the device's kind; returns the transitions that are due now. It shall be given the
 * same list of rules for a device each time: another list is bound to its alarms anew.
 */
export function evaluate(
  book: AlarmBook,
  rules: readonly Rule[],
  subject: Subject,
  now: number,
): AlarmChange[] {
  let changes = NO_CHANGES;
  for (const place of boundSlot(book, rules, subject).places) {
    const { rule } = place;
    const condition = rule.evaluate(subject, place.cell?.isStanding === true);
    if (isSettled(place.cell, rule, condition)) continue;
    place.cell ??= addCell(book, newRecord(subject, rule, now), rule);
    const steps = judge(book, place.cell, inputOf(condition, rule, subject), now);
    if (steps.length > 0) changes = [...changes, ...steps];
  }
  return changes;
}

/** Judges a condition that no sample carries: of a site, of what is above it, of silence. */
export function applyCondition(
  book: AlarmBook,
  rule: Rule,
  target: Target,
  condition: Condition,
  now: number,
): AlarmChange[] {
  const known = book.cells.get(alarmIdOf(target, rule.code));
  if (known !== undefined && known.rule !== rule) bind(book, known, rule);
  if (isSettled(known, rule, condition)) return NO_CHANGES;
  const cell = known ?? addCell(book, newRecord(target, rule, now), rule);
  return [...judge(book, cell, inputOf(condition, rule, target), now)];
}

/** Whether the values, were they current, would raise an alarm that does not stand. */
export function wouldRaise(book: AlarmBook, rules: readonly Rule[], subject: Subject): AlarmCode[] {
  const raised = rules.filter((rule) => {
    if (rule.kind !== subject.kind) return false;
    if (book.cells.get(alarmIdOf(subject, rule.code))?.isStanding === true) return false;
    return rule.evaluate(subject, false).truth === 'active';
  });
  return raised.map(({ code }) => code);
}

/**
 * Carries out every deadline that has passed: delays, shelves, questions asked again. A return to normal
 * waits for `mayClear`, and after a start for a first word of its condition.
 */
export function elapse(
  book: AlarmBook,
  now: number,
  mayClear: (site: string, device: string | undefined) => boolean,
): AlarmChange[] {
  if (now < book.dueAt) return NO_CHANGES;
  const changes: AlarmChange[] = [];
  for (const cell of dueCells(book, now)) {
    const { site, device } = cell.record.alarm;
    const isKnown = !cell.isUnheard && mayClear(site, device);
    changes.push(...apply(book, cell, { type: 'TIME', mayClear: isKnown }, now));
  }
  book.dueAt = Number.POSITIVE_INFINITY;
  for (const { deadline } of book.waiting) book.dueAt = Math.min(book.dueAt, deadline);
  return changes;
}

/** In the order of their deadlines, then of their names: the same after a restart. */
function dueCells({ waiting }: AlarmBook, now: number): Cell[] {
  const due: Cell[] = [];
  for (const cell of waiting) {
    if (cell.deadline <= now) due.push(cell);
  }
  return due.sort((one, other) => one.deadline - other.deadline || (one.id < other.id ? -1 : 1));
}

/** A device has fallen silent: return to normal needs known values, so its off-delays begin anew. */
export function interrupt(book: AlarmBook, site: string, device: string): void {
  const cells = book.slots.get(site)?.get(device)?.byCode.values() ?? [];
  for (const cell of cells) apply(book, cell, { type: 'SILENT' }, 0);
}

/**
 * Ends what the configuration does not ask for any more: to be called after a start and after each change
 * of it, as no rule will ever judge such an alarm again.
 */
export function withdraw(
  book: AlarmBook,
  isWanted: (alarm: Alarm) => boolean,
  now: number,
): AlarmChange[] {
  const changes: AlarmChange[] = [];
  for (const cell of book.cells.values()) {
    const { alarm, hidden } = cell.record;
    if ((!cell.isStanding && hidden.delay === undefined) || isWanted(alarm)) continue;
    changes.push(...apply(book, cell, { type: 'WITHDRAW' }, now));
  }
  return changes;
}

/** Our own clock was set by `ms`, to `now`: what is under way lasts as long as it would have. */
export function shiftDelays(book: AlarmBook, ms: number, now: number): void {
  book.dueAt = Number.POSITIVE_INFINITY;
  for (const cell of book.waiting) {
    put(book, cell, shifted(cell.record, ms, { settings: settingsOf(cell), now }));
  }
}

/** Hides an alarm by design while `sourceId` stands, whose consequence it is. */
export function suppress(
  book: AlarmBook,
  alarmId: string,
  sourceId: string,
  now: number,
): AlarmChange | undefined {
  return change(book, alarmId, { type: 'SUPPRESS', source: sourceId }, now);
}

/** Its source has ended: what still holds asks for notice. */
export function unsuppress(book: AlarmBook, alarmId: string, now: number): AlarmChange | undefined {
  return change(book, alarmId, { type: 'UNSUPPRESS' }, now);
}

/** Names the incident that an alarm belongs to: no step of its life, so its version stays. */
export function assignIncident(
  book: AlarmBook,
  alarmId: string,
  incidentId: string,
): Alarm | undefined {
  const cell = book.cells.get(alarmId);
  if (cell === undefined || alarmOf(book, alarmId) === undefined) return undefined;
  const alarm = { ...cell.record.alarm, incidentId };
  cell.record = { alarm, hidden: cell.record.hidden };
  return alarm;
}

function change(
  book: AlarmBook,
  alarmId: string,
  input: Input,
  now: number,
): AlarmChange | undefined {
  const cell = book.cells.get(alarmId);
  if (cell === undefined || cell.record.alarm.version === 0) return undefined;
  return apply(book, cell, input, now)[0];
}

function judge(book: AlarmBook, cell: Cell, input: Input, now: number): readonly AlarmChange[] {
  cell.isUnheard = false;
  return apply(book, cell, input, now);
}

/** Whether the condition says nothing new: most samples of most devices. */
function isSettled(cell: Cell | undefined, rule: Rule, condition: Condition): boolean {
  if (cell === undefined) return condition.truth !== 'active';
  if (cell.record.hidden.delay !== undefined) return false;
  if (condition.truth === 'unknown') return true;
  if (condition.truth === 'inactive') return !cell.isStanding;
  if (!cell.isStanding) return false;
  return !isWorse(condition.severity ?? rule.severity, cell.record.alarm.severity);
}

function inputOf(
  condition: Condition,
  { metric }: Rule,
  from: { ts?: number; values?: Readonly<Record<string, MetricValue>> },
): Input {
  const input: Extract<Input, { type: 'CONDITION' }> = { type: 'CONDITION', condition };
  if (from.ts !== undefined) input.sourceTs = from.ts;
  const own = condition.truth === 'active' ? condition.value : undefined;
  const value = own ?? (metric === undefined ? undefined : from.values?.[metric]);
  if (typeof value === 'number' || typeof value === 'string') input.value = value;
  return input;
}
