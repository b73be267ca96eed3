import { expect, test } from 'vitest';
import { World } from '../../../support/correlation.ts';

const LVIV = { region: 'lviv' };

/** Sites a1, a2… of a region, a UPS each. */
function region(world: World, name: string, count: number, upsCount = 1): string[] {
  const sites = Array.from({ length: count }, (_, n) => `${name}${n + 1}`);
  for (const site of sites) world.site(site, upsCount, { region: name });
  return sites;
}

test('three sites of a region within the window are one regional incident', () => {
  const world = new World();
  const sites = region(world, 'lviv', 6);
  world.start().lose('lviv1', 'ups-1').pass(2).lose('lviv2', 'ups-1');
  expect(world.top()).toHaveLength(2);
  world.pass(2).lose('lviv3', 'ups-1');
  expect(world.only()).toMatchObject({
    class: 'region',
    region: 'lviv',
    severity: 'critical',
    isConfirmed: true,
    sites: sites.slice(0, 3),
    devices: [],
  });
  expect(world.correlator.children(world.only().id)).toHaveLength(3);
  expect(world.truth('REGIONAL_OUTAGE', '*', 'lviv')).toBe('active');
  world.raise('REGIONAL_OUTAGE', '*', undefined, { id: '*.lviv.REGIONAL_OUTAGE', region: 'lviv' });
  expect(world.alarms.get('*.lviv.REGIONAL_OUTAGE')?.incidentId).toBe(world.only().id);
  expect(world.types().filter((type) => type === 'absorbed')).toHaveLength(3);
});

test('below 30 % of the sites that have a UPS a region is only possibly out', () => {
  const world = new World();
  region(world, 'lviv', 11);
  for (const n of [1, 2, 3, 4]) world.site(`without${n}`, 0, LVIV);
  world.start();
  for (const n of [1, 2, 3]) world.lose(`lviv${n}`, 'ups-1');
  expect(world.only().isConfirmed).toBe(false);
  world.lose('lviv4', 'ups-1');
  expect(world.only().isConfirmed).toBe(true);
});

test('begins further apart than the window are outages of their own', () => {
  const world = new World();
  region(world, 'lviv', 5);
  world.start();
  for (const n of [1, 2, 3]) world.lose(`lviv${n}`, 'ups-1').pass(121);
  expect(world.top()).toHaveLength(3);
  expect(world.told('first')).toHaveLength(3);
});

test('in a slow cascade two sites are told of before the region takes over', () => {
  const world = new World();
  region(world, 'lviv', 8);
  world.start();
  for (const n of [1, 2, 3, 4, 5, 6]) world.lose(`lviv${n}`, 'ups-1').pass(100);
  const parent = world.only();
  const first = world.told('first').map(({ incidentId }) => incidentId);
  expect(first).toHaveLength(3);
  expect(first.at(-1)).toBe(parent.id);
  expect(parent.sites).toHaveLength(6);
});

test('the region’s group wait counts from the earliest site that nobody was told of', () => {
  const world = new World();
  region(world, 'lviv', 5);
  world.start().lose('lviv1', 'ups-1').pass(4).lose('lviv2', 'ups-1').lose('lviv3', 'ups-1');
  world.pass(5);
  expect(world.intents).toEqual([]);
  world.pass(1);
  expect(world.told('first').map(({ incidentId }) => incidentId)).toEqual([world.only().id]);
  world.pass(120);
  expect(world.intents).toHaveLength(1);
});

test('a late sibling joins, also hours later; an outage long before does not', () => {
  const world = new World();
  region(world, 'lviv', 6);
  world.start().lose('lviv6', 'ups-1').pass(1000);
  for (const n of [1, 2, 3]) world.lose(`lviv${n}`, 'ups-1');
  expect(world.top()).toHaveLength(2);
  world.pass(4000).lose('lviv4', 'ups-1');
  const parent = world.top().find((one) => one.class === 'region');
  expect(parent?.sites).toEqual(['lviv1', 'lviv2', 'lviv3', 'lviv4']);
});

