import { expect, test } from 'vitest';
import { World } from '../../../support/correlation.ts';

const OLENA = { name: 'Olena', isVerified: false };
const IHOR = { name: 'Ihor', isVerified: true };

function outage(): World {
  return new World().site('a', 3).start().lose('a', 'ups-1', 'ups-2').pass(20);
}

function take(world: World, revision: number, actor = OLENA, incidentId = world.only().id) {
  const command = { type: 'take', incidentId, revision, commandId: 'c1', comment: 'mine' } as const;
  const outcome = world.correlator.take(command, actor, world.now);
  world.drain();
  return outcome;
}

test('who takes an incident has it, and the next is told who was first', () => {
  const world = outage();
  const { revision, id } = world.only();
  expect(take(world, revision)).toEqual({ outcome: 'done', revision: revision + 1 });
  expect(world.only()).toMatchObject({ state: 'taken', takenBy: 'Olena', takenAt: world.now });
  expect(world.changes.at(-1)?.event).toMatchObject({
    type: 'taken',
    actor: 'Olena',
    isActorVerified: false,
    text: 'mine',
    commandId: 'c1',
  });
  expect(take(world, revision, IHOR)).toMatchObject({ outcome: 'taken', by: 'Olena' });
  expect(take(world, revision)).toEqual({ outcome: 'done', revision: revision + 1 });
  world.restart();
  expect(world.correlator.incident(id)).toMatchObject({ state: 'taken', takenBy: 'Olena' });
});

test('devices that joined since do not matter, a change of severity does', () => {
  const world = outage();
  const { revision } = world.only();
  world.lose('a', 'ups-3').pass(1).raise('UPS_CRITICAL', 'a', 'ups-1');
  const now = world.only().revision;
  expect(take(world, revision)).toEqual({ outcome: 'changed', revision: now });
  world.raise('UPS_CRITICAL', 'a', 'ups-3').pass(1);
  const bare = {
    type: 'take',
    incidentId: world.only().id,
    revision: now,
    commandId: 'c2',
  } as const;
  expect(world.correlator.take(bare, IHOR, world.now)).toMatchObject({ outcome: 'done' });
});

test('an incident that has ended cannot be taken, nor one that nobody knows', () => {
  const world = outage();
  const { id, revision } = world.only();
  world.restore('a', 'ups-1', 'ups-2');
  expect(take(world, revision + 1, OLENA, id)).toMatchObject({ outcome: 'changed' });
  expect(take(world, 1, OLENA, 'nothing')).toEqual({ outcome: 'not_found' });
});

function note(world: World, incidentId: string, more: object = {}) {
  const command = { type: 'note', incidentId, commandId: 'n1', text: 'seen', ...more } as const;
  const outcome = world.correlator.note(command, IHOR, world.now);
  world.drain();
  return outcome;
}

test('a note is a line of the timeline, also after the end; evidence is not taken then', () => {
  const world = outage();
  const { id } = world.only();
  expect(note(world, id)).toMatchObject({ outcome: 'done' });
  expect(world.changes.at(-1)?.event).toMatchObject({ type: 'note', text: 'seen', actor: 'Ihor' });
  world.restore('a', 'ups-1', 'ups-2');
  expect(note(world, id, { evidence: 'generator_connected' })).toMatchObject({
    outcome: 'changed',
  });
  expect(note(world, id, { commandId: 'n2' })).toMatchObject({ outcome: 'done' });
  expect(note(world, 'nothing')).toEqual({ outcome: 'not_found' });
});

test('evidence on a parent names the site that it is of', () => {
  const world = new World();
  for (const n of [1, 2, 3]) world.site(`s${n}`, 1, { region: 'lviv' });
  world.site('x', 1).start();
  for (const n of [1, 2, 3]) world.lose(`s${n}`, 'ups-1');
  const { id } = world.only();
  const evidence = 'generator_connected';
  expect(note(world, id, { evidence })).toEqual({ outcome: 'site_needed' });
  expect(note(world, id, { evidence, site: 'x' })).toEqual({ outcome: 'site_needed' });
  expect(note(world, id, { evidence, site: 's2' })).toMatchObject({ outcome: 'done' });
  for (const n of [1, 2, 3]) world.restore(`s${n}`, 'ups-1');
  const open = world.correlator.open().filter((one) => one.class === 'site');
  expect(open.map(({ sites }) => sites)).toEqual([['s2']]);
  const [child] = open;
  expect(note(world, child?.id ?? '', { evidence, site: 's1' })).toEqual({
    outcome: 'site_needed',
  });
  const returned = { evidence: 'mains_returned', site: 's2' };
  expect(note(world, child?.id ?? '', returned)).toMatchObject({ outcome: 'done' });
  expect(world.top()).toEqual([]);
});
