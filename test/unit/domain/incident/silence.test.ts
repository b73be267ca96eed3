import { expect, test } from 'vitest';
import { T0, World } from '../../../support/correlation.ts';

/** Four more sites that are heard, so that silence is not the platform's. */
function worldOf(): World {
  const world = new World().site('a', 2, { region: 'lviv' });
  for (const n of [1, 2, 3, 4]) world.site(`s${n}`, 1);
  return world.start();
}

test('a site silent without a loss before has lost communication; power is not said to be lost', () => {
  const world = worldOf().silence('a', 'ups-1');
  expect(world.truth('COMMS_LOSS', 'a')).toBe('inactive');
  world.silence('a', 'ups-2');
  expect(world.truth('COMMS_LOSS', 'a')).toBe('active');
  expect(world.truth('SITE_DARK', 'a')).toBe('inactive');
  world.pass(60).raise('COMMS_LOSS', 'a');
  expect(world.only()).toMatchObject({ class: 'comms', severity: 'major', cause: 'unknown' });
  expect(world.truth('SITE_OUTAGE', 'a')).toBe('inactive');
  world.pass(20).hear('a', 'ups-1').clear('COMMS_LOSS', 'a');
  expect(world.top()).toEqual([]);
  expect(world.intents.map(({ kind }) => kind)).toEqual(['first', 'restored']);
});

test('a site silent after it ran from battery is dark: the outage goes on as that', () => {
  const world = worldOf().lose('a', 'ups-1', 'ups-2').pass(20).silence('a', 'ups-1', 'ups-2');
  expect(world.truth('SITE_DARK', 'a')).toBe('active');
  expect(world.truth('COMMS_LOSS', 'a')).toBe('inactive');
  world.pass(60).raise('SITE_DARK', 'a');
  expect(world.only()).toMatchObject({ class: 'site_dark', severity: 'critical' });
  expect(world.alarm('SITE_DARK', 'a').incidentId).toBe(world.only().id);
  world.pass(300);
  expect(world.told('update')).toHaveLength(1);
  world.hear('a', 'ups-1', 'ups-2').clear('SITE_DARK', 'a');
  expect(world.only()).toMatchObject({ class: 'site', severity: 'major' });
  world.restore('a', 'ups-1', 'ups-2');
  expect(world.top()).toEqual([]);
  expect(world.types()).toEqual(expect.arrayContaining(['dark', 'heard_again']));
});

test('a device alone that went dark with its site is a device again when heard', () => {
  const world = worldOf().site('d', 4).lose('d', 'ups-1').pass(20);
  world.silence('d', 'ups-1', 'ups-2', 'ups-3', 'ups-4').pass(60).raise('SITE_DARK', 'd');
  expect(world.only().class).toBe('site_dark');
  expect(world.truth('SITE_OUTAGE', 'd')).toBe('active');
  world.hear('d', 'ups-1', 'ups-2').clear('SITE_DARK', 'd');
  expect(world.only().class).toBe('device');
});

test('a dark site of which no loss was told makes an incident of its own', () => {
  const world = worldOf();
  Object.assign(world.of('a', 'ups-1'), { wasOnBattery: true });
  world.silence('a', 'ups-1', 'ups-2').pass(60).raise('SITE_DARK', 'a');
  expect(world.only().class).toBe('site_dark');
  expect(world.types()).toEqual(['opened', 'dark']);
});

test('silence that is expected counts neither as silent nor as heard', () => {
  const world = worldOf().site('m', 0).device('m', 'scanner', { kind: 'scanner' });
  world.device('m', 'ups-1', { isSilenceExpected: true, isSilent: true });
  world.hear('m', 'scanner').silence('m', 'scanner');
  expect(world.truth('COMMS_LOSS', 'm')).toBe('active');
  world.fact('m', 'scanner', { isSilenceExpected: true });
  expect(world.truth('COMMS_LOSS', 'm')).toBe('inactive');
  expect(world.conditions.at(-1)?.condition).toMatchObject({ reason: 'silence_expected' });
});

