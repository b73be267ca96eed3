import { expect, test } from 'vitest';
import { World } from '../../../support/correlation.ts';

interface Storm {
  regions: number;
  sites: number;
  hit: number;
  upsCount: number;
}

/** Every UPS of the sites that are hit, as [site, device], in an order that repeats. */
function victims({ regions, hit, upsCount }: Storm): [string, string][] {
  const all: [string, string][] = [];
  for (let r = 1; r <= regions; r += 1) {
    for (let s = 1; s <= hit; s += 1) {
      for (let u = 1; u <= upsCount; u += 1) all.push([`r${r}s${s}`, `ups-${u}`]);
    }
  }
  let seed = 7;
  const rank = new Map(
    all.map((one) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return [one, seed] as const;
    }),
  );
  return all.sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
}

function strike(storm: Storm): { world: World; count: number } {
  const world = new World();
  for (let r = 1; r <= storm.regions; r += 1) {
    for (let s = 1; s <= storm.sites; s += 1) {
      world.site(`r${r}s${s}`, storm.upsCount, { region: `r${r}`, queue: `1.${(s % 2) + 1}` });
    }
  }
  world.start();
  const all = victims(storm);
  const from = world.now;
  for (const [i, [site, device]] of all.entries()) {
    world.now = from + Math.floor((i * 1000) / all.length);
    world.lose(site, device);
  }
  world.now = from + 1000;
  return { world: world.tick(), count: all.length };
}

function homes(world: World): number {
  return [...world.alarms.values()].filter((alarm) => alarm.incidentId !== undefined).length;
}

test('500 UPSs at 40 of a region’s 50 sites within one second are one incident and one page', () => {
  const { world, count } = strike({ regions: 1, sites: 50, hit: 40, upsCount: 12 });
  expect(homes(world)).toBe(count);
  expect(world.only()).toMatchObject({ class: 'region', region: 'r1', isConfirmed: true });
  expect(world.only().sites).toHaveLength(40);
  expect(world.correlator.children(world.only().id)).toHaveLength(40);
  const devices = world.correlator.open().flatMap((one) => one.devices);
  expect(new Set(devices).size).toBe(count);
  world.pass(8);
  expect(world.intents).toEqual([]);
  world.pass(300);
  expect(world.intents.map(({ kind, incidentId }) => [kind, incidentId])).toEqual([
    ['first', world.only().id],
  ]);
});

test('5,000 UPSs in four regions within one second are one wide-area incident and one page', () => {
  const { world, count } = strike({ regions: 4, sites: 50, hit: 50, upsCount: 25 });
  expect(count).toBe(5000);
  expect(homes(world)).toBe(count);
  expect(world.only()).toMatchObject({ class: 'wide_area', severity: 'critical' });
  expect(world.only().sites).toHaveLength(200);
  expect(world.correlator.children(world.only().id)).toHaveLength(4);
  const joins = world.events.filter(({ type }) => type === 'device_added');
  expect(joins.length).toBeLessThan(1200);
  world.pass(60);
  expect(world.intents).toHaveLength(1);
});

test('what joins in a storm is told of once in 250 ms, or with the next second', () => {
  const world = new World().site('a', 40).start().lose('a', 'ups-1').lose('a', 'ups-2');
  const joins = () => world.types().filter((type) => type === 'device_added').length;
  for (let n = 3; n <= 10; n += 1) {
    world.now += 20;
    world.lose('a', `ups-${n}`);
  }
  expect(joins()).toBe(1);
  world.now += 250;
  world.drain();
  expect(joins()).toBe(2);
  expect(world.changes.at(-1)?.incident.devices).toHaveLength(10);
  world.lose('a', 'ups-11').tick();
  expect(joins()).toBe(3);
  expect(world.changes.at(-1)?.event).toMatchObject({ site: 'a', device: 'ups-11' });
});
