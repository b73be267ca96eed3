import fc from 'fast-check';
import type { Scope } from '../../src/contract/access.ts';
import type { Alarm } from '../../src/contract/alarm.ts';
import { type Topology, topologySchema } from '../../src/contract/config.ts';
import type { Dispatch } from '../../src/contract/dispatch.ts';
import type { Incident, IncidentEvent, Intent } from '../../src/contract/incident.ts';
import type { Outage } from '../../src/contract/outage.ts';
import type { ScheduleView } from '../../src/contract/schedule.ts';
import { Fleet } from '../../src/domain/fleet.ts';
import { SituationOutlook } from '../../src/pipeline/outlook.ts';
import { createQueries } from '../../src/pipeline/queries.ts';
import { RejectLog } from '../../src/pipeline/reject-log.ts';
import { Situation } from '../../src/pipeline/situation.ts';
import type { Queries } from '../../src/ports.ts';
import { alarmChange } from './alarm-change.ts';
import { FakeClock } from './fake-ports.ts';
import { incidentOf } from './incident.ts';
import { outageOf } from './journal-entry.ts';
import { START, statusAt } from './sample.ts';

/** No name is part of another one, so that a text that holds one names that site. */
export const SITES = ['s0x', 's1x', 's2x', 's3x', 's4x', 's5x'] as const;
const REGIONS = ['lviv', 'volyn', 'odesa'] as const;
const HOUR_MS = 3_600_000;

export interface WorldSite {
  id: string;
  region: string | undefined;
  queue: string | undefined;
}

/** What happened in a world: of which sites incidents are, and which of these a parent absorbed. */
export interface WorldPlan {
  sites: WorldSite[];
  incidents: string[];
  absorbed: string[];
  outages: { site: string; beganHoursAgo: number; isOver: boolean }[];
}

export const planArbitrary: fc.Arbitrary<WorldPlan> = fc.record({
  sites: fc.tuple(...SITES.map((id) => siteArbitrary(id))),
  incidents: fc.subarray([...SITES]),
  absorbed: fc.subarray([...SITES]),
  outages: fc.array(
    fc.record({
      site: fc.constantFrom(...SITES),
      beganHoursAgo: fc.integer({ min: 1, max: 100 }),
      isOver: fc.boolean(),
    }),
    { maxLength: 8 },
  ),
});

export const scopeArbitrary: fc.Arbitrary<Scope> = fc.record({
  regions: fc.subarray([...REGIONS]),
  sites: fc.subarray([...SITES, 'nowhere']),
});

function siteArbitrary(id: string): fc.Arbitrary<WorldSite> {
  return fc.record({
    id: fc.constant(id),
    region: fc.option(fc.constantFrom(...REGIONS), { nil: undefined }),
    queue: fc.option(fc.constantFrom('3.1', '4.2'), { nil: undefined }),
  });
}

export interface World {
  queries: Queries;
  alarms: Alarm[];
  incidents: Incident[];
  clock: FakeClock;
}