test('it ends with the last of its sites, and its sites are told of with it', () => {
  const world = new World();
  const sites = region(world, 'lviv', 3);
  world.start();
  for (const site of sites) world.lose(site, 'ups-1');
  world.pass(20);
  const { id } = world.only();
  for (const site of sites.slice(0, 2)) world.restore(site, 'ups-1');
  expect(world.only().state).toBe('open');
  world.lose('lviv1', 'ups-1').pass(20);
  expect(world.only().sites).toEqual(sites);
  world.restore('lviv1', 'ups-1').restore('lviv3', 'ups-1');
  expect(world.top()).toEqual([]);
  expect(world.told('restored').map(({ incidentId }) => incidentId)).toEqual([id]);
  const bySite = (type: string) =>
    world.events.filter((one) => one.id === id && one.type === type).map(({ site }) => site);
  expect(bySite('site_restored')).toEqual(['lviv1', 'lviv2', 'lviv1', 'lviv3']);
  expect(bySite('site_added')).toEqual(['lviv1']);
  expect(world.truth('REGIONAL_OUTAGE', '*', 'lviv')).toBe('inactive');
});

test('who was told of a site hears of its end, where nobody was told of the region', () => {
  const world = new World();
  region(world, 'lviv', 3);
  world.start().lose('lviv1', 'ups-1').pass(15);
  const site = world.only().id;
  world.lose('lviv2', 'ups-1').lose('lviv3', 'ups-1').pass(2);
  for (const n of [1, 2, 3]) world.restore(`lviv${n}`, 'ups-1');
  expect(world.intents.map(({ incidentId, kind }) => [incidentId, kind])).toEqual([
    [site, 'first'],
    [site, 'restored'],
  ]);
});

test('a region of two sites is out when both are; one of one site is never regional by itself', () => {
  const world = new World();
  region(world, 'odesa', 2);
  region(world, 'volyn', 1);
  world.start().lose('odesa1', 'ups-1');
  expect(world.only().class).toBe('site');
  world.lose('odesa2', 'ups-1');
  expect(world.only()).toMatchObject({ class: 'region', region: 'odesa' });
  world.restore('odesa1', 'ups-1').restore('odesa2', 'ups-1').pass(600).lose('volyn1', 'ups-1');
  expect(world.only().class).toBe('site');
});

test('a device alone at another site of the region joins for the time of the window', () => {
  const world = new World();
  region(world, 'lviv', 3);
  world.site('big', 4, LVIV).site('late', 4, LVIV).start().lose('big', 'ups-1');
  for (const n of [1, 2, 3]) world.lose(`lviv${n}`, 'ups-1');
  expect(world.only().sites).not.toContain('big');
  world.lose('big', 'ups-2');
  expect(world.only().sites).toContain('big');
  world.pass(121).lose('late', 'ups-1');
  expect(world.top()).toHaveLength(2);
  const { length } = world.top();
  for (const n of [1, 2, 3]) world.restore(`lviv${n}`, 'ups-1');
  world.restore('big', 'ups-1', 'ups-2');
  expect(world.top()).toHaveLength(length - 1);
});

test('a region whose sites are all back waits for the device that is still part of it', () => {
  const world = new World();
  region(world, 'lviv', 3);
  world.site('big', 4, LVIV).start().lose('big', 'ups-1');
  for (const n of [1, 2, 3]) world.lose(`lviv${n}`, 'ups-1');
  for (const n of [1, 2, 3]) world.restore(`lviv${n}`, 'ups-1');
  expect(world.only().class).toBe('region');
  world.restore('big', 'ups-1');
  expect(world.top()).toEqual([]);
});

test('sites of one outage queue are one incident where no region qualifies', () => {
  const world = new World();
  for (const n of [1, 2, 3, 4]) world.site(`q${n}`, 1, { region: `r${n}`, queue: '3.1' });
  for (const n of [1, 2, 3, 4]) world.site(`other${n}`, 1, { region: `r${n}` });
  for (const n of [1, 2, 3, 4]) world.site(`more${n}`, 1, { region: `r${n}` });
  world.start();
  for (const n of [1, 2, 3]) world.lose(`q${n}`, 'ups-1');
  expect(world.top()).toHaveLength(3);
  world.pass(10);
  expect(world.only()).toMatchObject({ class: 'region', region: 'queue:3.1', isConfirmed: true });
  expect(world.told('first')).toHaveLength(1);
  expect(world.truth('REGIONAL_OUTAGE', '*', 'queue:3.1')).toBe('active');
  world.pass(20).lose('q4', 'ups-1');
  expect(world.only().sites).toHaveLength(4);
  expect(world.truth('WIDE_AREA_OUTAGE', '*')).toBe('inactive');
});

