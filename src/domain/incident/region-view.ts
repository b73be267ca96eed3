import type { Freshness, PowerSource } from '../../contract/device.ts';
import { combinedFreshness } from '../freshness.ts';
import { worstPowerSource } from '../power-source.ts';

/** What of a site counts for its region. */
interface RegionPart {
  id: string;
  power: PowerSource;
  freshness: Freshness;
}

/** Power on both axes of a region: its worst source, how fresh that is, and which sites are out. */
interface RegionView {
  id: string;
  power: PowerSource;
  freshness: Freshness;
  sites: number;
  sitesOut: string[];
}

/** `isOut` says of a site whether it is without mains. */
export function viewRegion(
  id: string,
  parts: readonly RegionPart[],
  isOut: (site: string) => boolean,
): RegionView {
  return {
    id,
    power: worstPowerSource(parts.map(({ power }) => power)),
    freshness: combinedFreshness(parts.map(({ freshness }) => freshness)),
    sites: parts.length,
    sitesOut: parts.map((part) => part.id).filter(isOut),
  };
}
