import { beforeEach, expect, it } from 'vitest';
import type { Alarm } from '../../../src/contract/alarm.ts';
import type { Incident } from '../../../src/contract/incident.ts';
import type { Outage } from '../../../src/contract/outage.ts';
import { Fleet } from '../../../src/domain/fleet.ts';
import type { Span } from '../../../src/domain/resolution.ts';
import { createQueries, type Outlook } from '../../../src/pipeline/queries.ts';
import { RejectLog } from '../../../src/pipeline/reject-log.ts';
import type { AlarmStore, Queries } from '../../../src/ports.ts';
import { alarmChange } from '../../support/alarm-change.ts';
import { FakeClock, FakeSpool } from '../../support/fake-ports.ts';
import { FakeQueries } from '../../support/fake-queries.ts';
import { incidentOf } from '../../support/incident.ts';
import { START, sampleOf, statusAt, topology } from '../../support/sample.ts';

const readiness = { journal: { isReady: true, state: 'ok' } } as const;

let clock: FakeClock;
let fleet: Fleet;
let rejects: RejectLog;
let known: FakeQueries;
let outlook: Outlook | undefined;
let alarms: Alarm[];
let summarized: { outages: readonly Outage[]; span: Span } | undefined;
let queries: Queries;

/** The journal's past, as the other fake answers it. */
function journalOf(
  past: FakeQueries,
): Pick<
  AlarmStore,
  'transitions' | 'incidents' | 'children' | 'incident' | 'incidentEvents' | 'intents' | 'outages'
> {
  const answers = past.queries(clock);
  return { ...answers, incidents: answers.incidentHistory };
}

beforeEach(() => {
  clock = new FakeClock(START);
  fleet = new Fleet(topology());
  rejects = new RejectLog();
  known = new FakeQueries();
  outlook = undefined;
  alarms = [];
  summarized = undefined;
  const open: Incident[] = [incidentOf()];
  queries = createQueries({
    fleet,
    desk: { alarms: () => alarms, alarm: (id) => alarms.find((alarm) => alarm.id === id) },
    store: journalOf(known),
    situation: {
      incidents: () => open,
      incidentOf: (site) => (site === 'krakivets' ? 'i-1' : undefined),
      outlook: (_site, device) => (device === 'ups-1' ? outlook : undefined),
      dispatch: (generator) => known.dispatches.get(generator),
      schedule: () => known.schedule,
      summarize: (outages, span) => {
        summarized = { outages, span };
        return known.summary;
      },
    },
    rejects,
    spool: new FakeSpool(),
    clock,
    readiness: () => readiness,
  });
  fleet.apply(statusAt(START, 'OB'));
  fleet.apply(statusAt(START, 'OB LB', { site: 'shehyni' }));
});

it('answers sites and devices as they are now', () => {
  expect(queries.sites().map(({ id, power }) => ({ id, power }))).toEqual([
    { id: 'krakivets', power: 'battery' },
    { id: 'shehyni', power: 'low' },
  ]);
  expect(queries.site('shehyni')?.freshness).toBe('live');
  expect(queries.site('nowhere')).toBeUndefined();
  expect(queries.regions()).toMatchObject([{ id: 'lviv', power: 'battery', sitesOut: 1 }]);
  expect(queries.devices()).toHaveLength(4);
  expect(queries.devices('shehyni')).toHaveLength(1);
  expect(queries.device('krakivets', 'ups-1')?.power).toBe('battery');
  expect(queries.device('krakivets', 'nothing')).toBeUndefined();
  expect(queries.poweredFrom('krakivets', 'ups-1')).toEqual(['ups-1', 'scanner-1']);
  clock.ms += 25_000;
  expect(queries.device('krakivets', 'ups-1')?.freshness).toBe('offline');
});