test('sites that were back for a moment make a region when they are lost again together', () => {
  const world = new World();
  region(world, 'a', 4);
  world.start();
  for (const n of [1, 2, 3]) world.lose(`a${n}`, 'ups-1').pass(1).back(`a${n}`, 'ups-1');
  expect(world.top()).toHaveLength(3);
  for (const n of [1, 2, 3]) {
    world.fact(`a${n}`, 'ups-1', { input: 'lost', power: 'battery', wasOnBattery: true });
  }
  expect(world.only()).toMatchObject({ class: 'region', region: 'a' });
});

test('a region that qualifies later takes its sites out of the incident of a queue', () => {
  const world = new World();
  for (const n of [1, 2, 3])
    world.site(`q${n}`, 1, { region: n === 1 ? 'a' : `r${n}`, queue: '3.1' });
  for (const n of [2, 3]) world.site(`a${n}`, 1, { region: 'a', queue: '1.1' });
  for (const n of [2, 3]) world.site(`r${n}-calm`, 1, { region: `r${n}` });
  world.start();
  for (const n of [1, 2, 3]) world.lose(`q${n}`, 'ups-1');
  world.pass(12);
  expect(world.only()).toMatchObject({ region: 'queue:3.1' });
  for (const n of [2, 3]) world.lose(`a${n}`, 'ups-1');
  world.pass(2);
  const region = world.top().find((one) => one.region === 'a');
  expect(region?.sites.toSorted()).toEqual(['a2', 'a3', 'q1']);
});

test('sites of a queue whose region qualifies within the group wait belong to the region', () => {
  const world = new World();
  for (const n of [1, 2, 3]) world.site(`a${n}`, 1, { region: 'a', queue: '1.1' });
  world.site('b1', 1, { region: 'b', queue: '1.1' }).site('b2', 1, { region: 'b' });
  world.site('b3', 1, { queue: '1.2' }).site('c', 1).start();
  for (const site of ['b1', 'a1', 'a2']) world.lose(site, 'ups-1');
  world.pass(5).lose('a3', 'ups-1').lose('b3', 'ups-1').lose('c', 'ups-1').pass(30);
  expect(world.top().map((one) => one.region ?? one.sites[0])).toEqual(['b1', 'a', 'b3', 'c']);
});

