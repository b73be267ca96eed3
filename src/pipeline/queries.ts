import type { Readiness } from '../contract/readiness.ts';
import type { Fleet } from '../domain/fleet.ts';
import type { AlarmStore, Clock, Queries, Spool } from '../ports.ts';
import type { AlarmDesk } from './alarm-desk.ts';
import type { RejectLog } from './reject-log.ts';

const QUARANTINE_SHOWN = 200;

interface QueryOptions {
  fleet: Fleet;
  desk: AlarmDesk;
  store: AlarmStore;
  rejects: RejectLog;
  spool: Pick<Spool, 'quarantined'>;
  clock: Clock;
  readiness(): Readonly<Record<string, Readiness>>;
}

/** What HTTP and the live feed may ask, answered from the live state. */
export function createQueries(options: QueryOptions): Queries {
  const { fleet, desk, store, rejects, spool, clock, readiness } = options;
  return {
    sites: () => fleet.sites(clock.now()),
    site: (id) => fleet.site(id, clock.now()),
    poweredFrom: (site, device) => fleet.poweredFrom(site, device),
    devices: (site) => fleet.devices(clock.now(), site),
    device: (site, id) => fleet.device(site, id, clock.now()),
    alarms: ({ state, site }) =>
      desk
        .alarms()
        .filter((alarm) => state === 'all' || alarm.state !== 'NORM')
        .filter((alarm) => site === undefined || alarm.site === site)
        .toSorted((a, b) => a.priority - b.priority || b.raisedAt - a.raisedAt),
    alarm: (id) => desk.alarm(id),
    transitions: (id) => store.transitions(id),
    rejects: () => rejects.newest(),
    rejectCounts: () => rejects.counts(),
    quarantined: () => spool.quarantined(QUARANTINE_SHOWN),
    readiness,
  };
}