it('adds to a device what is known beyond its own words, in every detail', () => {
  fleet.apply(sampleOf({ ts: START + 1, metrics: { 'battery.voltage': 270 } }));
  expect(queries.device('krakivets', 'ups-1')).not.toHaveProperty('forecast');
  const forecast = { runtimeSeconds: 1200, low: 900, high: 1500, method: 'reported' } as const;
  outlook = { forecast, marginSeconds: 300, beginShutdownBy: START + 300_000 };
  const device = queries.device('krakivets', 'ups-1', 'summary');
  expect(device).toMatchObject({ id: 'ups-1', ...outlook });
  expect(device?.metrics).not.toHaveProperty('battery.voltage');
  const [ups, scanner] = queries.devices('krakivets');
  expect(ups).toMatchObject(outlook);
  expect(scanner).not.toHaveProperty('forecast');
});

it("names a site's incident", () => {
  expect(queries.sites().map(({ incidentId }) => incidentId)).toEqual(['i-1', undefined]);
  expect(queries.site('krakivets')?.incidentId).toBe('i-1');
});

it('answers alarms by priority, then the newest first, the normal ones only where asked', () => {
  const raised = alarmChange(1).alarm;
  alarms = [
    { ...raised, id: 'a', raisedAt: START },
    { ...raised, id: 'b', raisedAt: START + 1 },
    { ...raised, id: 'c', priority: 1, site: 'shehyni' },
    { ...raised, id: 'd', state: 'NORM' },
  ];
  expect(queries.alarms({ state: 'active' }).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  expect(queries.alarms({ state: 'active', site: 'krakivets' })).toHaveLength(2);
  expect(queries.alarms({ state: 'all', site: 'krakivets' })).toHaveLength(3);
  expect(queries.alarm('d')?.state).toBe('NORM');
});

it('answers an incident as it is now, an older one from the journal', async () => {
  known.incidents.push(
    incidentOf({ revision: 9 }),
    incidentOf({ id: 'i-0', state: 'resolved', resolvedAt: START }),
  );
  expect(queries.incidents().map(({ id }) => id)).toEqual(['i-1']);
  expect((await queries.incident('i-1'))?.revision).toBe(1);
  expect((await queries.incident('i-0'))?.state).toBe('resolved');
  expect(await queries.incident('i-9')).toBeUndefined();
  expect(await queries.incidentHistory({ state: 'all', limit: 10 })).toHaveLength(2);
  known.events.push({ incidentId: 'i-1', revision: 1, at: START, type: 'opened' });
  expect(await queries.incidentEvents('i-1')).toEqual(known.events);
  expect(await queries.intents('i-1')).toEqual([]);
  known.transitions.push(alarmChange(1).transition);
  expect(await queries.transitions('krakivets.ups-1.UPS_ON_BATTERY')).toEqual(known.transitions);
});

it('sums up the ledger of the asked span', async () => {
  const span = { fromMs: START - 1000, toMs: START };
  expect(await queries.outageSummary(span)).toBe(known.summary);
  expect(summarized).toEqual({ outages: [], span });
  expect(known.asked).toEqual([span]);
  expect(await queries.outages({ site: 'krakivets' })).toEqual([]);
});

it('answers dispatch, schedule, rejects and readiness', async () => {
  rejects.add({ receivedAt: START, reason: 'not_json', topic: 'a', detail: '', excerpt: '' });
  expect(queries.dispatch('gen-1')).toBeUndefined();
  expect(queries.schedule()).toBe(known.schedule);
  expect(queries.rejects()).toHaveLength(1);
  expect(queries.rejectCounts()).toEqual({ not_json: 1 });
  expect(queries.readiness()).toEqual(readiness);
  expect(await queries.quarantined()).toEqual([]);
});

it('shows children that are open as they stand now', async () => {
  known.incidents.push(
    incidentOf({ parentId: 'i-0', revision: 1 }),
    incidentOf({ id: 'i-2', parentId: 'i-0', state: 'resolved' }),
  );
  const [live, over] = await queries.children('i-0');
  expect(live).toEqual(queries.incidents()[0]);
  expect(over).toMatchObject({ id: 'i-2', state: 'resolved' });
  expect(queries.now()).toBe(START);
});
