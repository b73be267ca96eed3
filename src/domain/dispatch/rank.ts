import type { Generator } from '../../contract/config.ts';
import type { Dispatch, Fit } from '../../contract/dispatch.ts';
import { distanceKm } from '../distance.ts';

/** Roads are longer than the great circle (judgement; Boscoe et al. 2012 give 1.2 to 1.4). */
const DETOUR = 1.3;

/** A site that needs a generator. */
export interface Need {
  site: string;
  lat: number;
  lon: number;
  /** Until the safe shutdown of its most pressed scanner must begin (seconds); it may be over. */
  marginSeconds: number;
  connectionSeconds: number;
  /** What it must carry (kW) and how it is plugged, where that is known. */
  loadKw?: number | undefined;
  connector?: string | undefined;
}

/** How one generator would serve one site. */
export type Option = Omit<Dispatch, 'rank' | 'isAssigned'>;

export function optionOf(id: string, generator: Generator, need: Need, now: number): Option {
  const travelSeconds = Math.round(
    (3600 * DETOUR * distanceKm(generator, need)) / generator.averageKmh,
  );
  const { connectionSeconds } = need;
  const marginAtArrivalSeconds = need.marginSeconds - travelSeconds - connectionSeconds;
  return {
    generator: id,
    site: need.site,
    travelSeconds,
    connectionSeconds,
    arrivesAt: now + 1000 * travelSeconds,
    marginAtArrivalSeconds,
    isReachableInTime: marginAtArrivalSeconds >= 0,
    fits: fitOf(generator, need),
  };
}

function fitOf({ kW, connectors }: Generator, { loadKw, connector }: Need): Fit {
  if (loadKw !== undefined && loadKw > kW) return 'power';
  return connector === undefined || connectors.includes(connector) ? 'yes' : 'connector';
}

/**
 * What comes first for one generator: sites that it fits and reaches in time, the most pressed of them
 * first; then those it reaches too late, the least late first; then those it does not fit.
 */
export function compareOptions(a: Option, b: Option): number {
  return (
    tierOf(a) - tierOf(b) ||
    (a.isReachableInTime && b.isReachableInTime ? 1 : -1) *
      (a.marginAtArrivalSeconds - b.marginAtArrivalSeconds) ||
    (a.site < b.site ? -1 : 1)
  );
}

/** 0 in time, 1 too late, 2 it does not fit. */
export function tierOf({ fits, isReachableInTime }: Option): 0 | 1 | 2 {
  if (fits !== 'yes') return 2;
  return isReachableInTime ? 0 : 1;
}
