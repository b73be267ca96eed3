import type { AlarmChange } from '../../contract/alarm.ts';
import type { AlarmBook } from './book.ts';
import { nextDeadline } from './deadline.ts';
import { isStanding } from './lifecycle.ts';
import type { AlarmRecord, Settings } from './record.ts';
import type { Rule } from './rule-shape.ts';
import { type Input, step } from './step.ts';

/** One alarm's place in the book. */
export interface Cell {
  readonly id: string;
  record: AlarmRecord;
  /** Kept beside the record, as every sample asks for it. */
  isStanding: boolean;
  /** When time alone moves it next (ms since 1970 UTC). */
  deadline: number;
  /** The rule that judged it last; `undefined` until then. */
  rule: Rule | undefined;
  /** It was taken up at the start, and nothing has been said of its condition since. */
  isUnheard: boolean;
}

/** A rule that is not known yet clears nothing and asks nothing anew. */
const UNKNOWN_RULE = { isLatched: false, onDelayMs: 0, offDelayMs: 0 } as const;

export function newCell(record: AlarmRecord, rule: Rule | undefined): Cell {
  const { id, state } = record.alarm;
  return {
    id,
    record,
    isStanding: isStanding(state),
    deadline: Number.POSITIVE_INFINITY,
    rule,
    isUnheard: rule === undefined,
  };
}

/** Lets something happen to an alarm, and keeps what comes of it. */
export function apply(
  book: AlarmBook,
  cell: Cell,
  input: Input,
  now: number,
): readonly AlarmChange[] {
  const [record, changes] = step(cell.record, input, settingsOf(cell), now);
  if (record !== cell.record) put(book, cell, record);
  return changes;
}

export function settingsOf({ rule, record }: Cell): Settings {
  return rule ?? { ...UNKNOWN_RULE, severity: record.alarm.severity };
}

export function put(book: AlarmBook, cell: Cell, record: AlarmRecord): void {
  // What is saved names the version that it belongs to; of nothing, nothing needs to be saved.
  if (!isEmpty(record.hidden) || !isEmpty(cell.record.hidden)) book.unsaved.add(cell);
  cell.record = record;
  cell.isStanding = isStanding(record.alarm.state);
  schedule(book, cell);
}

/** Keeps the book's list of what time alone moves. */
export function schedule(book: AlarmBook, cell: Cell): void {
  cell.deadline = nextDeadline(cell.record);
  if (cell.deadline === Number.POSITIVE_INFINITY) {
    book.waiting.delete(cell);
    return;
  }
  book.waiting.add(cell);
  if (cell.deadline < book.dueAt) book.dueAt = cell.deadline;
}

function isEmpty(hidden: AlarmRecord['hidden']): boolean {
  return Object.keys(hidden).length === 0;
}