test('two regions within the window are one wide-area incident, with lone sites beside them', () => {
  const world = new World();
  region(world, 'a', 4);
  region(world, 'b', 4);
  region(world, 'c', 4);
  world.site('q1', 1, { queue: '2.2' }).start();
  for (const n of [1, 2, 3]) world.lose(`a${n}`, 'ups-1');
  world.lose('c1', 'ups-1').lose('q1', 'ups-1').pass(3);
  for (const n of [1, 2, 3]) world.lose(`b${n}`, 'ups-1');
  const wide = world.only();
  expect(wide).toMatchObject({ class: 'wide_area', severity: 'critical', isConfirmed: true });
  expect(wide.sites.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1', 'q1']);
  expect(world.truth('WIDE_AREA_OUTAGE', '*')).toBe('active');
  world.raise('WIDE_AREA_OUTAGE', '*');
  expect(world.alarm('WIDE_AREA_OUTAGE', '*').incidentId).toBe(wide.id);
  world.pass(60);
  expect(world.told('first').map(({ incidentId }) => incidentId)).toEqual([wide.id]);
  world.lose('c2', 'ups-1').lose('c3', 'ups-1');
  expect(world.only().sites).toHaveLength(10);
  const region3 = world.correlator.open().find((one) => one.region === 'c');
  expect(region3?.parentId).toBe(wide.id);
  for (const site of [...wide.sites, 'c2', 'c3']) world.restore(site, 'ups-1');
  expect(world.top()).toEqual([]);
  expect(world.told('restored').map(({ incidentId }) => incidentId)).toEqual([wide.id]);
  expect(world.truth('WIDE_AREA_OUTAGE', '*')).toBe('inactive');
});

test('regions of one site count for the wide area; regions that begin hours apart do not', () => {
  const world = new World();
  region(world, 'volyn', 1);
  region(world, 'odesa', 2);
  region(world, 'sumy', 3);
  world.start().lose('volyn1', 'ups-1').pass(60).lose('odesa1', 'ups-1').lose('odesa2', 'ups-1');
  expect(world.only().class).toBe('wide_area');
  world.pass(7200);
  for (const n of [1, 2, 3]) world.lose(`sumy${n}`, 'ups-1');
  expect(world.top().map((one) => one.class)).toEqual(['wide_area', 'region']);
});

test('a site that becomes critical is news of the parent, gathered for a minute', () => {
  const world = new World();
  region(world, 'lviv', 6);
  world.start();
  for (const n of [1, 2, 3]) world.lose(`lviv${n}`, 'ups-1');
  world.pass(80);
  expect(world.intents).toHaveLength(1);
  world.raise('UPS_CRITICAL', 'lviv1', 'ups-1').pass(1);
  expect(world.told('update')).toHaveLength(1);
  world.raise('UPS_CRITICAL', 'lviv2', 'ups-1').pass(10);
  world.raise('UPS_CRITICAL', 'lviv3', 'ups-1').pass(10);
  expect(world.told('update')).toHaveLength(1);
  world.pass(600);
  expect(world.told('update')).toHaveLength(2);
  expect(new Set(world.intents.map(({ id }) => id)).size).toBe(world.intents.length);
});

test('a fifth more sites are news, at most once in five minutes', () => {
  const world = new World();
  region(world, 'lviv', 20);
  world.start();
  for (let n = 1; n <= 10; n += 1) world.lose(`lviv${n}`, 'ups-1');
  world.pass(20).lose('lviv11', 'ups-1').pass(600);
  expect(world.told('update')).toHaveLength(0);
  world.lose('lviv12', 'ups-1').pass(1);
  expect(world.told('update')).toHaveLength(1);
  world.lose('lviv13', 'ups-1').lose('lviv14', 'ups-1').lose('lviv15', 'ups-1').pass(200);
  expect(world.told('update')).toHaveLength(1);
  world.pass(200);
  expect(world.told('update')).toHaveLength(2);
});

test('a site critical before the region was known is critical in it', () => {
  const world = new World();
  region(world, 'lviv', 4);
  world.start().lose('lviv1', 'ups-1').raise('UPS_CRITICAL', 'lviv1', 'ups-1');
  for (const n of [2, 3]) world.lose(`lviv${n}`, 'ups-1');
  expect(world.events.some((one) => one.id === world.only().id && one.to === 'critical')).toBe(
    true,
  );
});

test('a site that moves to another region counts there', () => {
  const world = new World();
  region(world, 'lviv', 3);
  world.site('x', 1).start().places.set('x', { region: 'lviv', queue: '1.1' });
  world.pass(61);
  for (const site of ['lviv1', 'lviv2', 'x']) world.lose(site, 'ups-1');
  expect(world.only().region).toBe('lviv');
  world.places.delete('x');
  world.site('new', 1, LVIV).pass(61).lose('new', 'ups-1');
  expect(world.only().sites).toContain('new');
});

test('a wide area widens with its sites: what begins near the newest of them joins', () => {
  const world = new World();
  for (const name of ['a', 'b', 'c']) region(world, name, 4);
  world.start();
  for (const n of [1, 2, 3]) world.lose(`a${n}`, 'ups-1');
  for (const n of [1, 2, 3]) world.lose(`b${n}`, 'ups-1');
  world.pass(100).lose('a4', 'ups-1').pass(100).lose('c1', 'ups-1');
  expect(world.only().sites).toContain('c1');
  world.pass(121).lose('c2', 'ups-1');
  expect(world.top().map(({ sites }) => sites.length)).toEqual([8, 1]);
});
