import type { Alarm } from '../../contract/alarm.ts';
import type { Site } from '../../contract/device.ts';
import type { Incident } from '../../contract/incident.ts';
import type { Queries } from '../../ports.ts';

/**
 * Whether a room shows an alarm: everything its own, a site's room that site's and those above it: of
 * its region or outage queue (`queue:3.1`), or of no one region. `place` is the room's site.
 */
export function showsAlarm(
  room: string,
  place: Pick<Site, 'region' | 'queue'> | undefined,
  { site, region }: Pick<Alarm, 'site' | 'region'>,
): boolean {
  if (room === '*' || site === room) return true;
  if (site !== '*') return false;
  return region === undefined || region === place?.region || region === `queue:${place?.queue}`;
}

/** A parent names the sites of all that it absorbed; what names none is of the monitor itself. */
export function showsIncident(room: string, { sites }: Pick<Incident, 'sites'>): boolean {
  return room === '*' || sites.length === 0 || sites.includes(room);
}

/** The active alarms that a room shows, those above its site first. */
export function alarmsShown(room: string, queries: Pick<Queries, 'alarms' | 'site'>): Alarm[] {
  if (room === '*') return queries.alarms({ state: 'active' });
  const place = queries.site(room);
  const above = queries.alarms({ state: 'active', site: '*' });
  return [
    ...above.filter((alarm) => showsAlarm(room, place, alarm)),
    ...queries.alarms({ state: 'active', site: room }),
  ];
}
