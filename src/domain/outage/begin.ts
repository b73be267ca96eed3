import { COHORT_MS, type Witness } from './witness.ts';

/** When and by whose word a site's interruption began, and whether all of that word came late. */
export interface Begin {
  at: number;
  isLate: boolean;
}

/**
 * Whether the site has lost its mains by what is known: its supply meter says so; or, of its UPSs that
 * can tell, two or more and at least half lost their input within 30 s, or the only one did.
 */
export function findBegin(
  ups: readonly Witness[],
  supplies: readonly Witness[],
): Begin | undefined {
  const at = beginOfSupply(ups, supplies) ?? beginOfCohort(ups);
  if (at === undefined) return undefined;
  const first = [...supplies, ...ups].filter((one) => one.isLost && one.lostSince === at);
  return { at, isLate: first.every((one) => one.isLossLate) };
}

/** UPSs often tell some seconds before a meter does. */
function beginOfSupply(ups: readonly Witness[], supplies: readonly Witness[]): number | undefined {
  let at = Number.NEGATIVE_INFINITY;
  for (const { isLost, lostSince } of supplies) if (isLost) at = Math.max(at, lostSince);
  if (at === Number.NEGATIVE_INFINITY || supplies.some((one) => one.deniesLoss(at))) {
    return undefined;
  }
  let earliest = at;
  for (const { isLost, lostSince } of ups) {
    if (isLost && lostSince >= at - COHORT_MS) earliest = Math.min(earliest, lostSince);
  }
  return earliest;
}

function beginOfCohort(ups: readonly Witness[]): number | undefined {
  const begins = ups.filter((one) => one.isLost).map((one) => one.lostSince);
  begins.sort((one, other) => one - other);
  return begins.find((begin) => {
    const members = begins.filter((at) => at >= begin && at <= begin + COHORT_MS).length;
    const deniers = ups.filter((one) => one.deniesLoss(begin)).length;
    const voters = members + deniers;
    return members >= Math.max(Math.min(2, voters), voters / 2);
  });
}
