import { signal } from '@preact/signals';
import { forget, load, save } from './storage.ts';

const KEY = 'svitlo.shift';
const LONGEST_NAME = 80;

/** The unverified name that acknowledgements are made in; empty before the shift. */
export const shiftName = signal(load(KEY) ?? '');

/** The open name dialog; `onNamed` goes on with what had to wait for a name. */
export const shiftDialog = signal<{ onNamed?: () => void } | undefined>(undefined);

/** Starts a shift in the given name; a blank one is refused. */
export function startShift(name: string): boolean {
  const trimmed = name.trim().slice(0, LONGEST_NAME);
  if (trimmed === '') return false;
  shiftName.value = trimmed;
  save(KEY, trimmed);
  const onNamed = shiftDialog.peek()?.onNamed;
  shiftDialog.value = undefined;
  onNamed?.();
  return true;
}

/** A signed-in person acts in the account's name: the unverified one is not kept. */
export function endShift(): void {
  shiftName.value = '';
  shiftDialog.value = undefined;
  forget(KEY);
}
