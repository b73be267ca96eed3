import type { Alarm, AlarmChange, AlarmEvent, Transition } from '../../contract/alarm.ts';
import type { AlarmCommand } from '../../contract/command.ts';
import type { AlarmBook } from './book.ts';
import { put, settingsOf } from './cell.ts';
import type { AlarmRecord } from './record.ts';
import type { Rule } from './rule-shape.ts';
import { SHELF_MS } from './shelf.ts';
import { type Input, step } from './step.ts';

/** What a person may not do to the alarm as it is. */
export type Refusal = 'acknowledge_first' | 'unshelvable' | 'shelf_too_long' | 'shelf_in_the_past';

/**
 * What became of a command. `changed`: it is not what the person saw; `already`: somebody did so before;
 * `not_active`: there is nothing of the kind to do. `by` and `at` (ms since 1970 UTC) tell who was first.
 */
export type CommandOutcome =
  | { outcome: 'done'; change: AlarmChange; version: number }
  | { outcome: 'changed' | 'already'; by?: string; at?: number }
  | { outcome: 'not_found' | 'not_active' }
  | { outcome: 'refused'; refusal: Refusal };

interface Person {
  name: string;
  isVerified: boolean;
}

const eventOf = {
  acknowledge: 'ACKNOWLEDGE',
  reset: 'RESET',
  shelve: 'SHELVE',
  unshelve: 'UNSHELVE',
  'out-of-service': 'OUT_OF_SERVICE',
  return: 'RETURN_TO_SERVICE',
} as const satisfies Record<AlarmCommand['type'], AlarmEvent>;

/** A page's clock may be ahead of ours by this (ms) when it asks for the longest shelf. */
const PAGE_CLOCK_MS = 60_000;

/**
 * Does what a person asks, if the alarm is still what that person saw. `ruleOf` finds an alarm's rule: of
 * what no rule is known nothing is shelved.
 */
export function command(
  book: AlarmBook,
  ruleOf: (alarm: Alarm) => Rule | undefined,
  asked: AlarmCommand,
  actor: Person,
  now: number,
): CommandOutcome {
  const cell = book.cells.get(asked.alarmId);
  if (cell === undefined || cell.record.alarm.version === 0) return { outcome: 'not_found' };
  const { alarm } = cell.record;
  if (asked.occurrence !== alarm.occurrence) return changedSince(cell.record, asked.version);
  const [after, [change]] = step(cell.record, inputOf(asked, actor.name), settingsOf(cell), now);
  if (change === undefined) return whyNot(cell.record, asked.type);
  if (asked.version !== alarm.version) return changedSince(cell.record, asked.version);
  const refusal =
    asked.type === 'shelve' ? unshelvable(alarm, ruleOf(alarm), asked.until, now) : undefined;
  if (refusal !== undefined) return { outcome: 'refused', refusal };
  const { version } = change.alarm;
  const person = { event: eventOf[asked.type], by: actor.name, at: now, version };
  put(book, cell, { alarm: after.alarm, hidden: { ...after.hidden, person } });
  const transition = signed(change.transition, asked, actor);
  return { outcome: 'done', change: { alarm: after.alarm, transition }, version };
}

function inputOf(asked: AlarmCommand, by: string): Input {
  switch (asked.type) {
    case 'acknowledge':
      return { type: 'ACKNOWLEDGE', by };
    case 'shelve':
      return { type: 'SHELVE', until: Date.parse(asked.until), by, reason: asked.reason };
    case 'out-of-service':
      return {
        type: 'OUT_OF_SERVICE',
        by,
        reason: asked.reason,
        workOrder: asked.workOrder,
      };
    default:
      return { type: eventOf[asked.type] };
  }
}

/** Why the command meant nothing to the alarm. */
function whyNot({ alarm, hidden }: AlarmRecord, type: AlarmCommand['type']): CommandOutcome {
  const { person } = hidden;
  switch (type) {
    case 'acknowledge':
      return already(alarm.acknowledgedBy, alarm.acknowledgedAt);
    case 'shelve':
      return already(alarm.shelvedBy, hidden.shelvedAt);
    case 'out-of-service':
      return already(alarm.outOfService?.by, alarm.outOfService?.at);
    case 'reset':
      if (alarm.state === 'LATCH_UNACK')
        return { outcome: 'refused', refusal: 'acknowledge_first' };
      break;
  }
  return person?.event === eventOf[type]
    ? already(person.by, person.at)
    : { outcome: 'not_active' };
}

function already(by: string | undefined, at: number | undefined): CommandOutcome {
  if (by === undefined) return { outcome: 'not_active' };
  return { outcome: 'already', by, ...(at === undefined ? {} : { at }) };
}

/** Who changed it after the version that the person saw, where it was a person. */
function changedSince({ hidden: { person } }: AlarmRecord, version: number): CommandOutcome {
  if (person === undefined || person.version <= version) return { outcome: 'changed' };
  return { outcome: 'changed', by: person.by, at: person.at };
}

function unshelvable(
  { priority }: Alarm,
  rule: Rule | undefined,
  until: string,
  now: number,
): Refusal | undefined {
  if (rule?.isShelvable !== true) return 'unshelvable';
  const lastsMs = Date.parse(until) - now;
  if (lastsMs > SHELF_MS[priority] + PAGE_CLOCK_MS) return 'shelf_too_long';
  return lastsMs > 0 ? undefined : 'shelf_in_the_past';
}

/** The step with who took it, by which command, and what that person wrote. */
function signed(transition: Transition, asked: AlarmCommand, actor: Person): Transition {
  const order = asked.type === 'out-of-service' ? asked.workOrder : undefined;
  const reason = 'reason' in asked ? asked.reason : undefined;
  const words = [order, reason, asked.comment].filter((word) => word !== undefined);
  return {
    ...transition,
    actor: actor.name,
    isActorVerified: actor.isVerified,
    commandId: asked.commandId,
    ...(words.length === 0 ? {} : { comment: words.join('; ') }),
  };
}
