import { expect, test } from 'vitest';
import { World } from '../../../support/correlation.ts';

const HOUR = 3_600_000;

function announced(upsCount = 2): World {
  const world = new World().site('a', upsCount);
  world.causes.set('a', { cause: 'announced', slotEndsAt: world.now + 2 * HOUR });
  return world.start();
}

test('an announced cut is P3 while it lasts as announced', () => {
  const world = announced().lose('a', 'ups-1', 'ups-2');
  expect(world.only()).toMatchObject({
    cause: 'announced',
    severity: 'minor',
    priority: 3,
    slotEndsAt: world.now + 2 * HOUR,
  });
  world.pass(60);
  expect(world.told('first')).toHaveLength(1);
  world.now += 2 * HOUR;
  world.pass(60);
  expect(world.only().severity).toBe('minor');
  world.now += HOUR / 4;
  world.pass(61);
  expect(world.only().severity).toBe('major');
  expect(world.told('update')).toHaveLength(1);
});

test('an announced cut without a known end is P3', () => {
  const world = new World().site('a', 1);
  world.causes.set('a', { cause: 'announced' });
  world.start().lose('a', 'ups-1');
  expect(world.only()).toMatchObject({ severity: 'minor' });
  expect(world.only().slotEndsAt).toBeUndefined();
});

test.each(['UPS_MARGIN_LOW', 'SHUTDOWN_NOW', 'UPS_CRITICAL'] as const)(
  'an announced cut is grave once %s stands, and stays so',
  (code) => {
    const world = announced().lose('a', 'ups-1', 'ups-2').pass(20).raise(code, 'a', 'ups-1');
    const { severity } = world.only();
    expect(severity).toBe(code === 'UPS_MARGIN_LOW' ? 'major' : 'critical');
    world.clear(code, 'a', 'ups-1');
    expect(world.only().severity).toBe('major');
  },
);

test('an announced cut is grave where the battery ends before the slot', () => {
  const world = announced().lose('a', 'ups-1', 'ups-2');
  world.fact('a', 'ups-1', { exhaustedAt: world.now + 3 * HOUR });
  expect(world.only().severity).toBe('minor');
  world.fact('a', 'ups-2', { exhaustedAt: world.now + HOUR });
  expect(world.only().severity).toBe('major');
});

test('an announced cut is grave where the shutdown has to begin before the slot ends', () => {
  const world = announced().lose('a', 'ups-1', 'ups-2');
  world.fact('a', 'ups-1', { exhaustedAt: world.now + 2.1 * HOUR, marginSeconds: 1.9 * 3600 });
  expect(world.only()).toMatchObject({ severity: 'major', worstMarginSeconds: 1.9 * 3600 });
});

test('the cause is looked at again once a minute', () => {
  const world = new World().site('a', 2).start().lose('a', 'ups-1', 'ups-2').pass(15);
  expect(world.only()).toMatchObject({ cause: 'unknown', severity: 'major' });
  world.causes.set('a', { cause: 'emergency' });
  world.pass(60);
  expect(world.only().cause).toBe('emergency');
  world.pass(300);
  expect(world.told('update')).toHaveLength(1);
  expect(world.types()).toContain('cause_changed');
});

test('a device alone whose neighbours have mains is a local fault, whatever was announced', () => {
  const world = announced(4).lose('a', 'ups-1');
  expect(world.only()).toMatchObject({ class: 'device', cause: 'announced' });
  world.pass(10);
  expect(world.only()).toMatchObject({ cause: 'local', severity: 'major' });
  world.lose('a', 'ups-2', 'ups-3');
  expect(world.only()).toMatchObject({ class: 'site', cause: 'announced', severity: 'minor' });
});

test('a region is announced where each of its sites is, and grave where one is', () => {
  const world = new World();
  for (const n of [1, 2, 3, 4]) {
    world.site(`s${n}`, 1, { region: 'lviv' });
    world.causes.set(`s${n}`, { cause: 'announced', slotEndsAt: world.now + n * HOUR });
  }
  world.start();
  for (const n of [1, 2, 3]) world.lose(`s${n}`, 'ups-1');
  expect(world.only()).toMatchObject({
    cause: 'announced',
    severity: 'minor',
    slotEndsAt: world.now + 3 * HOUR,
  });
  world.lose('s4', 'ups-1').fact('s2', 'ups-1', { marginSeconds: 900 });
  expect(world.only()).toMatchObject({ slotEndsAt: world.now + 4 * HOUR });
  world.fact('s1', 'ups-1', { marginSeconds: 600 }).raise('UPS_MARGIN_LOW', 's1', 'ups-1');
  expect(world.only()).toMatchObject({ severity: 'critical', worstMarginSeconds: 600 });
  world.causes.set('s1', { cause: 'unknown' });
  world.pass(70);
  expect(world.only().cause).toBe('unknown');
  world.causes.set('s2', { cause: 'special_emergency' });
  world.causes.set('s3', { cause: 'emergency' });
  world.pass(70);
  expect(world.only().cause).toBe('special_emergency');
  world.causes.set('s2', { cause: 'unknown' });
  world.pass(70);
  expect(world.only().cause).toBe('emergency');
});
