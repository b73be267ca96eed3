import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Scope } from '../../../../src/contract/access.ts';
import { covers } from '../../../../src/domain/access/scope.ts';
import { createScopedQueries } from '../../../../src/pipeline/access/scoped-queries.ts';
import type { Queries } from '../../../../src/ports.ts';
import {
  marginOf,
  openWorld,
  planArbitrary,
  SITES,
  scopeArbitrary,
  type World,
  type WorldPlan,
} from '../../../support/border-world.ts';
import { START } from '../../../support/sample.ts';

const SPAN = { fromMs: START - 30 * 24 * 3_600_000, toMs: START };
const ALL = [...SITES, 'nowhere'];

type Asked = (queries: Queries, world: World) => unknown[];

/** Each query with everything that may be asked of it: a new one has to be added here. */
const ASKED: Record<keyof Queries, Asked> = {
  now: (queries) => [queries.now()],
  sites: (queries) => [queries.sites()],
  site: (queries) => ALL.map((id) => queries.site(id)),
  regions: (queries) => [queries.regions()],
  poweredFrom: (queries) => ALL.map((site) => queries.poweredFrom(site, 'ups-1')),
  devices: (queries) => [queries.devices(), ...ALL.map((site) => queries.devices(site))],
  device: (queries) => ALL.map((site) => queries.device(site, 'ups-1', 'full')),
  alarms: (queries) => [
    queries.alarms({ state: 'all' }),
    ...[...ALL, '*'].map((site) => queries.alarms({ state: 'active', site })),
  ],
  alarm: (queries, { alarms }) => alarms.map(({ id }) => queries.alarm(id)),
  transitions: (queries, { alarms }) => alarms.map(({ id }) => queries.transitions(id)),
  incidents: (queries) => [queries.incidents()],
  children: (queries, { incidents }) => incidents.map(({ id }) => queries.children(id)),
  incidentHistory: (queries) =>
    [1, 2, 1000].map((limit) => queries.incidentHistory({ state: 'all', limit })),
  incident: (queries, { incidents }) => incidents.map(({ id }) => queries.incident(id)),
  incidentEvents: (queries, { incidents }) => incidents.map(({ id }) => queries.incidentEvents(id)),
  intents: (queries, { incidents }) => [
    queries.intents(),
    ...incidents.map(({ id }) => queries.intents(id)),
  ],
  outages: (queries) => [queries.outages({}), ...ALL.map((site) => queries.outages({ site }))],
  outageSummary: (queries) => [
    queries.outageSummary(SPAN),
    queries.outageSummary(SPAN, { endedBy: START }),
    queries.outageSummary(SPAN, { covers: () => true }),
  ],
  dispatch: (queries) => ['g-1', 'g-2'].map((generator) => queries.dispatch(generator)),
  schedule: (queries) => [queries.schedule()],
  rejects: (queries) => [queries.rejects()],
  rejectCounts: (queries) => [queries.rejectCounts()],
  quarantined: (queries) => [queries.quarantined()],
  readiness: (queries) => [queries.readiness()],
};

const names = Object.keys(ASKED) as (keyof Queries)[];

async function answersOf(queries: Queries, world: World, name: keyof Queries): Promise<string> {
  return JSON.stringify(await Promise.all(ASKED[name](queries, world)));
}

function ownSites(plan: WorldPlan, scope: Scope): string[] {
  return plan.sites.filter((site) => covers(scope, site)).map(({ id }) => id);
}

