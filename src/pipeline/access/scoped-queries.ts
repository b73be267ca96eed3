import type { Scope } from '../../contract/access.ts';
import type { Device, Site } from '../../contract/device.ts';
import type { Incident } from '../../contract/incident.ts';
import {
  alarmSeen,
  eventsSeen,
  incidentSeen,
  isWhollySeen,
  type Sight,
  sightOf,
} from '../../domain/access/sight.ts';
import { regionsOf } from '../../domain/region-view.ts';
import type { Queries } from '../../ports.ts';
import { quarantineSeen, rejectCountsOf, rejectsSeen } from './scoped-rejects.ts';
import { scheduleSeen } from './scoped-schedule.ts';

/**
 * The queries of somebody who is limited to regions and sites; what is foreign is answered as what does
 * not exist. It holds for as long as the sites and their regions stay.
 */
export function createScopedQueries(queries: Queries, scope: Scope): Queries {
  const sight = sightOf(scope, queries);
  const sites = () => queries.sites().filter(({ id }) => sight.covers(id));
  return {
    now: queries.now,
    sites,
    site: (id) => (sight.covers(id) ? queries.site(id) : undefined),
    regions: () => regionsOf(sites()),
    ...deviceQueries(queries, sight),
    ...alarmQueries(queries, sight),
    ...incidentQueries(queries, sight),
    ...outageQueries(queries, sight),
    schedule: () => scheduleSeen(queries.schedule(), sites(), sight),
    rejects: () => rejectsSeen(queries.rejects(), sight),
    rejectCounts: () => rejectCountsOf(rejectsSeen(queries.rejects(), sight)),
    quarantined: async () => quarantineSeen(await queries.quarantined(), sight),
    readiness: queries.readiness,
  };
}

function deviceQueries(queries: Queries, sight: Sight) {
  const devices = (site?: string): Device[] => {
    if (site !== undefined) return sight.covers(site) ? queries.devices(site) : [];
    return queries.sites().flatMap(({ id }: Site) => (sight.covers(id) ? queries.devices(id) : []));
  };
  return {
    devices,
    device: (site, id, detail) =>
      sight.covers(site) ? queries.device(site, id, detail) : undefined,
    poweredFrom: (site, device) => (sight.covers(site) ? queries.poweredFrom(site, device) : []),
  } satisfies Partial<Queries>;
}

function alarmQueries(queries: Queries, sight: Sight) {
  const alarm = (id: string) => {
    const known = queries.alarm(id);
    return known && alarmSeen(known, sight);
  };
  return {
    alarms: (filter) => queries.alarms(filter).flatMap((one) => alarmSeen(one, sight) ?? []),
    alarm,
    transitions: async (id) => {
      const known = queries.alarm(id);
      const seen = known && alarmSeen(known, sight);
      if (seen === undefined) return [];
      const transitions = await queries.transitions(id);
      return isWhollySeen(seen, sight)
        ? transitions
        : transitions.map(({ comment: _words, ...rest }) => rest);
    },
  } satisfies Partial<Queries>;
}

/** How many rows of the journal are looked through at the most for those that are seen. */
const ROWS_READ = 16_000;

function incidentQueries(queries: Queries, sight: Sight) {
  const seen = (incident: Incident | undefined) => {
    const shown = incident && incidentSeen(incident, sight);
    return shown === undefined || shown === incident ? shown : withOwnMargin(shown, queries);
  };
  const all = (incidents: readonly Incident[]) => incidents.flatMap((one) => seen(one) ?? []);
  const incident = async (id: string) => seen(await queries.incident(id));
  return {
    incidents: () => all(queries.incidents()),
    incident,
    children: async (id) =>
      (await incident(id)) === undefined ? [] : all(await queries.children(id)),
    incidentHistory: async ({ state, limit }) => {
      for (let read = limit; ; read *= 4) {
        const rows = await queries.incidentHistory({ state, limit: read });
        const shown = all(rows);
        const isEnough = shown.length >= limit || rows.length < read || read >= ROWS_READ;
        if (isEnough) return shown.slice(0, limit);
      }
    },
    incidentEvents: async (id) => {
      const known = await queries.incident(id);
      const shown = known && incidentSeen(known, sight);
      if (shown === undefined) return [];
      return eventsSeen(await queries.incidentEvents(id), sight, shown !== known);
    },
    intents: async (id) => {
      if (id !== undefined && (await incident(id)) === undefined) return [];
      const intents = await queries.intents(id);
      if (id !== undefined) return intents;
      const shown = await Promise.all(intents.map((one) => incident(one.incidentId)));
      return intents.filter((_, index) => shown[index] !== undefined);
    },
  } satisfies Partial<Queries>;
}

/** The worst margin of the sites that are left, while it is open. */
function withOwnMargin(incident: Incident, queries: Queries): Incident {
  if (incident.state === 'resolved') return incident;
  const margins = incident.sites.flatMap((site) =>
    queries.devices(site).flatMap(({ marginSeconds }) => marginSeconds ?? []),
  );
  if (margins.length === 0) return incident;
  return { ...incident, worstMarginSeconds: Math.min(...margins) };
}

function outageQueries(queries: Queries, sight: Sight) {
  return {
    outages: async (filter) => {
      if (filter.site !== undefined && !sight.covers(filter.site)) return [];
      return (await queries.outages(filter)).filter(({ site }) => sight.covers(site));
    },
    outageSummary: (span, limits) =>
      queries.outageSummary(span, { ...limits, covers: sight.covers }),
    dispatch: (generator) =>
      queries
        .dispatch(generator)
        ?.filter(({ site }) => sight.covers(site))
        .map((one, index) => ({ ...one, rank: index + 1 })),
  } satisfies Partial<Queries>;
}
