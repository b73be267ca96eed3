import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Feed } from '../../../src/adapters/live/feed.ts';
import type { Room } from '../../../src/adapters/live/room.ts';
import type { Scope } from '../../../src/contract/access.ts';
import type { Frame, Snapshot } from '../../../src/contract/live.ts';
import { covers } from '../../../src/domain/access/scope.ts';
import { createScopedQueries } from '../../../src/pipeline/access/scoped-queries.ts';
import {
  openWorld,
  planArbitrary,
  SITES,
  scopeArbitrary,
  type WorldPlan,
} from '../../support/border-world.ts';
import { START } from '../../support/sample.ts';

const PLAN: WorldPlan = {
  sites: SITES.map((id, index) => ({
    id,
    region: index < 2 ? 'lviv' : 'volyn',
    queue: undefined,
  })),
  incidents: ['s0x', 's2x'],
  absorbed: ['s0x', 's2x'],
  outages: [],
};
const LVIV: Scope = { regions: ['lviv'], sites: [] };

/** The feed on a border; what is sent is written down by the room that it is sent to. */
function open(plan = PLAN) {
  const world = openWorld(plan);
  const sent: { room: Room; message: Frame | Snapshot }[] = [];
  const watched = { value: true };
  const feed = new Feed({
    queries: world.queries,
    clock: { now: () => Date.now() },
    send: (message, _detail, room) => sent.push({ room, message }),
    sendSnapshot: (message, room) => sent.push({ room, message }),
    isWatched: () => watched.value,
    isDriven: true,
  });
  const viewer = (scope: Scope) => ({
    scope,
    queries: () => createScopedQueries(world.queries, scope),
  });
  return { ...world, feed, sent, watched, viewer };
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});

afterEach(() => {
  vi.useRealTimers();
});

function roomOf(room: Room | undefined): Room {
  if (room === undefined) throw new Error('no room');
  return room;
}

describe('whatever the limits and whatever happens', () => {
  const stepArbitrary = fc.record({
    what: fc.constantFrom('power', 'readings', 'alarms', 'incidents', 'flush', 'topology', 'watch'),
    site: fc.constantFrom(...SITES),
  });

  test('nothing that is sent to a circle names a site that is foreign to it', () => {
    fc.assert(
      fc.property(
        planArbitrary,
        fc.array(scopeArbitrary, { minLength: 1, maxLength: 3 }),
        fc.array(stepArbitrary, { maxLength: 30 }),
        (plan, scopes, steps) => {
          const { feed, sent, viewer, alarms, incidents } = open(plan);
          feed.room('*');
          const snapshots: { room: Room; message: Snapshot }[] = [];
          const watch = (site: string) => {
            for (const scope of scopes) {
              for (const name of ['*', site]) {
                const room = feed.room(name, viewer(scope));
                if (room !== undefined) snapshots.push({ room, message: feed.snapshot(room) });
              }
            }
          };
          watch('s0x');
          for (const [index, { what, site }] of steps.entries()) {
            if (what === 'power') feed.powerChanged(site, 'ups-1');
            if (what === 'readings') feed.deviceChanged(site, 'ups-1');
            if (what === 'alarms') feed.alarmsChanged(alarms);
            if (what === 'incidents') feed.incidentsChanged(incidents);
            if (what === 'flush') feed.flush(START + 1000 * index);
            if (what === 'topology') feed.topologyChanged();
            if (what === 'watch') watch(site);
          }
          feed.flush(START + 60_000);
          for (const { room, message } of [...sent, ...snapshots]) {
            if (room.circle === undefined) continue;
            const scope = scopes.find((one) => feed.room('*', viewer(one))?.circle === room.circle);
            const own = plan.sites.filter((site) => covers(scope, site)).map(({ id }) => id);
            const text = JSON.stringify(message);
            expect(SITES.filter((id) => text.includes(id) && !own.includes(id))).toEqual([]);
          }
        },
      ),
      { numRuns: 100, seed: 11 },
    );
  });
});

