import type { Generator } from '../../contract/config.ts';
import type { Dispatch } from '../../contract/dispatch.ts';
import { assign } from './assign.ts';
import { compareOptions, type Need, type Option, optionOf, tierOf } from './rank.ts';

/** Costs in seconds: to send one generator more outweighs any sum of margins, and one site more in time that. */
const IDLE = 1e8;
const IN_TIME = 1e11;

/**
 * Where mobile generators are to go at `now` (ms since 1970 UTC): for each of them its sites by rank, and
 * one plan for all, each to another site: as many sites in time as can be, then as many others as can be;
 * of these plans the one that serves the most pressed in time and is the least late elsewhere.
 */
export function dispatch(
  generators: Readonly<Record<string, Generator>>,
  needs: readonly Need[],
  now: number,
): Dispatch[] {
  const table = Object.entries(generators).map(([id, generator]) =>
    needs.map((need) => optionOf(id, generator, need, now)),
  );
  const plan = assign(
    table.map((row) => row.map(costOf)),
    IDLE,
  );
  return table.flatMap((row, index) => {
    const chosen = plan[index];
    const assigned = chosen === undefined ? undefined : row[chosen];
    return row
      .toSorted(compareOptions)
      .map((option, at) => ({ ...option, rank: at + 1, isAssigned: option === assigned }));
  });
}

function costOf(option: Option): number {
  const { marginAtArrivalSeconds } = option;
  const tier = tierOf(option);
  if (tier === 2) return Number.POSITIVE_INFINITY;
  return tier === 0 ? marginAtArrivalSeconds - IN_TIME : -marginAtArrivalSeconds;
}