test('a device silent alone has an incident; with all of its site it waits for the site’s', () => {
  const world = worldOf().silence('a', 'ups-1').raise('DEV_SILENT', 'a', 'ups-1').pass(5);
  const alone = world.only();
  expect(alone).toMatchObject({ class: 'device', devices: ['a/ups-1'], cause: 'local' });
  world.silence('a', 'ups-2').raise('DEV_SILENT', 'a', 'ups-2').pass(60);
  expect(world.top()).toHaveLength(1);
  expect(world.intents).toEqual([]);
  world.raise('COMMS_LOSS', 'a').pass(10);
  const comms = world.only();
  expect(comms.class).toBe('comms');
  expect(world.told('first').map(({ incidentId }) => incidentId)).toEqual([comms.id]);
  expect(world.alarm('DEV_SILENT', 'a', 'ups-1').suppressedBy).toBe('a.COMMS_LOSS');
  expect(world.alarm('DEV_SILENT', 'a', 'ups-2').suppressedBy).toBe('a.COMMS_LOSS');
  expect(world.incidents.get(alone.id)?.parentId).toBe(comms.id);
});

test('a device that stays silent after its site was heard is told of when the hold has passed', () => {
  const world = worldOf().silence('a', 'ups-1').raise('DEV_SILENT', 'a', 'ups-1').pass(5);
  const { id } = world.only();
  world.silence('a', 'ups-2').raise('DEV_SILENT', 'a', 'ups-2').pass(60).raise('COMMS_LOSS', 'a');
  world.pass(20).hear('a', 'ups-2').clear('DEV_SILENT', 'a', 'ups-2').clear('COMMS_LOSS', 'a');
  expect(world.only()).toMatchObject({ id, class: 'device' });
  expect(world.types(id)).toEqual(['opened', 'absorbed', 'released']);
  world.pass(50);
  expect(world.told('first').some(({ incidentId }) => incidentId === id)).toBe(false);
  world.pass(30);
  expect(world.alarm('DEV_SILENT', 'a', 'ups-1').suppressedBy).toBeUndefined();
  expect(world.told('first').some(({ incidentId }) => incidentId === id)).toBe(true);
});

test('a device’s silence that was only ever the site’s gets an incident after the hold', () => {
  const world = worldOf().silence('a', 'ups-1', 'ups-2').pass(60).raise('COMMS_LOSS', 'a');
  world.raise('DEV_SILENT', 'a', 'ups-1').pass(20).hear('a', 'ups-2').clear('COMMS_LOSS', 'a');
  expect(world.top()).toEqual([]);
  world.pass(61);
  expect(world.only()).toMatchObject({ class: 'device', devices: ['a/ups-1'] });
});

test('devices silent at a dark site belong to its outage', () => {
  const world = worldOf().lose('a', 'ups-1', 'ups-2').pass(20);
  world.silence('a', 'ups-1').raise('DEV_SILENT', 'a', 'ups-1');
  const alone = world.top().find((one) => one.class === 'device');
  world.silence('a', 'ups-2').pass(60).raise('SITE_DARK', 'a').raise('DEV_SILENT', 'a', 'ups-2');
  expect(world.only().class).toBe('site_dark');
  expect(world.incidents.get(alone?.id ?? '')?.parentId).toBe(world.only().id);
  expect(world.alarm('DEV_SILENT', 'a', 'ups-2')).toMatchObject({
    suppressedBy: 'a.SITE_DARK',
    incidentId: world.only().id,
  });
});

test('a site that was not heard since the start is silent only after five minutes', () => {
  const world = new World().site('a', 1).site('b', 1).site('c', 1).site('d', 1);
  Object.assign(world.of('a'), { isSilent: true });
  world.start().pass(299);
  expect(world.truth('COMMS_LOSS', 'a')).toBe('unknown');
  expect(world.truth('SITE_DARK', 'a')).toBe('unknown');
  world.pass(1);
  expect(world.truth('COMMS_LOSS', 'a')).toBe('active');
});

