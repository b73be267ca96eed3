import { expect, test } from 'vitest';
import { T0, World } from '../../../support/correlation.ts';

const ACTOR = { name: 'Olena', isVerified: false };

function withMeter(): World {
  return new World().site('a', 2).device('a', 'grid', { kind: 'power' }).start();
}

function note(
  world: World,
  evidence: 'generator_connected' | 'generator_disconnected' | 'mains_returned',
  at?: number,
) {
  const { id } = world.only();
  const outcome = world.correlator.note(
    {
      type: 'note',
      incidentId: id,
      commandId: `c${world.now}${evidence}`,
      text: 'as seen',
      evidence,
      ...(at === undefined ? {} : { at: new Date(at).toISOString() }),
    },
    ACTOR,
    world.now,
  );
  world.drain();
  return outcome;
}

test('a meter alone tells of an outage behind a running generator', () => {
  const world = withMeter().fact('a', 'grid', { input: 'lost', inputSince: T0 });
  expect(world.only()).toMatchObject({ class: 'site', isConfirmed: true, devices: ['a/grid'] });
  expect(world.truth('SITE_OUTAGE', 'a')).toBe('active');
});

test('a meter confirms what a UPS alone told, and makes it the site’s', () => {
  const world = withMeter().lose('a', 'ups-1');
  expect(world.only().class).toBe('device');
  world.fact('a', 'grid', { input: 'lost', inputSince: world.now - 2000 });
  expect(world.only()).toMatchObject({ class: 'site', isConfirmed: true });
});

test('it goes on while the generator carries the site, and ends 60 s after the mains are back', () => {
  const world = withMeter().lose('a', 'ups-1', 'ups-2');
  world.fact('a', 'grid', { input: 'lost', inputSince: world.now }).pass(30);
  world.fact('a', 'grid', { isOnGenerator: true }).restore('a', 'ups-1', 'ups-2');
  expect(world.conditions.at(-1)?.condition).toMatchObject({ reason: 'generator_carries_site' });
  world.pass(3 * 3600);
  expect(world.only().state).toBe('open');
  world.fact('a', 'grid', { input: 'mains', inputSince: world.now, isOnGenerator: false });
  world.pass(59);
  expect(world.only().state).toBe('open');
  world.pass(1);
  expect(world.top()).toEqual([]);
  expect(world.types()).toEqual(
    expect.arrayContaining(['generator_carries', 'generator_ended', 'resolved']),
  );
});

test('mains that fail again within the 60 s end nothing', () => {
  const world = withMeter().fact('a', 'grid', { input: 'lost', inputSince: T0 });
  world.fact('a', 'grid', { input: 'mains', inputSince: world.now }).pass(30);
  world.fact('a', 'grid', { input: 'lost', inputSince: world.now }).pass(600);
  expect(world.only().state).toBe('open');
  expect(world.incidents.size).toBe(1);
});

test('a meter that falls silent during the outage does not end it; a person’s word does', () => {
  const world = withMeter().lose('a', 'ups-1', 'ups-2');
  world.fact('a', 'grid', { input: 'lost', inputSince: world.now, wasOnBattery: true }).pass(30);
  world.restore('a', 'ups-1', 'ups-2').silence('a', 'grid').pass(600);
  expect(world.only().state).toBe('open');
  note(world, 'mains_returned');
  expect(world.top()).toEqual([]);
});

test('without a meter a dated note of a mobile generator keeps it open', () => {
  const world = new World().site('a', 2).start().lose('a', 'ups-1', 'ups-2').pass(300);
  note(world, 'generator_connected', world.now - 60_000);
  expect(world.types()).toEqual(expect.arrayContaining(['note', 'generator_carries']));
  world.restore('a', 'ups-1', 'ups-2').pass(3600);
  expect(world.only().state).toBe('open');
  note(world, 'mains_returned', world.now - 7_200_000);
  expect(world.only().state).toBe('open');
  note(world, 'generator_disconnected');
  expect(world.top()).toEqual([]);
});

test('a note does not overrule a meter that is heard', () => {
  const world = withMeter().fact('a', 'grid', { input: 'lost', inputSince: T0 });
  note(world, 'generator_connected');
  world.fact('a', 'grid', { input: 'mains', inputSince: world.now }).pass(60);
  expect(world.top()).toEqual([]);
});

test('a generator that did not start joins the outage of its site', () => {
  const world = withMeter().fact('a', 'grid', { input: 'lost', inputSince: T0 });
  world.raise('GEN_START_FAIL', 'a', 'grid');
  expect(world.only()).toMatchObject({ class: 'site', severity: 'critical' });
  expect(world.alarm('GEN_START_FAIL', 'a', 'grid').incidentId).toBe(world.only().id);
});

test('after a restart the generator still carries the site until the meter is heard', () => {
  const world = withMeter().lose('a', 'ups-1', 'ups-2');
  world.fact('a', 'grid', { input: 'lost', inputSince: world.now, isOnGenerator: true });
  world.restore('a', 'ups-1', 'ups-2').pass(60);
  const unheard = { isSilent: true, input: 'unknown', isOnGenerator: false } as const;
  Object.assign(world.of('a', 'grid'), unheard);
  world.restart().pass(120);
  expect(world.only().state).toBe('open');
  expect(world.types()).not.toContain('generator_ended');
  world.fact('a', 'grid', { isSilent: false });
  expect(world.types()).toContain('generator_ended');
  expect(world.only().state).toBe('open');
  world.fact('a', 'grid', { input: 'mains', inputSince: world.now }).pass(60);
  expect(world.top()).toEqual([]);
});

test('a meter that fell silent after it told of mains holds nothing, nor does one that is gone', () => {
  const world = withMeter().fact('a', 'grid', { input: 'lost', inputSince: T0 }).pass(30);
  world.fact('a', 'grid', { input: 'mains', inputSince: world.now }).pass(30).silence('a', 'grid');
  expect(world.only().state).toBe('open');
  world.pass(30);
  expect(world.top()).toEqual([]);
  world.fact('a', 'grid', { input: 'lost', isSilent: false, inputSince: world.now }).pass(30);
  world.facts.set('a', [world.of('a', 'ups-1')]);
  world.correlator.siteChanged('a', world.now);
  expect(world.top()).toEqual([]);
});
