import type { PowerSource, Site } from '../contract/device.ts';
import type { Region } from '../contract/region.ts';
import { combinedFreshness } from './freshness.ts';
import { worstPowerSource } from './power-source.ts';

/** Sources that a site is on only while its mains is lost. */
const WITHOUT_MAINS: ReadonlySet<PowerSource> = new Set(['battery', 'low', 'generator', 'off']);

/** Regions by name, each from its sites; a site without a region counts to none. */
export function regionsOf(sites: readonly Site[]): Region[] {
  const byRegion = new Map<string, Site[]>();
  for (const site of sites) {
    if (site.region === undefined) continue;
    const known = byRegion.get(site.region);
    if (known === undefined) byRegion.set(site.region, [site]);
    else known.push(site);
  }
  return [...byRegion]
    .map(([id, its]) => ({
      id,
      power: worstPowerSource(its.map(({ power }) => power)),
      freshness: combinedFreshness(its.map(({ freshness }) => freshness)),
      sites: its.length,
      sitesOut: its.filter(({ power }) => WITHOUT_MAINS.has(power)).length,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