test('a site heard once since the start is silent at once', () => {
  const world = new World().site('a', 1).site('b', 1).site('c', 1).start().pass(30);
  world.silence('a', 'ups-1');
  expect(world.truth('COMMS_LOSS', 'a')).toBe('active');
});

function platform(): World {
  const world = new World();
  for (const n of [1, 2, 3, 4, 5, 6]) world.site(`p${n}`, 1);
  world.start().lose('p1', 'ups-1').pass(20);
  Object.assign(world.of('p1'), { exhaustedAt: world.now + 600_000 });
  for (const n of [2, 3, 4, 5, 6]) world.silence(`p${n}`, 'ups-1');
  return world.raise('DEV_SILENT', 'p2', 'ups-1');
}

test('more than 80 % of the sites silent together is a fault of the platform', () => {
  const world = new World();
  for (const n of [1, 2, 3, 4, 5]) world.site(`p${n}`, 1);
  world.start();
  for (const n of [1, 2, 3, 4]) world.silence(`p${n}`, 'ups-1');
  expect(world.truth('PLATFORM_FAULT', '*')).toBe('inactive');
  world.silence('p5', 'ups-1');
  expect(world.truth('PLATFORM_FAULT', '*')).toBe('active');
  world.hear('p1', 'ups-1');
  expect(world.truth('PLATFORM_FAULT', '*')).toBe('inactive');
});

test('two sites are too few to blame the platform', () => {
  const world = new World().site('a', 1).site('b', 1).start();
  world.silence('a', 'ups-1').silence('b', 'ups-1');
  expect(world.truth('PLATFORM_FAULT', '*')).toBe('inactive');
});

test('after the start it is not known whether the platform is deaf', () => {
  const world = new World();
  for (const n of [1, 2, 3, 4]) world.site(`p${n}`, 1);
  for (const n of [1, 2, 3, 4]) Object.assign(world.of(`p${n}`), { isSilent: true });
  world.start();
  expect(world.truth('PLATFORM_FAULT', '*')).toBe('unknown');
  world.pass(301);
  expect(world.truth('PLATFORM_FAULT', '*')).toBe('active');
});

test('the platform’s fault holds the losses of communication, and they are told of after it', () => {
  const world = platform().pass(30).raise('PLATFORM_FAULT', '*');
  expect(world.alarm('DEV_SILENT', 'p2', 'ups-1').suppressedBy).toBe('*.PLATFORM_FAULT');
  for (const n of [2, 3]) world.pass(15).raise('COMMS_LOSS', `p${n}`);
  const top = world.top().map((one) => one.class);
  expect(top).toEqual(['site', 'platform']);
  expect(world.alarm('COMMS_LOSS', 'p2')).toMatchObject({
    suppressedBy: '*.PLATFORM_FAULT',
    incidentId: world.top()[1]?.id,
  });
  world.pass(60);
  for (const n of [3, 4, 5, 6]) world.hear(`p${n}`, 'ups-1');
  world.clear('COMMS_LOSS', 'p3').clear('PLATFORM_FAULT', '*');
  expect(world.top().map((one) => one.class)).toEqual(['site']);
  world.pass(59);
  expect(world.top()).toHaveLength(1);
  world.pass(2);
  expect(world.top().map((one) => one.class)).toEqual(['site', 'comms']);
});

