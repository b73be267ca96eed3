import type { Scope } from '../../contract/access.ts';
import type { Alarm } from '../../contract/alarm.ts';
import type { Site } from '../../contract/device.ts';
import type { Incident, IncidentEvent } from '../../contract/incident.ts';
import { covers } from './scope.ts';

type Place = Pick<Site, 'id' | 'region' | 'queue'>;

/** The sites that there are. */
export interface Places {
  site(id: string): Pick<Site, 'region'> | undefined;
  sites(): readonly Place[];
}

/** What somebody's limits show; it holds for as long as the sites and their regions stay. */
export interface Sight {
  covers(site: string): boolean;
  /** Whether a region, an outage queue (`queue:3.1`) or everything (`*`) has a covered site. */
  reaches(area: string): boolean;
  /** Whether all of its sites are covered, and it has one. */
  holds(area: string): boolean;
}

export function sightOf(scope: Scope | undefined, places: Places): Sight {
  const known = new Map<string, boolean>();
  const isCovered = (id: string) => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const is = covers(scope, { id, region: places.site(id)?.region });
    known.set(id, is);
    return is;
  };
  let areas: ReadonlyMap<string, Area> | undefined;
  const areaOf = (area: string) => {
    areas ??= areasOf(places.sites(), isCovered);
    return areas.get(area);
  };
  return {
    covers: isCovered,
    reaches: (area) => areaOf(area)?.isReached ?? false,
    holds: (area) => areaOf(area)?.isHeld ?? false,
  };
}

interface Area {
  isReached: boolean;
  isHeld: boolean;
}

function areasOf(sites: readonly Place[], isCovered: (site: string) => boolean) {
  const areas = new Map<string, Area>();
  for (const { id, region, queue } of sites) {
    const is = isCovered(id);
    for (const name of ['*', region, queue === undefined ? undefined : `queue:${queue}`]) {
      if (name === undefined) continue;
      const area = areas.get(name) ?? { isReached: false, isHeld: true };
      areas.set(name, { isReached: area.isReached || is, isHeld: area.isHeld && is });
    }
  }
  return areas;
}

/**
 * An alarm as the limits show it: of a covered site, of a region or outage queue with one in it, or of
 * no one region. People's words are left out where it is also of other sites: they may name these.
 */
export function alarmSeen(alarm: Alarm, sight: Sight): Alarm | undefined {
  if (alarm.site !== '*') return sight.covers(alarm.site) ? alarm : undefined;
  if (!sight.reaches(alarm.region ?? '*')) return undefined;
  if (isWhollySeen(alarm, sight)) return alarm;
  const { shelveReason: _words, outOfService, ...rest } = alarm;
  if (outOfService === undefined) return rest;
  return { ...rest, outOfService: { ...outOfService, reason: '', workOrder: '' } };
}

/** Whether all that an alarm is of is covered, so that one may also act on it. */
export function isWhollySeen({ site, region }: Pick<Alarm, 'site' | 'region'>, sight: Sight) {
  if (site !== '*') return sight.covers(site);
  return region !== undefined && sight.holds(region);
}

/**
 * An incident as the limits show it: trimmed to its covered sites and devices, without a margin that
 * may be another site's. One of none of them is not there; one of the monitor itself has no site.
 */
export function incidentSeen(incident: Incident, sight: Sight): Incident | undefined {
  const sites = incident.sites.filter(sight.covers);
  const devices = incident.devices.filter((key) => sight.covers(siteOf(key)));
  const isLess = sites.length < incident.sites.length || devices.length < incident.devices.length;
  if (sites.length === 0 && devices.length === 0) {
    const isOfMonitor = incident.class === 'platform' && !isLess;
    return isOfMonitor && sight.reaches('*') ? incident : undefined;
  }
  if (!isLess) return incident;
  const { worstMarginSeconds: _ofAll, ...rest } = incident;
  return { ...rest, sites, devices };
}

/**
 * The lines of an incident's timeline that name no other site. Where `isTrimmed`, people's words about
 * the whole of it may name any, and are left out.
 */
export function eventsSeen(
  events: readonly IncidentEvent[],
  sight: Sight,
  isTrimmed: boolean,
): IncidentEvent[] {
  return events.flatMap((event) => {
    const { site, text, ...rest } = event;
    if (site !== undefined) return sight.covers(site) ? event : [];
    if (!isTrimmed || text === undefined) return event;
    return event.type === 'note' ? [] : rest;
  });
}

/** Of `site/device`. */
function siteOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}