/** A border of six crossings in which everything that names a site names it. */
export function openWorld(plan: WorldPlan): World {
  const topology = topologyOf(plan.sites);
  const clock = new FakeClock(START);
  const fleet = new Fleet(topology);
  for (const { id: site } of plan.sites) fleet.apply(statusAt(START - 1000, 'OB', { site }));
  const incidents = incidentsOf(plan);
  const alarms = alarmsOf(plan.sites);
  const outages = plan.outages.map(outageIn);
  const events = incidents.flatMap(eventsOf);
  const intents = incidents.map(intentOf);
  const outlook = new SituationOutlook(new Situation({ fleet, topology }), clock);
  const queries = createQueries({
    fleet,
    desk: { alarms: () => alarms, alarm: (id) => alarms.find((one) => one.id === id) },
    store: {
      transitions: async (id) =>
        alarms
          .filter((one) => one.id === id)
          .map(({ shelveReason: comment = 'seen' }) => ({
            ...alarmChange(1).transition,
            alarmId: id,
            comment,
          })),
      incidents: async ({ limit }) => incidents.slice(0, limit),
      children: async (id) => incidents.filter(({ parentId }) => parentId === id),
      incident: async (id) => incidents.find((one) => one.id === id),
      incidentEvents: async (id) => events.filter(({ incidentId }) => incidentId === id),
      intents: async (id) => intents.filter((one) => id === undefined || one.incidentId === id),
      outages: async ({ site }) => outages.filter((one) => site === undefined || one.site === site),
    },
    situation: {
      incidents: () => incidents.filter(({ state }) => state !== 'resolved'),
      incidentOf: (site) => incidents.find(({ sites }) => sites[0] === site)?.id,
      outlook: (site) => ({ marginSeconds: marginOf(site) }),
      dispatch: (generator) => (generator === 'g-1' ? dispatchTo(plan.sites) : undefined),
      schedule: () => scheduleOf(plan.sites),
      summarize: (...given) => outlook.summarize(...given),
    },
    rejects: rejectsOf(plan.sites),
    spool: { quarantined: async () => quarantinedOf(plan.sites) },
    clock,
    readiness: () => ({ store: { isReady: true, state: 'ok' } }),
  });
  return { queries, alarms, incidents, clock };
}

/** Another one at each site. */
export function marginOf(site: string): number {
  return 100 * (1 + SITES.indexOf(site as (typeof SITES)[number]));
}

function topologyOf(sites: readonly WorldSite[]): Topology {
  const entries = sites.map(({ id, region, queue }) => [
    id,
    {
      name: { uk: `Пункт ${id}`, en: `Site ${id}` },
      ...(region === undefined ? {} : { region }),
      ...(queue === undefined ? {} : { queue }),
      devices: { 'ups-1': { kind: 'ups', interval: 5 } },
    },
  ]);
  return { ...topologySchema.parse({}), sites: Object.fromEntries(entries) };
}

function incidentsOf({ sites, incidents, absorbed }: WorldPlan): Incident[] {
  const own = incidents.map((site) => ({
    ...incidentOf({ id: `power.${site}.1`, sites: [site], devices: [`${site}/ups-1`] }),
    ...(absorbed.includes(site) ? { parentId: 'wide_area.1' } : {}),
    worstMarginSeconds: marginOf(site),
  }));
  const below = incidents.filter((site) => absorbed.includes(site));
  const parent = incidentOf({
    id: 'wide_area.1',
    class: 'wide_area',
    sites: below,
    devices: below.map((site) => `${site}/ups-1`),
    worstMarginSeconds: Math.min(...below.map(marginOf)),
  });
  const platform = incidentOf({ id: 'platform.1', class: 'platform', sites: [], devices: [] });
  const all = incidentOf({
    id: 'comms.1',
    class: 'comms',
    state: 'resolved',
    sites: sites.map(({ id }) => id),
  });
  return [...own, ...(below.length === 0 ? [] : [parent]), platform, { ...all, devices: [] }];
}

function eventsOf({ id: incidentId, sites }: Incident): IncidentEvent[] {
  const common = { incidentId, revision: 1, at: START } as const;
  return [
    { ...common, type: 'opened' },
    { ...common, type: 'taken', actor: 'Олена', text: `looks after ${sites.join()}` },
    { ...common, type: 'note', actor: 'Олена', text: `of all: ${sites.join()}` },
    ...sites.flatMap((site): IncidentEvent[] => [
      { ...common, type: 'site_added', site },
      { ...common, type: 'device_added', site, device: 'ups-1' },
      { ...common, type: 'note', site, text: `of ${site}` },
    ]),
  ];
}

function intentOf({ id: incidentId }: Incident): Intent {
  return { id: `${incidentId}:1`, incidentId, revision: 1, kind: 'first', at: START };
}

