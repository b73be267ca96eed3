import type { Alarm } from '../../contract/alarm.ts';
import { type Cell, newCell, schedule } from './cell.ts';
import type { AlarmRecord, Hidden } from './record.ts';
import type { Rule } from './rule-shape.ts';
import { type Slot, slotAt, takeIn } from './slot.ts';

/** All that the engine knows. */
export interface AlarmBook {
  cells: Map<string, Cell>;
  /** By site, then device. */
  slots: Map<string, Map<string, Slot>>;
  /** Those that time alone will move, and a time before which it moves none of them. */
  waiting: Set<Cell>;
  dueAt: number;
  /** Those whose hidden part has changed since it was last taken. */
  unsaved: Set<Cell>;
}

/** A hidden part as it is saved; `body` is JSON, `undefined` where nothing is left of it. */
export interface SavedDelay {
  key: string;
  body: string | undefined;
}

/** `version` is its alarm's at the time; `alarm` itself where the journal has none yet. */
interface Saved extends Hidden {
  version: number;
  alarm?: Alarm;
}

/** Takes up what the journal and the saved hidden parts say. */
export function openAlarmBook(
  alarms: readonly Alarm[],
  delays: readonly SavedDelay[] = [],
): AlarmBook {
  const book: AlarmBook = {
    cells: new Map(),
    slots: new Map(),
    waiting: new Set(),
    dueAt: Number.POSITIVE_INFINITY,
    unsaved: new Set(),
  };
  const saved = new Map<string, Saved>();
  for (const { key, body } of delays) {
    if (body !== undefined) saved.set(key, JSON.parse(body) as Saved);
  }
  for (const alarm of alarms) {
    addCell(book, { alarm, hidden: hiddenOf(alarm, saved.get(alarm.id)) }, undefined);
  }
  for (const [key, { alarm, version: _, ...hidden }] of saved) {
    if (alarm !== undefined && !book.cells.has(key)) addCell(book, { alarm, hidden }, undefined);
  }
  return book;
}

/** Every alarm that was ever raised, as it stands. */
export function alarmsOf(book: AlarmBook): Alarm[] {
  const alarms: Alarm[] = [];
  for (const { record } of book.cells.values()) {
    if (record.alarm.version > 0) alarms.push(record.alarm);
  }
  return alarms;
}

export function alarmOf(book: AlarmBook, id: string): Alarm | undefined {
  const alarm = book.cells.get(id)?.record.alarm;
  return alarm?.version === 0 ? undefined : alarm;
}

/**
 * The hidden parts that changed since the last call. Where alarms changed as well they belong into the
 * same commit: one that is older than its alarm is not taken up.
 */
export function takeDelays(book: AlarmBook): SavedDelay[] {
  const taken = [...book.unsaved].map(({ id: key, record: { alarm, hidden } }) => {
    if (Object.keys(hidden).length === 0) return { key, body: undefined };
    const { version } = alarm;
    const saved: Saved = { ...hidden, version, ...(version === 0 ? { alarm } : {}) };
    return { key, body: JSON.stringify(saved) };
  });
  book.unsaved.clear();
  return taken;
}

/** Makes a place for an alarm. */
export function addCell(book: AlarmBook, record: AlarmRecord, rule: Rule | undefined): Cell {
  const { id, site, device, code } = record.alarm;
  const cell = newCell(record, rule);
  book.cells.set(id, cell);
  if (device !== undefined) takeIn(slotAt(book, site, device), code, cell);
  schedule(book, cell);
  return cell;
}

/** What was saved of an alarm, but for what is older than the alarm itself. */
function hiddenOf(alarm: Alarm, saved: Saved | undefined): Hidden {
  if (saved?.version === alarm.version) {
    const { version: _version, alarm: _alarm, ...hidden } = saved;
    return hidden;
  }
  const hidden: Hidden = {};
  if (alarm.isChattering === true) hidden.flips = [alarm.changedAt];
  if (saved?.shelvedAt !== undefined) hidden.shelvedAt = saved.shelvedAt;
  if (saved?.person !== undefined) hidden.person = saved.person;
  return hidden;
}