test('a loss of communication before the platform’s fault is part of it while it lasts', () => {
  const world = new World();
  for (const n of [1, 2, 3, 4, 5, 6]) world.site(`p${n}`, 1);
  world.start().silence('p1', 'ups-1').pass(60).raise('COMMS_LOSS', 'p1').pass(20);
  const before = world.only();
  for (const n of [2, 3, 4, 5, 6]) world.silence(`p${n}`, 'ups-1');
  world.pass(30).raise('PLATFORM_FAULT', '*', undefined, { suppression: 'shelved' });
  expect(world.only().class).toBe('comms');
  world.put({ ...world.alarm('PLATFORM_FAULT', '*'), suppression: 'none' });
  expect(world.only().class).toBe('platform');
  expect(world.incidents.get(before.id)?.parentId).toBe(world.only().id);
  world.fact('p1', 'ups-1', {});
  expect(world.types(before.id)).toEqual(['opened', 'absorbed']);
  for (const n of [2, 3, 4, 5, 6]) world.hear(`p${n}`, 'ups-1');
  world.clear('PLATFORM_FAULT', '*', undefined, 'NORM');
  expect(world.only().id).toBe(before.id);
  world.pass(30).hear('p1', 'ups-1').clear('COMMS_LOSS', 'p1');
  expect(world.told('restored').map(({ incidentId }) => incidentId)).toContain(before.id);
});

test('a source that comes again within the hold goes on hiding', () => {
  const world = platform().pass(30).raise('PLATFORM_FAULT', '*');
  world.clear('PLATFORM_FAULT', '*').pass(30).raise('PLATFORM_FAULT', '*').pass(300);
  expect(world.alarm('DEV_SILENT', 'p2', 'ups-1').suppressedBy).toBe('*.PLATFORM_FAULT');
});

test('where the platform is doubted, a dark site waits until its battery must be empty', () => {
  const world = platform().silence('p1', 'ups-1');
  expect(world.truth('SITE_DARK', 'p1')).toBe('inactive');
  world.pass(599);
  expect(world.truth('SITE_DARK', 'p1')).toBe('inactive');
  world.pass(2);
  expect(world.truth('SITE_DARK', 'p1')).toBe('active');
});

test('a site that was dark before the platform was doubted stays so', () => {
  const world = new World();
  for (const n of [1, 2, 3, 4, 5, 6]) world.site(`p${n}`, 1);
  world
    .start()
    .lose('p1', 'ups-1')
    .pass(20)
    .silence('p1', 'ups-1')
    .pass(60)
    .raise('SITE_DARK', 'p1');
  for (const n of [2, 3, 4, 5, 6]) world.silence(`p${n}`, 'ups-1');
  expect(world.truth('SITE_DARK', 'p1')).toBe('unknown');
  world.hear('p2', 'ups-1').hear('p3', 'ups-1');
  expect(world.truth('SITE_DARK', 'p1')).toBe('active');
  expect(world.now).toBeGreaterThan(T0);
});

test('a restart in the middle of the platform’s fault changes nothing', () => {
  const world = platform().pass(30).raise('PLATFORM_FAULT', '*').raise('COMMS_LOSS', 'p3');
  const before = world.correlator.open();
  world.restart().pass(3);
  expect(world.correlator.open()).toEqual(before);
  expect(world.alarm('DEV_SILENT', 'p2', 'ups-1').incidentId).toBe(before.at(-1)?.id);
});

test('a platform’s fault that is raised when all are heard again is of no site', () => {
  const world = new World().site('a', 1).start().raise('PLATFORM_FAULT', '*').pass(10);
  expect(world.only()).toMatchObject({ class: 'platform', sites: [] });
  world.clear('PLATFORM_FAULT', '*');
  expect(world.top()).toEqual([]);
  world.raise('PLATFORM_FAULT', '*', undefined, { suppression: 'shelved' });
  world.clear('PLATFORM_FAULT', '*');
  expect(world.top()).toEqual([]);
});

test('a dark site heard again, with all of its UPSs on battery, is a site without mains', () => {
  const world = worldOf().site('d', 4).lose('d', 'ups-1').pass(20);
  world.silence('d', 'ups-1', 'ups-2', 'ups-3', 'ups-4').pass(60).raise('SITE_DARK', 'd');
  for (const ups of ['ups-2', 'ups-3', 'ups-4']) world.hear('d', ups).lose('d', ups);
  expect(world.only().class).toBe('site_dark');
  world.clear('SITE_DARK', 'd');
  expect(world.only().class).toBe('site');
});