function alarmsOf(sites: readonly WorldSite[]): Alarm[] {
  const { alarm } = alarmChange(1);
  const namesIn = (area: string | undefined) =>
    sites
      .filter(({ region, queue }) => [undefined, region, `queue:${queue}`].includes(area))
      .map(({ id }) => id)
      .join();
  const areas = new Set(sites.flatMap(({ region, queue }) => [region, queue && `queue:${queue}`]));
  const wordsOn = (names: string) => ({
    shelveReason: `because of ${names}`,
    outOfService: { by: 'Олена', at: START, reason: `as at ${names}`, workOrder: names },
  });
  return [
    ...sites.map(({ id: site }) => ({ ...alarm, site, id: `${site}.ups-1.UPS_ON_BATTERY` })),
    ...[...areas].map((area): Alarm => {
      const { device: _device, ...rest } = alarm;
      const code = area === undefined ? 'WIDE_AREA_OUTAGE' : 'REGIONAL_OUTAGE';
      const id = area === undefined ? `*.${code}` : `*.${area}.${code}`;
      const words = wordsOn(namesIn(area));
      return { ...rest, ...words, id, code, site: '*', ...(area ? { region: area } : {}) };
    }),
  ];
}

function outageIn({ site, beganHoursAgo, isOver }: WorldPlan['outages'][number], index: number) {
  const startedAt = START - beganHoursAgo * HOUR_MS;
  const share = { upsSeconds: 60, generatorSeconds: 0, offSeconds: 0, plannedOffSeconds: 0 };
  const outage: Outage = {
    ...outageOf(`${site}-${index}`, startedAt, isOver ? startedAt + HOUR_MS / 2 : undefined),
    site,
    scanners: [{ device: 'scanner-1', donor: `friends of ${site}`, ...share, unseenSeconds: 0 }],
  };
  return outage;
}

function dispatchTo(sites: readonly WorldSite[]): Dispatch[] {
  return sites.map(({ id: site }, index) => ({
    generator: 'g-1',
    site,
    rank: index + 1,
    isAssigned: index === 0,
    arrivesAt: START,
    travelSeconds: 1,
    connectionSeconds: 1,
    marginAtArrivalSeconds: 1,
    isReachableInTime: true,
    fits: 'yes',
  }));
}

function scheduleOf(sites: readonly WorldSite[]): ScheduleView {
  const from = new Date(START).toISOString();
  const ids = sites.map(({ id }) => id);
  return {
    days: [{ date: '2026-11-24', queue: '3.1', slots: [] }],
    emergencies: [
      { type: 'emergency', sites: ids, from },
      { type: 'emergency', regions: ['lviv'], sites: ids.slice(0, 2), from },
      ...ids.map((id) => ({ type: 'special_emergency' as const, sites: [id], from })),
      { type: 'special_emergency', from },
    ],
    isStale: false,
    missing: sites.flatMap(({ region, queue }) =>
      queue === undefined ? [] : [{ date: '2026-11-25', queue, ...(region ? { region } : {}) }],
    ),
  };
}

function rejectsOf(sites: readonly WorldSite[]): RejectLog {
  const log = new RejectLog();
  const common = { receivedAt: START, reason: 'not_json', detail: '', excerpt: '' } as const;
  for (const { id } of sites) {
    log.add({ ...common, topic: `svitlo/v1/${id}/ups/ups-1/telemetry` });
    log.add({ ...common, topic: `svitlo/v1/${id}/ups` });
    log.add({ ...common, topic: `elsewhere/${id}/ups/ups-1/telemetry` });
  }
  return log;
}

function quarantinedOf(sites: readonly WorldSite[]) {
  return sites.flatMap(({ id }) => [
    { at: START, reason: 'refused', line: `ups,site=${id},device=ups-1 ups.load=1 ${START}` },
    { at: START, reason: 'refused', line: `of ${id}, and of nobody` },
  ]);
}
