import { expect, test } from 'vitest';
import { World } from '../../../support/correlation.ts';

test('one UPS of several is a device’s incident; half of them together make a site outage', () => {
  const world = new World().site('a', 4).start().lose('a', 'ups-1');
  expect(world.only()).toMatchObject({ class: 'device', severity: 'major', isConfirmed: false });
  expect(world.truth('SITE_OUTAGE', 'a')).toBe('inactive');
  world.pass(5).lose('a', 'ups-2');
  expect(world.only()).toMatchObject({
    class: 'site',
    isConfirmed: true,
    devices: ['a/ups-1', 'a/ups-2'],
    sites: ['a'],
  });
  expect(world.truth('SITE_OUTAGE', 'a')).toBe('active');
  expect(world.types()).toEqual(['opened', 'device_added', 'class_changed', 'confirmed']);
});

test('two of six stay a device’s incident, and so do three that were not lost within the window', () => {
  const world = new World().site('a', 6).start().lose('a', 'ups-1').pass(1).lose('a', 'ups-2');
  expect(world.only()).toMatchObject({ class: 'device', isConfirmed: true });
  world.pass(31).lose('a', 'ups-3');
  expect(world.only().class).toBe('device');
  world.lose('a', 'ups-4').pass(1).lose('a', 'ups-5');
  expect(world.only().class).toBe('site');
});

test('all of a site’s UPSs are the site, however far apart they were lost', () => {
  const world = new World().site('a', 2).start().lose('a', 'ups-1').pass(300);
  expect(world.only()).toMatchObject({ class: 'device', cause: 'local' });
  world.lose('a', 'ups-2');
  expect(world.only()).toMatchObject({ class: 'site', cause: 'unknown' });
});

test('the only UPS of a site makes an outage that is not confirmed', () => {
  const world = new World().site('a', 1).start().lose('a', 'ups-1');
  expect(world.only()).toMatchObject({ class: 'site', isConfirmed: false });
  expect(world.conditions.at(-1)?.condition).toEqual({
    truth: 'active',
    reason: 'site_unconfirmed',
  });
});

test('after the start a UPS that was not heard yet still counts as one of two', () => {
  const world = new World().site('a', 2);
  Object.assign(world.of('a', 'ups-2'), { isSilent: true, input: 'unknown' });
  world.start().lose('a', 'ups-1');
  expect(world.only().class).toBe('device');
});

test('a UPS whose neighbours are silent for long is the only one that can tell', () => {
  const world = new World().site('a', 2).start().pass(301).silence('a', 'ups-2').lose('a', 'ups-1');
  expect(world.only()).toMatchObject({ class: 'site', isConfirmed: false });
});

test('an unregistered device makes no incident and joins none', () => {
  const world = new World().site('a', 0).device('a', 'ghost', { registered: false }).start();
  world.lose('a', 'ghost').raise('UPS_FAULT', 'a', 'ghost').pass(20);
  expect(world.top()).toEqual([]);
  expect(world.intents).toEqual([]);
});

test('a shelved alarm makes no incident; shelving it later ends none', () => {
  const world = new World().site('a', 1).start();
  Object.assign(world.of('a'), { input: 'lost', inputSince: world.now });
  world.raise('UPS_ON_BATTERY', 'a', 'ups-1', { suppression: 'shelved' });
  expect(world.top()).toEqual([]);
  world.put({ ...world.alarm('UPS_ON_BATTERY', 'a', 'ups-1'), suppression: 'none' });
  expect(world.only().class).toBe('site');
  world.put({ ...world.alarm('UPS_ON_BATTERY', 'a', 'ups-1'), suppression: 'shelved' }).pass(5);
  expect(world.only().state).toBe('open');
});

test('it ends when the alarms have cleared and a device tells of mains', () => {
  const world = new World().site('a', 2).start().lose('a', 'ups-1', 'ups-2').pass(20);
  world.back('a', 'ups-1', 'ups-2').pass(59);
  expect(world.only().state).toBe('open');
  world.clear('UPS_ON_BATTERY', 'a', 'ups-1').clear('UPS_ON_BATTERY', 'a', 'ups-2');
  expect(world.top()).toEqual([]);
  expect(world.truth('SITE_OUTAGE', 'a')).toBe('inactive');
  expect(world.told('restored')).toHaveLength(1);
});

test('an alarm that clears while nothing tells of mains ends nothing', () => {
  const world = new World().site('a', 1).start().lose('a', 'ups-1').pass(20);
  world.fact('a', 'ups-1', { input: 'unknown' }).clear('UPS_ON_BATTERY', 'a', 'ups-1').pass(120);
  expect(world.only().state).toBe('open');
  world.back('a', 'ups-1');
  expect(world.top()).toEqual([]);
});

test('silence never ends it: the alarm stands, whatever the other UPS says', () => {
  const world = new World().site('a', 2).start().lose('a', 'ups-1', 'ups-2').pass(20);
  world.silence('a', 'ups-2').restore('a', 'ups-1').pass(600);
  expect(world.only().state).toBe('open');
});

test('a site that lost its last witness to configuration has no outage any more', () => {
  const world = new World().site('a', 1).start().lose('a', 'ups-1').pass(20);
  world.facts.set('a', []);
  world.clear('UPS_ON_BATTERY', 'a', 'ups-1');
  expect(world.top()).toEqual([]);
});

test('an outage that began and ended within the group wait tells nobody', () => {
  const world = new World().site('a', 1).start().lose('a', 'ups-1').pass(5);
  world.restore('a', 'ups-1').pass(60);
  expect(world.types()).toEqual(['opened', 'resolved']);
  expect(world.intents).toEqual([]);
});

