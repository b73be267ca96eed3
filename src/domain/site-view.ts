import type { SiteConfig } from '../contract/config.ts';
import type { Freshness, PowerSource, Site } from '../contract/device.ts';
import { combinedFreshness } from './freshness.ts';
import { worstPowerSource } from './power-source.ts';

/** What one of its devices adds to a site. */
export interface SitePart {
  freshness: Freshness;
  power: PowerSource | undefined;
}

/** The public view of a site, from its devices. */
export function viewSite(
  id: string,
  config: SiteConfig | undefined,
  parts: readonly SitePart[],
): Site {
  return {
    id,
    name: config?.name ?? { uk: id, en: id },
    ...(config?.lat === undefined ? {} : { lat: config.lat }),
    ...(config?.lon === undefined ? {} : { lon: config.lon }),
    ...(config?.region === undefined ? {} : { region: config.region }),
    ...(config?.queue === undefined ? {} : { queue: config.queue }),
    power: worstPowerSource(parts.flatMap(({ power }) => power ?? [])),
    freshness: combinedFreshness(parts.map(({ freshness }) => freshness)),
  };
}