describe('a circle', () => {
  test('is shared by all who have the same limits, however they are written', () => {
    const { feed, viewer } = open();
    const one = feed.room('*', viewer({ regions: ['lviv', 'volyn'], sites: [] }));
    expect(feed.room('*', viewer({ regions: ['volyn', 'lviv'], sites: [] }))).toBe(one);
    expect(feed.room('*', viewer(LVIV))).not.toBe(one);
    expect(feed.room('*')).not.toBe(one);
  });

  test('counts its own frames in an epoch of its own', () => {
    const { feed, viewer } = open();
    const everybody = roomOf(feed.room('*'));
    const own = roomOf(feed.room('*', viewer(LVIV)));
    feed.powerChanged('s2x', 'ups-1');
    feed.powerChanged('s0x', 'ups-1');
    expect([everybody.seq, own.seq]).toEqual([2, 1]);
    expect(feed.epochOf(everybody)).toBe(feed.epoch);
    expect(feed.epochOf(own)).not.toBe(feed.epoch);
    expect(feed.snapshot(own).epoch).toBe(feed.epochOf(own));
  });

  test('has rooms of covered sites alone', () => {
    const { feed, viewer } = open();
    expect(feed.room('s0x', viewer(LVIV))?.name).toBe('s0x');
    expect(feed.room('s2x', viewer(LVIV))).toBeUndefined();
    expect(feed.room('nowhere', viewer(LVIV))).toBeUndefined();
  });

  test('is told an incident trimmed, others as it is', () => {
    const { feed, viewer, incidents, sent } = open();
    feed.room('*');
    const own = feed.room('*', viewer(LVIV));
    feed.incidentsChanged(incidents.filter(({ id }) => id === 'wide_area.1'));
    const told = sent.map(({ room, message }) => [room === own, message.incidents?.[0]?.sites]);
    expect(told).toEqual([
      [false, ['s0x', 's2x']],
      [true, ['s0x']],
    ]);
  });

  test('gets a snapshot when an incident that it holds is none of its own any more', () => {
    const { feed, viewer, incidents, sent } = open();
    const own = roomOf(feed.room('*', viewer(LVIV)));
    feed.snapshot(own);
    const parent = incidents.find(({ id }) => id === 'wide_area.1');
    if (parent === undefined) throw new Error('no parent');
    parent.sites = ['s2x'];
    parent.devices = ['s2x/ups-1'];
    feed.incidentsChanged([parent]);
    feed.incidentsChanged([parent]);
    expect(sent).toHaveLength(1);
    const [first] = sent;
    expect(first?.message).toMatchObject({ room: '*', seq: 1, epoch: feed.epochOf(own) });
    expect(first?.message.incidents?.map(({ id }) => id)).toEqual(['power.s0x.1', 'platform.1']);
  });

  test('is told no more of a resolved one that leaves it', () => {
    const { feed, viewer, incidents, sent } = open();
    feed.snapshot(roomOf(feed.room('*', viewer(LVIV))));
    const own = incidents.filter(({ id }) => id === 'power.s0x.1');
    feed.incidentsChanged(own.map((one) => ({ ...one, state: 'resolved' })));
    feed.incidentsChanged(own.map((one) => ({ ...one, sites: ['s2x'], devices: [] })));
    expect(sent.map(({ message }) => message.incidents?.[0]?.state)).toEqual(['resolved']);
  });

  test('that nobody watches is given up after a minute, and begun anew', () => {
    const { feed, viewer, watched } = open();
    const room = feed.room('*', viewer(LVIV));
    watched.value = false;
    feed.flush(START);
    feed.flush(START + 60_000);
    expect(feed.room('*', viewer(LVIV))).toBe(room);
    feed.flush(START + 60_001);
    expect(feed.room('*', viewer(LVIV))).not.toBe(room);
  });

  test('that is watched again meanwhile is kept', () => {
    const { feed, viewer, watched } = open();
    const room = feed.room('*', viewer(LVIV));
    for (const [at, is] of [
      [0, false],
      [50_000, true],
      [60_001, false],
      [110_000, false],
    ] as const) {
      watched.value = is;
      feed.flush(START + at);
    }
    expect(feed.room('*', viewer(LVIV))).toBe(room);
  });
});

test('rooms of all limits together are a thousand, and those without limits as many beside', () => {
  const { feed, viewer } = open();
  const limits = Array.from({ length: 1001 }, (_, index) => ({
    regions: [],
    sites: [`x-${index}`],
  }));
  const opened = limits.map((scope) => feed.room('*', viewer(scope)) !== undefined);
  expect(opened.lastIndexOf(true)).toBe(999);
  expect(opened[1000]).toBe(false);
  expect(feed.room('*')).toBeDefined();
});
