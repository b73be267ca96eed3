import type { AlarmCode } from '../../contract/alarm.ts';
import type { AlarmBook } from './book.ts';
import { type Cell, put } from './cell.ts';
import { withoutDelay } from './delay.ts';
import type { Rule, Subject } from './rule-shape.ts';
import { isAsking } from './transition.ts';

/** A rule of a device with its alarm, where there is one. */
interface Place {
  rule: Rule;
  cell: Cell | undefined;
}

/** A device's alarms, and a place for each rule of its kind. */
export interface Slot {
  byCode: Map<AlarmCode, Cell>;
  given: readonly Rule[] | undefined;
  kind: Subject['kind'] | undefined;
  places: readonly Place[];
}

export function slotAt(book: AlarmBook, site: string, device: string): Slot {
  let devices = book.slots.get(site);
  if (devices === undefined) {
    devices = new Map();
    book.slots.set(site, devices);
  }
  let slot = devices.get(device);
  if (slot === undefined) {
    slot = { byCode: new Map(), given: undefined, kind: undefined, places: [] };
    devices.set(device, slot);
  }
  return slot;
}

/** The device's slot with its rules; they are bound anew only where they are another list. */
export function boundSlot(book: AlarmBook, rules: readonly Rule[], subject: Subject): Slot {
  const { site, device, kind } = subject;
  const slot = slotAt(book, site, device);
  if (slot.given === rules && slot.kind === kind) return slot;
  const former = slot.places;
  slot.given = rules;
  slot.kind = kind;
  slot.places = rules
    .filter((rule) => rule.kind === kind)
    .map((rule) => ({ rule, cell: slot.byCode.get(rule.code) }));
  for (const { rule, cell } of slot.places) {
    if (cell !== undefined) bind(book, cell, rule);
  }
  const asked = new Set(slot.places.map(({ cell }) => cell));
  for (const { cell } of former) {
    if (cell !== undefined && !asked.has(cell)) unbind(book, cell);
  }
  return slot;
}

/** A new alarm of the device, whoever judged it first. */
export function takeIn(slot: Slot, code: AlarmCode, cell: Cell): void {
  slot.byCode.set(code, cell);
  const place = slot.places.find(({ rule }) => rule.code === code);
  if (place !== undefined) place.cell = cell;
}

/** An alarm of before the start, or of before the rule was changed, asks anew by its rule, too. */
export function bind(book: AlarmBook, cell: Cell, rule: Rule): void {
  cell.rule = rule;
  const { alarm, hidden } = cell.record;
  if (rule.reAlarmMs === undefined || hidden.reAlarmAt !== undefined || !isAsking(alarm)) return;
  const reAlarmAt = alarm.changedAt + rule.reAlarmMs;
  put(book, cell, { alarm, hidden: { ...hidden, reAlarmAt } });
}

/** What no rule asks for any more is not raised either. */
function unbind(book: AlarmBook, cell: Cell): void {
  if (cell.record.hidden.delay?.event === 'RAISE') put(book, cell, withoutDelay(cell.record));
}
