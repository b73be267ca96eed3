import { expect, test } from 'vitest';
import { T0, World } from '../../../support/correlation.ts';

const SITES = ['a', 'b', 'c'];

/** Three sites of the region, without mains together. */
function regional(): World {
  const world = new World();
  for (const site of [...SITES, 'd']) world.site(site, 1, { region: 'lviv', queue: '1.1' });
  world.start();
  for (const site of SITES) world.lose(site, 'ups-1');
  return world;
}

test('a regional incident ends with its sites though its region was renamed meanwhile', () => {
  const world = regional().pass(20);
  for (const site of [...SITES, 'd']) world.places.set(site, { region: 'west', queue: '1.1' });
  world.pass(61);
  expect(world.only()).toMatchObject({ class: 'region', region: 'lviv' });
  for (const site of SITES) world.restore(site, 'ups-1');
  expect(world.correlator.open()).toEqual([]);
  expect(world.truth('REGIONAL_OUTAGE', '*', 'lviv')).toBe('inactive');
});

test('a regional incident of which nothing is open ends after a restart', () => {
  const world = regional().pass(20);
  for (const [id, { class: kind }] of world.incidents) {
    if (kind !== 'region') world.incidents.delete(id);
  }
  world.facts.clear();
  world.places.clear();
  world.alarms.clear();
  world.restart().tick();
  expect(world.correlator.open()).toEqual([]);
});

test('what is of a site that left the configuration ends, and stays ended whatever alarms it left', () => {
  const world = regional().raise('UPS_FAULT', 'a', 'ups-1').pass(20);
  world.site('e', 1).correlator.siteChanged('e', world.now);
  world.silence('e', 'ups-1').raise('COMMS_LOSS', 'e').pass(1);
  expect(world.top()).toHaveLength(3);
  for (const site of [...SITES, 'e']) world.facts.delete(site);
  world.correlator.configured(world.now);
  world.drain();
  expect(world.correlator.open()).toEqual([]);
  expect(world.truth('REGIONAL_OUTAGE', '*', 'lviv')).toBe('inactive');
  world.raise('COMMS_LOSS', 'e').pass(61);
  world.correlator.configured(world.now);
  expect(world.correlator.open()).toEqual([]);
  world.site('e', 1).correlator.configured(world.now);
  world.raise('COMMS_LOSS', 'e');
  expect(world.only().class).toBe('comms');
});

test('every condition is said anew, as an alarm may have been enabled again', () => {
  const world = regional().pass(20);
  world.conditions.length = 0;
  world.correlator.siteChanged('a', world.now);
  world.drain();
  expect(world.conditions).toEqual([]);
  world.correlator.configured(world.now);
  world.drain();
  expect(world.truth('SITE_OUTAGE', 'a')).toBe('active');
  expect(world.truth('REGIONAL_OUTAGE', '*', 'lviv')).toBe('active');
  expect(world.truth('WIDE_AREA_OUTAGE', '*')).toBe('inactive');
});

test.each([86_400, -86_400])('a clock set by %d s hastens and delays nothing', (seconds) => {
  const set = (world: World) => {
    world.now += seconds * 1000;
    for (const facts of world.facts.values()) {
      for (const one of facts) if (one.inputSince !== undefined) one.inputSince += seconds * 1000;
    }
    world.correlator.shiftTimes(seconds * 1000, world.now);
    return world.drain();
  };
  const world = new World().site('a', 2).device('a', 'grid', { kind: 'power' }).start();
  world.fact('a', 'grid', { input: 'lost', inputSince: T0 }).lose('a', 'ups-1').pass(5);
  set(world).pass(4);
  expect(world.intents).toEqual([]);
  world.pass(1);
  expect(world.told('first')).toHaveLength(1);
  world.raise('UPS_CRITICAL', 'a', 'ups-1').pass(30);
  set(world).pass(29);
  expect(world.told('update')).toEqual([]);
  world.pass(1);
  expect(world.told('update')).toHaveLength(1);
  world.restore('a', 'ups-1').fact('a', 'grid', { input: 'mains', inputSince: world.now }).pass(30);
  set(world).pass(29);
  expect(world.only().state).toBe('open');
  world.pass(1);
  expect(world.top()).toEqual([]);
  set(world).fact('a', 'grid', { input: 'lost', inputSince: world.now });
  expect(world.only().recurrenceOf).toBeDefined();
});

test('what is held back after its source is heard again in its time, though the clock was set', () => {
  const world = new World().site('a', 1).start();
  world.lose('a', 'ups-1').raise('MAINS_VOLT', 'a', 'ups-1').raise('MAINS_FREQ', 'a', 'ups-1');
  world.correlator.shiftTimes(0, world.now);
  world.restore('a', 'ups-1').pass(30);
  world.now -= 3_600_000;
  world.correlator.shiftTimes(-3_600_000, world.now);
  world.pass(29);
  expect(world.alarm('MAINS_VOLT', 'a', 'ups-1').suppression).toBe('suppressed');
  world.pass(1);
  expect(world.alarm('MAINS_VOLT', 'a', 'ups-1').suppression).toBe('none');
});
