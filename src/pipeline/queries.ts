import type { Alarm } from '../contract/alarm.ts';
import type { Device, Site } from '../contract/device.ts';
import type { Dispatch } from '../contract/dispatch.ts';
import type { Incident } from '../contract/incident.ts';
import type { Detail } from '../contract/live.ts';
import type { Outage, OutageSummary } from '../contract/outage.ts';
import type { Readiness } from '../contract/readiness.ts';
import type { ScheduleView } from '../contract/schedule.ts';
import type { Fleet } from '../domain/fleet.ts';
import { regionsOf } from '../domain/region-view.ts';
import type { Span } from '../domain/resolution.ts';
import type { AlarmStore, Clock, Queries, Spool } from '../ports.ts';
import type { RejectLog } from './reject-log.ts';

const QUARANTINE_SHOWN = 200;

/** What forecast, battery and expectation add to what a device says of itself. */
export type Outlook = Pick<
  Device,
  | 'forecast'
  | 'marginSeconds'
  | 'beginShutdownBy'
  | 'stopScanningGainSeconds'
  | 'batteryHealth'
  | 'nextCut'
  | 'expectation'
>;

/** What is known beyond the devices' own words; each call is answered from memory. */
export interface SituationView {
  /** The open ones with their parents and children; newest first. */
  incidents(): Incident[];
  /** The incident that a site's card names, where there is one. */
  incidentOf(site: string): string | undefined;
  outlook(site: string, device: string): Outlook | undefined;
  /** `undefined` for a generator that is not configured. */
  dispatch(generator: string): Dispatch[] | undefined;
  schedule(): ScheduleView;
  /** `covers`: which of all sites the indices are of. */
  summarize(
    outages: readonly Outage[],
    span: Span,
    covers?: (site: string) => boolean,
  ): OutageSummary;
}

interface QueryOptions {
  fleet: Fleet;
  desk: { alarms(): Alarm[]; alarm(id: string): Alarm | undefined };
  store: Pick<
    AlarmStore,
    'transitions' | 'incidents' | 'children' | 'incident' | 'incidentEvents' | 'intents' | 'outages'
  >;
  situation: SituationView;
  rejects: RejectLog;
  spool: Pick<Spool, 'quarantined'>;
  clock: Clock;
  readiness(): Readonly<Record<string, Readiness>>;
}

/** What HTTP and the live feed may ask, answered from the live state; the past from the journal. */
export function createQueries(options: QueryOptions): Queries {
  const { fleet, desk, store, situation, rejects, spool, clock, readiness } = options;
  const withIncident = (site: Site): Site => {
    const incidentId = situation.incidentOf(site.id);
    return incidentId === undefined ? site : { ...site, incidentId };
  };
  const withOutlook = (device: Device): Device => {
    const outlook = situation.outlook(device.site, device.id);
    return outlook === undefined ? device : { ...device, ...outlook };
  };
  const sites = () => fleet.sites(clock.now()).map(withIncident);
  return {
    now: () => clock.now(),
    sites,
    site: (id) => {
      const site = fleet.site(id, clock.now());
      return site === undefined ? undefined : withIncident(site);
    },
    regions: () => regionsOf(sites()),
    poweredFrom: (site, device) => fleet.poweredFrom(site, device),
    devices: (site) => fleet.devices(clock.now(), site).map(withOutlook),
    device: (site: string, id: string, detail?: Detail) => {
      const device = fleet.device(site, id, clock.now(), detail);
      return device === undefined ? undefined : withOutlook(device);
    },
    alarms: ({ state, site }) =>
      desk
        .alarms()
        .filter((alarm) => state === 'all' || alarm.state !== 'NORM')
        .filter((alarm) => site === undefined || alarm.site === site)
        .toSorted((a, b) => a.priority - b.priority || b.raisedAt - a.raisedAt),
    alarm: (id) => desk.alarm(id),
    transitions: (id) => store.transitions(id),
    incidents: () => situation.incidents(),
    children: async (id) => {
      const open = new Map(situation.incidents().map((one) => [one.id, one]));
      return (await store.children(id)).map((one) => open.get(one.id) ?? one);
    },
    incidentHistory: (filter) => store.incidents(filter),
    incident: async (id) =>
      situation.incidents().find((one) => one.id === id) ?? (await store.incident(id)),
    incidentEvents: (id) => store.incidentEvents(id),
    intents: (incidentId) => store.intents(incidentId),
    outages: (filter) => store.outages(filter),
    outageSummary: async (span, { covers = () => true, endedBy } = {}) => {
      const isOver = (endedAt = Number.POSITIVE_INFINITY) =>
        endedBy === undefined || endedAt <= endedBy;
      const counted = (await store.outages(span)).filter(
        ({ site, endedAt }) => covers(site) && isOver(endedAt),
      );
      return situation.summarize(counted, span, covers);
    },
    dispatch: (generator) => situation.dispatch(generator),
    schedule: () => situation.schedule(),
    rejects: () => rejects.newest(),
    rejectCounts: () => rejects.counts(),
    quarantined: () => spool.quarantined(QUARANTINE_SHOWN),
    readiness,
  };
}
