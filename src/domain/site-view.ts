import type { SiteConfig } from '../contract/config.ts';
import type { Device, Site } from '../contract/device.ts';
import { combinedFreshness } from './freshness.ts';
import { worstPowerSource } from './power-source.ts';

/** The public view of a site, from those of its devices. */
export function viewSite(
  id: string,
  config: SiteConfig | undefined,
  devices: readonly Device[],
): Site {
  return {
    id,
    name: config?.name ?? { uk: id, en: id },
    ...(config?.lat === undefined ? {} : { lat: config.lat }),
    ...(config?.lon === undefined ? {} : { lon: config.lon }),
    ...(config?.region === undefined ? {} : { region: config.region }),
    ...(config?.queue === undefined ? {} : { queue: config.queue }),
    power: worstPowerSource(devices.flatMap((device) => device.power ?? [])),
    freshness: combinedFreshness(devices.map((device) => device.freshness)),
  };
}
