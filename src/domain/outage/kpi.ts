import type { Outage } from '../../contract/outage.ts';

/** How scanners fared in interruptions, all scanners together (minutes). */
export interface ScannerMinutes {
  /** Without mains, yet with power from a UPS's battery: mains off − output off. */
  saved: number;
  /** Carried by a generator, which is nobody's merit but its own. */
  generator: number;
  off: number;
  plannedOff: number;
  unseen: number;
}

/** By who gave the scanners, those without a donor under `undefined`, most minutes saved first. */
export interface SavedMinutes {
  byDonor: ({ donor: string | undefined } & ScannerMinutes)[];
  total: ScannerMinutes;
}

/** Scanner-minutes that the UPSs saved. */
export function savedMinutes(outages: readonly Outage[]): SavedMinutes {
  const total = noMinutes();
  const donors = new Map<string | undefined, ScannerMinutes>();
  for (const share of outages.flatMap(({ scanners }) => scanners)) {
    const own = donors.get(share.donor) ?? noMinutes();
    donors.set(share.donor, own);
    for (const sums of [own, total]) {
      sums.saved += share.upsSeconds / 60;
      sums.generator += share.generatorSeconds / 60;
      sums.off += share.offSeconds / 60;
      sums.plannedOff += share.plannedOffSeconds / 60;
      sums.unseen += share.unseenSeconds / 60;
    }
  }
  const byDonor = [...donors].map(([donor, minutes]) => ({ donor, ...minutes }));
  byDonor.sort((one, other) => other.saved - one.saved);
  return { byDonor, total };
}

/**
 * IEEE 1366 over a period, a site taken as one customer: `saidi` minutes and `saifi` sustained
 * interruptions per site, `caidi` minutes per sustained interruption (absent where there was none),
 * `maifi` momentary ones per site, `asai` the share of time with supply.
 */
export interface ReliabilityIndices {
  saidi: number;
  saifi: number;
  caidi?: number;
  maifi: number;
  asai: number;
}

export interface Period {
  /** ms since 1970 UTC; the end is not part of it, and where it lies ahead it is now. */
  fromMs: number;
  toMs: number;
  /** All that are supplied, interrupted or not. */
  sites: readonly string[];
}

/**
 * The indices of all the sites together and of each. Minutes are cut at the period's edges; an
 * interruption is counted in the period in which it began (IEEE 1366).
 */
export function reliability(
  outages: readonly Outage[],
  { fromMs, toMs, sites }: Period,
): { all: ReliabilityIndices; bySite: ({ site: string } & ReliabilityIndices)[] } {
  const counts = new Map(sites.map((site) => [site, { minutes: 0, sustained: 0, momentary: 0 }]));
  const sum = { minutes: 0, sustained: 0, momentary: 0 };
  for (const { site, startedAt, endedAt = toMs, duration } of outages) {
    const own = counts.get(site);
    if (own === undefined) continue;
    const isBegunIn = startedAt >= fromMs && startedAt < toMs;
    const cutMs = Math.min(endedAt, toMs) - Math.max(startedAt, fromMs);
    for (const count of [own, sum]) {
      if (isBegunIn) count[duration] += 1;
      if (duration === 'sustained') count.minutes += Math.max(0, cutMs) / 60_000;
    }
  }
  const minutes = (toMs - fromMs) / 60_000;
  return {
    all: indicesOf(sum, sites.length, minutes),
    bySite: [...counts].map(([site, own]) => ({ site, ...indicesOf(own, 1, minutes) })),
  };
}

function indicesOf(
  { minutes, sustained, momentary }: { minutes: number; sustained: number; momentary: number },
  sites: number,
  periodMinutes: number,
): ReliabilityIndices {
  const perSite = (value: number) => (sites === 0 ? 0 : value / sites);
  const saidi = perSite(minutes);
  return {
    saidi,
    saifi: perSite(sustained),
    ...(sustained === 0 ? {} : { caidi: minutes / sustained }),
    maifi: perSite(momentary),
    asai: periodMinutes > 0 ? 1 - saidi / periodMinutes : 1,
  };
}

function noMinutes(): ScannerMinutes {
  return { saved: 0, generator: 0, off: 0, plannedOff: 0, unseen: 0 };
}
