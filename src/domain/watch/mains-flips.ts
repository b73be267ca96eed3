import type { Input } from '../facts.ts';

/** Transitions within this time make the mains flap, and it ends when none has come for so long (ms). */
export const FLAP_WINDOW_MS = 10 * 60_000;
/** More are not counted: the limit is far below. */
const FLIPS_KEPT = 64;

/** Transitions between mains and lost: the last of the two, and the times (ms since 1970 UTC). */
export interface Flips {
  last: Input | undefined;
  at: number[];
}

/** Counts a transition, through unknown times and tests too; forgets those that are too old. */
export function followFlips(flips: Flips, input: Input, now: number): void {
  const { at } = flips;
  while (at[0] !== undefined && now - at[0] >= FLAP_WINDOW_MS) at.shift();
  if ((input !== 'mains' && input !== 'lost') || input === flips.last) return;
  if (flips.last !== undefined) at.push(now);
  if (at.length > FLIPS_KEPT) at.shift();
  flips.last = input;
}