test('a backlog that ends well makes nothing', () => {
  const world = new World().site('a', 1).start();
  const raised = world.raise('BATT_TEMP', 'a', 'ups-1').alarm('BATT_TEMP', 'a', 'ups-1');
  const onBattery = { ...raised, id: 'a.ups-1.UPS_ON_BATTERY', code: 'UPS_ON_BATTERY' as const };
  world.put({ ...onBattery, severity: 'major' }, { ...onBattery, state: 'RTN_UNACK' }).pass(20);
  expect(world.types()).toEqual([]);
});

test('a new loss after the end is a new incident, linked to the last', () => {
  const world = new World().site('a', 1).start().lose('a', 'ups-1').pass(20);
  const first = world.only().id;
  world.restore('a', 'ups-1').pass(600).lose('a', 'ups-1');
  expect(world.only()).toMatchObject({ recurrenceOf: first, revision: 1 });
  expect(world.alarm('UPS_ON_BATTERY', 'a', 'ups-1').incidentId).toBe(world.only().id);
  world.restore('a', 'ups-1').pass(7300).lose('a', 'ups-1');
  expect(world.only().recurrenceOf).toBeUndefined();
});

test('two incidents of the same moment have names of their own', () => {
  const world = new World().site('a', 1).start().lose('a', 'ups-1').restore('a', 'ups-1');
  world.lose('a', 'ups-1');
  expect(world.incidents.size).toBe(2);
});

test('flapping within the off-delay stays one incident', () => {
  const world = new World().site('a', 2).start();
  for (let n = 0; n < 8; n += 1)
    world.lose('a', 'ups-1', 'ups-2').pass(20).back('a', 'ups-1', 'ups-2').pass(20);
  world.raise('MAINS_FLAP', 'a', 'ups-1');
  expect(world.incidents.size).toBe(1);
  expect(world.alarm('MAINS_FLAP', 'a', 'ups-1').incidentId).toBe(world.only().id);
  expect(world.told('first')).toHaveLength(1);
});

test('alarms of the batteries join the outage, and the critical ones make it critical', () => {
  const world = new World().site('a', 2).start().lose('a', 'ups-1', 'ups-2').pass(20);
  world.raise('UPS_MARGIN_LOW', 'a', 'ups-1');
  expect(world.only().severity).toBe('major');
  world.raise('UPS_CRITICAL', 'a', 'ups-1');
  expect(world.only()).toMatchObject({ severity: 'critical', priority: 1 });
  world.pass(30);
  expect(world.told('update')).toHaveLength(0);
  world.pass(30);
  expect(world.told('update')).toHaveLength(1);
  world.clear('UPS_CRITICAL', 'a', 'ups-1').pass(400);
  expect(world.only().severity).toBe('major');
  expect(world.told('update')).toHaveLength(1);
});

test('what was critical before the outage was known becomes part of it', () => {
  const world = new World().site('a', 2).start().raise('UPS_CRITICAL', 'a', 'ups-1');
  const before = world.only();
  expect(before.class).toBe('device');
  world.lose('a', 'ups-1', 'ups-2');
  expect(world.only().class).toBe('site');
  expect(world.incidents.get(before.id)?.parentId).toBe(world.only().id);
  expect(world.correlator.children(world.only().id)).toEqual([before.id]);
});

test('an alarm that clears while its input is still lost ends nothing', () => {
  const world = new World().site('a', 2).start().lose('a', 'ups-1', 'ups-2').pass(20);
  world.clear('UPS_ON_BATTERY', 'a', 'ups-1').restore('a', 'ups-2').pass(60);
  expect(world.only().state).toBe('open');
  world.back('a', 'ups-1');
  expect(world.top()).toEqual([]);
});

test('alarms that name no device, no known site or nothing new make no incident', () => {
  const world = new World().site('a', 1).start().raise('UPS_ON_BATTERY', 'a');
  world.raise('UPS_FAULT', 'a').raise('UPS_FAULT', 'nowhere', 'ups-1');
  world.put({ ...world.alarm('UPS_FAULT', 'a'), id: 'a.ups-1.UPS_FAULT', state: 'NORM' });
  world.raise('REGIONAL_OUTAGE', '*').restart().pass(10);
  expect(world.top()).toEqual([]);
  expect(world.alarm('REGIONAL_OUTAGE', '*').incidentId).toBeUndefined();
});

test('mains back within the group wait tell nobody, while the alarm’s off-delay still runs', () => {
  const world = new World().site('a', 2).start().lose('a', 'ups-1', 'ups-2').pass(5);
  world.back('a', 'ups-1', 'ups-2').pass(30);
  expect(world.only().state).toBe('open');
  expect(world.intents).toEqual([]);
  world.lose('a', 'ups-1').pass(1);
  expect(world.told('first')).toHaveLength(1);
});

test('a region is told of while one of its sites has no mains', () => {
  const world = new World();
  for (const n of [1, 2, 3]) world.site(`s${n}`, 1, { region: 'lviv' });
  world.start();
  for (const n of [1, 2, 3]) world.lose(`s${n}`, 'ups-1');
  world.pass(5);
  for (const n of [1, 2, 3]) world.back(`s${n}`, 'ups-1');
  world.pass(30);
  expect(world.only().class).toBe('region');
  expect(world.intents).toEqual([]);
  world.lose('s2', 'ups-1').pass(1);
  expect(world.told('first').map(({ incidentId }) => incidentId)).toEqual([world.only().id]);
});
