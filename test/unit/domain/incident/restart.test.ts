import fc from 'fast-check';
import { expect, test } from 'vitest';
import { World } from '../../../support/correlation.ts';

type Step =
  | { do: 'lose' | 'restore' | 'critical' | 'fault' | 'mended'; site: string }
  | { do: 'pass'; seconds: number };

const sites = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'];
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom('lose', 'lose', 'restore', 'critical', 'fault', 'mended'),
    site: fc.constantFrom(...sites),
  }),
  fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 4, 30, 130, 320) }),
);

/** One site of two UPSs, of which one fails alone, and others of one. */
function begin(): World {
  const world = new World();
  for (const site of sites)
    world.site(site, site === 'a1' ? 2 : 1, { region: site.slice(0, 1), queue: '2.1' });
  return world.start();
}

function take(world: World, one: Step): void {
  if (one.do === 'pass') {
    world.pass(one.seconds);
    return;
  }
  const { site } = one;
  const ups = 'ups-1';
  const stands = (code: 'UPS_ON_BATTERY' | 'UPS_CRITICAL' | 'UPS_FAULT') =>
    world.alarms.get(`${site}.${ups}.${code}`)?.state === 'UNACK';
  if (one.do === 'fault' && !stands('UPS_FAULT')) world.raise('UPS_FAULT', site, ups);
  if (one.do === 'mended' && stands('UPS_FAULT')) world.clear('UPS_FAULT', site, ups);
  if (one.do === 'lose' && !stands('UPS_ON_BATTERY')) world.lose(site, ups);
  if (one.do === 'critical' && stands('UPS_ON_BATTERY') && !stands('UPS_CRITICAL')) {
    world.raise('UPS_CRITICAL', site, ups);
  }
  if (one.do !== 'restore' || !stands('UPS_ON_BATTERY')) return;
  if (stands('UPS_CRITICAL')) world.clear('UPS_CRITICAL', site, ups);
  world.restore(site, ups);
}

/** Revisions may differ, as devices that join are told of in groups. */
function outcome(world: World) {
  return {
    incidents: [...world.incidents.values()]
      .map(({ revision: _revision, changedAt: _changedAt, ...one }) => ({
        ...one,
        sites: one.sites.toSorted(),
        devices: one.devices.toSorted(),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    intents: world.intents.map(({ incidentId, kind }) => `${kind} ${incidentId}`).sort(),
  };
}

test('a restart in the middle of anything is as if there had been none', () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(steps, fc.infiniteStream(fc.boolean()), (all, restarts) => {
      const through = begin();
      const broken = begin();
      for (const one of all) {
        take(through, one);
        take(broken, one);
        if (restarts.next().value === true) broken.restart();
      }
      through.pass(15);
      broken.pass(15);
      expect(outcome(broken)).toEqual(outcome(through));
    }),
    { numRuns: 150, seed: 11 },
  );
});

test('a first word that was due while the monitor was down is said once', () => {
  const world = begin().lose('a1', 'ups-1', 'ups-2').pass(5);
  world.now += 600_000;
  world.restart().tick();
  expect(world.told('first')).toHaveLength(1);
  world.restart().pass(120);
  expect(world.intents).toHaveLength(1);
});

test('what began before the monitor heard of it is told of at once, but not alone', () => {
  const world = begin();
  world.now += 600_000;
  world.restart().pass(1);
  for (const ups of ['ups-1', 'ups-2']) {
    Object.assign(world.of('a1', ups), { input: 'lost', inputSince: world.now - 300_000 });
    world.raise('UPS_ON_BATTERY', 'a1', ups);
  }
  world.pass(2);
  expect(world.intents).toEqual([]);
  world.pass(1);
  expect(world.told('first')).toHaveLength(1);
});

test('an outage is not over because nobody was heard since the start', () => {
  const world = begin().lose('a1', 'ups-1', 'ups-2').pass(30);
  for (const ups of ['ups-1', 'ups-2']) {
    Object.assign(world.of('a1', ups), { input: 'unknown', isSilent: true, wasOnBattery: false });
  }
  world.restart().pass(200);
  expect(world.only().state).toBe('open');
  expect(world.truth('SITE_OUTAGE', 'a1')).toBe('active');
});

test('an incident that ended long ago is forgotten, unless what it is part of goes on', () => {
  const world = begin().lose('b1', 'ups-1').pass(20).restore('b1', 'ups-1').pass(200);
  const lone = [...world.incidents.values()].at(-1);
  for (const site of ['a1', 'a2', 'a3']) world.lose(site, 'ups-1');
  world.lose('a1', 'ups-2').pass(20).restore('a1', 'ups-1', 'ups-2');
  world.now += 7_300_000;
  world.pass(61);
  expect(world.correlator.incident(lone?.id ?? '')).toBeUndefined();
  expect(world.correlator.children(lone?.id ?? '')).toEqual([]);
  expect(world.remembered.has(lone?.id ?? '')).toBe(false);
  const parent = world.only();
  expect(world.correlator.children(parent.id)).toHaveLength(3);
  for (const site of ['a2', 'a3']) world.restore(site, 'ups-1');
  world.now += 7_300_000;
  world.pass(121);
  expect(world.remembered.size).toBe(0);
});

test('an ended incident is known after a restart: a new loss is its recurrence', () => {
  const world = begin().lose('b1', 'ups-1').pass(20).restore('b1', 'ups-1').pass(20);
  world.lose('b1', 'ups-1').pass(20).restore('b1', 'ups-1');
  const last = [...world.incidents.values()].at(-1);
  world.incidents.set('stray', { ...world.incidents.values().next().value, id: 'stray' } as never);
  const backwards = [...world.incidents].reverse();
  world.incidents.clear();
  for (const [id, incident] of backwards) world.incidents.set(id, incident);
  world.restart().pass(1).lose('b1', 'ups-1');
  expect(world.only().recurrenceOf).toBe(last?.id);
});

test('after a restart the truth of every alarm above a device is said anew', () => {
  const world = begin();
  for (const site of ['a1', 'a2', 'a3', 'c1']) world.lose(site, 'ups-1');
  world.lose('a1', 'ups-2').pass(20);
  world.conditions.length = 0;
  world.restart().tick();
  expect(world.truth('SITE_OUTAGE', 'a1')).toBe('active');
  expect(world.truth('SITE_OUTAGE', 'b1')).toBe('inactive');
  expect(world.truth('REGIONAL_OUTAGE', '*', 'a')).toBe('active');
  expect(world.truth('WIDE_AREA_OUTAGE', '*')).toBe('active');
  expect(world.truth('PLATFORM_FAULT', '*')).toBe('inactive');
  expect(world.truth('COMMS_LOSS', 'b1')).toBe('inactive');
});