describe('whatever the limits', () => {
  test.each(names)('no answer of %s names a site that is foreign', async (name) => {
    await fc.assert(
      fc.asyncProperty(planArbitrary, scopeArbitrary, async (plan, scope) => {
        const world = openWorld(plan);
        const own = ownSites(plan, scope);
        const answers = await answersOf(createScopedQueries(world.queries, scope), world, name);
        expect(SITES.filter((id) => answers.includes(id) && !own.includes(id))).toEqual([]);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  test('all of what is of a single own site is told as to anybody', async () => {
    await fc.assert(
      fc.asyncProperty(planArbitrary, scopeArbitrary, async (plan, scope) => {
        const { queries } = openWorld(plan);
        const scoped = createScopedQueries(queries, scope);
        const own = ownSites(plan, scope);
        for (const site of own) {
          expect(scoped.site(site)).toEqual(queries.site(site));
          expect(scoped.devices(site)).toEqual(queries.devices(site));
          expect(scoped.device(site, 'ups-1')).toEqual(queries.device(site, 'ups-1'));
          const filter = { state: 'active', site } as const;
          expect(scoped.alarms(filter)).toEqual(queries.alarms(filter));
          expect(await scoped.outages({ site })).toEqual(await queries.outages({ site }));
          const id = `power.${site}.1`;
          expect(await scoped.incident(id)).toEqual(await queries.incident(id));
          expect(await scoped.incidentEvents(id)).toEqual(await queries.incidentEvents(id));
          expect(await scoped.intents(id)).toEqual(await queries.intents(id));
        }
        expect(scoped.sites().map(({ id }) => id)).toEqual(own);
        expect((await scoped.outageSummary(SPAN)).sites.map(({ site }) => site)).toEqual(own);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  test('limits that cover every site hide nothing of the sites', async () => {
    await fc.assert(
      fc.asyncProperty(planArbitrary, async (plan) => {
        const world = openWorld(plan);
        const scoped = createScopedQueries(world.queries, { regions: [], sites: [...SITES] });
        for (const name of ['sites', 'devices', 'incidents', 'outages', 'outageSummary'] as const) {
          expect(await answersOf(scoped, world, name)).toBe(
            await answersOf(world.queries, world, name),
          );
        }
      }),
      { numRuns: 30, seed: 7 },
    );
  });
});

const PLAN: WorldPlan = {
  sites: [
    { id: 's0x', region: 'lviv', queue: '3.1' },
    { id: 's1x', region: 'lviv', queue: '4.2' },
    { id: 's2x', region: 'volyn', queue: '3.1' },
    { id: 's3x', region: 'volyn', queue: undefined },
    { id: 's4x', region: undefined, queue: undefined },
    { id: 's5x', region: 'odesa', queue: '4.2' },
  ],
  incidents: ['s1x', 's2x'],
  absorbed: ['s1x', 's2x'],
  outages: [
    { site: 's1x', beganHoursAgo: 50, isOver: true },
    { site: 's2x', beganHoursAgo: 50, isOver: true },
    { site: 's2x', beganHoursAgo: 30, isOver: false },
  ],
};

function seenBy(scope: Partial<Scope>) {
  const world = openWorld(PLAN);
  return {
    ...world,
    scoped: createScopedQueries(world.queries, { regions: [], sites: [], ...scope }),
  };
}

describe('what is of several sites', () => {
  test('an incident is trimmed to one’s own sites, with their worst margin', async () => {
    const { scoped } = seenBy({ regions: ['volyn'] });
    expect(await scoped.incident('wide_area.1')).toMatchObject({
      class: 'wide_area',
      sites: ['s2x'],
      devices: ['s2x/ups-1'],
      worstMarginSeconds: marginOf('s2x'),
    });
  });

  test('its timeline leaves out what names other sites, and words about all of it', async () => {
    const { scoped } = seenBy({ regions: ['volyn'] });
    const events = await scoped.incidentEvents('wide_area.1');
    expect(events.map(({ type, site }) => `${type} ${site ?? ''}`.trim())).toEqual([
      'opened',
      'taken',
      'site_added s2x',
      'device_added s2x',
      'note s2x',
    ]);
  });

  test('only one’s own of what it absorbed are its children', async () => {
    const { scoped } = seenBy({ sites: ['s1x'] });
    const children = await scoped.children('wide_area.1');
    expect(children.map(({ id }) => id)).toEqual(['power.s1x.1']);
  });

  test('one of none of them is not there, one of the monitor itself is', async () => {
    const { scoped } = seenBy({ sites: ['s4x'] });
    expect(await scoped.incident('wide_area.1')).toBeUndefined();
    expect(await scoped.incidentEvents('wide_area.1')).toEqual([]);
    expect(await scoped.intents('wide_area.1')).toEqual([]);
    expect(scoped.incidents().map(({ id }) => id)).toEqual(['platform.1']);
  });

  test('the history is as long as was asked, however much of it is foreign', async () => {
    const { scoped } = seenBy({ sites: ['s2x'] });
    const history = await scoped.incidentHistory({ state: 'all', limit: 2 });
    expect(history.map(({ id }) => id)).toEqual(['power.s2x.1', 'wide_area.1']);
  });

  test('alarms of regions and queues are shown where one of their sites is', () => {
    const { scoped } = seenBy({ sites: ['s0x'] });
    expect(scoped.alarms({ state: 'active', site: '*' }).map(({ id }) => id)).toEqual([
      '*.lviv.REGIONAL_OUTAGE',
      '*.queue:3.1.REGIONAL_OUTAGE',
      '*.WIDE_AREA_OUTAGE',
    ]);
  });

  test('people’s words are told of a region that is one’s own, and of no wider one', () => {
    const { scoped } = seenBy({ regions: ['lviv'] });
    expect(scoped.alarm('*.lviv.REGIONAL_OUTAGE')?.shelveReason).toBeDefined();
    const queue = scoped.alarm('*.queue:3.1.REGIONAL_OUTAGE');
    expect(queue).not.toHaveProperty('shelveReason');
    expect(queue?.outOfService).toMatchObject({ by: 'Олена', reason: '', workOrder: '' });
  });

  test('a region is counted over one’s own sites, a target ranked among them', () => {
    const { scoped } = seenBy({ sites: ['s1x', 's2x'] });
    expect(scoped.regions().map(({ id, sites }) => [id, sites])).toEqual([
      ['lviv', 1],
      ['volyn', 1],
    ]);
    expect(scoped.dispatch('g-1')?.map(({ site, rank }) => [site, rank])).toEqual([
      ['s1x', 1],
      ['s2x', 2],
    ]);
    expect(scoped.dispatch('g-2')).toBeUndefined();
  });

  test('sums and indices count one’s own sites alone', async () => {
    const { scoped, queries } = seenBy({ sites: ['s1x', 's4x'] });
    const summary = await scoped.outageSummary(SPAN);
    expect(summary.saved.map(({ donor }) => donor)).toEqual(['friends of s1x']);
    expect(summary.all.saifi).toBe(0.5);
    expect((await queries.outageSummary(SPAN)).all.saifi).toBe(0.5);
  });

  test('an emergency keeps its regions, and loses other sites', () => {
    const { scoped } = seenBy({ sites: ['s1x'] });
    const { emergencies, missing, days } = scoped.schedule();
    expect(emergencies.map(({ regions, sites }) => [regions, sites])).toEqual([
      [undefined, ['s1x']],
      [['lviv'], ['s1x']],
      [undefined, ['s1x']],
      [undefined, undefined],
    ]);
    expect(missing.map(({ queue, region }) => [queue, region])).toEqual([['4.2', 'lviv']]);
    expect(days).toHaveLength(1);
    const { scoped: other } = seenBy({ sites: ['s4x'] });
    expect(other.schedule().emergencies[1]).toEqual({
      type: 'emergency',
      regions: ['lviv'],
      from: new Date(START).toISOString(),
    });
  });

  test('rejects are told and counted by their topic’s site, quarantine by its line’s', async () => {
    const { scoped } = seenBy({ sites: ['s1x'] });
    expect(scoped.rejects().map(({ topic }) => topic)).toEqual([
      'svitlo/v1/s1x/ups/ups-1/telemetry',
    ]);
    expect(scoped.rejectCounts()).toEqual({ not_json: 1 });
    expect((await scoped.quarantined()).map(({ line }) => line)).toEqual([
      `ups,site=s1x,device=ups-1 ups.load=1 ${START}`,
    ]);
  });
});
