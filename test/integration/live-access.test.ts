import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Scope } from '../../src/contract/access.ts';
import type { Snapshot, WatchAnswer } from '../../src/contract/live.ts';
import { permissionsOf } from '../../src/domain/access/permission.ts';
import type { Principal } from '../../src/domain/access/principal.ts';
import { openWorld, type World, type WorldPlan } from '../support/border-world.ts';
import type { LiveClient } from '../support/live-client.ts';
import { type LiveServer, openLiveServer, person } from '../support/live-server.ts';
import { until } from '../support/wait.ts';

const PLAN: WorldPlan = {
  sites: [
    { id: 's0x', region: 'lviv', queue: undefined },
    { id: 's1x', region: 'lviv', queue: undefined },
    { id: 's2x', region: 'volyn', queue: undefined },
    { id: 's3x', region: 'volyn', queue: undefined },
    { id: 's4x', region: 'odesa', queue: undefined },
    { id: 's5x', region: undefined, queue: undefined },
  ],
  incidents: ['s0x', 's2x'],
  absorbed: ['s0x', 's2x'],
  outages: [],
};
const LVIV: Scope = { regions: ['lviv'], sites: [] };
const FOREIGN = /s[2345]x/;

let world: World;
let server: LiveServer;

beforeEach(async () => {
  world = openWorld(PLAN);
  server = await openLiveServer(world.queries, world.clock);
  server.people.set('all', person({ name: 'all' }));
  server.people.set('lviv', person({ name: 'lviv', scope: LVIV, session: 'session-1' }));
});

afterEach(() => server[Symbol.asyncDispose]());

async function watch(client: LiveClient, request: object = {}) {
  const answer = await client.watch({ sites: ['*'], detail: 'summary', ...request });
  if (!answer.ok) throw new Error(answer.code);
  return answer;
}

/** Everything that changes on the border, at every site. */
function changeEverything(): void {
  const { feed } = server.live;
  for (const { id } of PLAN.sites) {
    feed.powerChanged(id, 'ups-1');
    feed.deviceChanged(id, 'ups-1');
  }
  feed.alarmsChanged(world.alarms);
  feed.incidentsChanged(world.incidents);
  feed.flush(world.clock.now());
}

function closed(client: LiveClient): Promise<string> {
  return new Promise((resolve) => client.socket.once('disconnect', resolve));
}

describe('a page with limits', () => {
  test('is shown its own sites alone, in the room of everything', async () => {
    using client = await server.connect('lviv');
    await watch(client);
    const snapshot = await client.snapshot('*');
    expect(snapshot.sites.map(({ id }) => id)).toEqual(['s0x', 's1x']);
    expect(snapshot.platform).toEqual({ store: { isReady: true, state: 'ok' } });
    expect(JSON.stringify(snapshot)).not.toMatch(FOREIGN);
  });

  test('is told nothing of other sites, whatever happens there', async () => {
    using client = await server.connect('lviv');
    using other = await server.connect('all');
    await watch(client, { sites: ['*', 's0x'] });
    await watch(other);
    changeEverything();
    await other.frame(({ incidents }) => incidents !== undefined, 'the incidents');
    await client.frame(({ incidents }) => incidents !== undefined, 'the incidents');
    await client.frame(({ devices }) => devices !== undefined, 'the devices');
    expect(JSON.stringify(other.frames)).toMatch(FOREIGN);
    expect(JSON.stringify(client.frames)).not.toMatch(FOREIGN);
    expect(new Set(client.frames.map(({ room }) => room))).toEqual(new Set(['*', 's0x']));
  });

  test.each(['s2x', 'nowhere'])('asks for the room of %s, which is not there', async (site) => {
    using client = await server.connect('lviv');
    expect(await client.watch({ sites: [site], detail: 'full' })).toEqual({
      ok: false,
      code: 'SVT_NOT_FOUND',
      message: `no site ${site}: expected a site or *`,
    });
  });

  test('goes on from its own frames', async () => {
    const before = await server.connect('lviv');
    const { epoch, seqs } = await watch(before);
    before[Symbol.dispose]();
    changeEverything();
    using after = await server.connect('lviv');
    const again = await watch(after, { epoch, seqs });
    expect(again).toMatchObject({ epoch, resync: false });
    await after.frame(({ alarms }) => alarms !== undefined, 'what it missed');
    expect(JSON.stringify(after.frames)).not.toMatch(FOREIGN);
  });

  test.each([0, 1, 2])(
    'never goes on from frames of those without limits, of which it claims number %i',
    async (seq) => {
      using wide = await server.connect('all');
      const { epoch } = await watch(wide);
      using own = await server.connect('lviv');
      await watch(own);
      changeEverything();
      using client = await server.connect('lviv');
      const answer: WatchAnswer = await watch(client, { epoch, seqs: { '*': seq } });
      expect(answer).toMatchObject({ ok: true, resync: true });
      expect(answer.ok && answer.epoch).not.toBe(epoch);
      const snapshot: Snapshot = await client.snapshot('*');
      expect(JSON.stringify([snapshot, client.frames])).not.toMatch(FOREIGN);
    },
  );

  test('gives commands on its own sites alone', async () => {
    server.people.set('chief', person({ permissions: permissionsOf('supervisor'), scope: LVIV }));
    using client = await server.connect('chief');
    const command = { commandId: 'c-1', occurrence: 1, version: 1 };
    const at = (site: string) => ({ ...command, alarmId: `${site}.ups-1.UPS_ON_BATTERY` });
    expect(await client.acknowledge(at('s0x'))).toEqual({ ok: true, version: 2 });
    expect(await client.acknowledge(at('s2x'))).toEqual({ ok: false, code: 'SVT_NOT_FOUND' });
    expect(server.commands.given.map(({ actor }) => actor)).toEqual([
      { name: 'olena', isVerified: true },
    ]);
  });
});

describe('a page that stays open', () => {
  test('is noted as under way', async () => {
    using _client = await server.connect('lviv');
    await until(() => server.used.includes('session-1'), { what: 'the session to be used' });
  });

  test('is told of a sign-out and loses its feed', async () => {
    using client = await server.connect('lviv');
    await watch(client);
    const told: unknown[] = [];
    client.socket.on('accessChanged', (change) => told.push(change));
    server.people.delete('lviv');
    server.changed();
    // Not `io server disconnect`, after which a page would not come back by itself.
    expect(await closed(client)).toBe('transport close');
    expect(told).toEqual([{ reason: 'signed_out' }]);
    await expect(server.connect('lviv')).rejects.toThrow();
  });

  const changed: [string, Partial<Principal>][] = [
    ['another role', { role: 'technician', permissions: permissionsOf('technician') }],
    ['other limits', { scope: { regions: ['volyn'], sites: [] } }],
    ['a session that has run out', { isReadOnly: true, permissions: new Set(['see']) }],
  ];

  test.each(changed)('with %s is told, and comes back with what it has now', async (_, changes) => {
    using client = await server.connect('lviv');
    await watch(client);
    const told: unknown[] = [];
    client.socket.on('accessChanged', (change) => told.push(change));
    server.people.set('lviv', { ...person({ name: 'lviv', scope: LVIV }), ...changes });
    server.changed();
    await closed(client);
    expect(told).toEqual([{ reason: 'rights_changed' }]);
    using again = await server.connect('lviv');
    expect(await watch(again)).toMatchObject({ ok: true, resync: true });
  });

  test('is told nothing more after that', async () => {
    using client = await server.connect('lviv');
    await watch(client);
    await client.snapshot('*');
    server.people.delete('lviv');
    server.changed();
    changeEverything();
    await closed(client);
    expect(client.frames).toEqual([]);
  });

  test('of somebody else stays', async () => {
    using client = await server.connect('lviv');
    using other = await server.connect('all');
    await watch(other);
    server.people.delete('lviv');
    server.changed();
    await closed(client);
    changeEverything();
    await other.frame(({ alarms }) => alarms !== undefined, 'an alarm');
  });

  test('cannot give a command once its right is gone, before anybody has told', async () => {
    server.people.set('tech', person({ permissions: permissionsOf('technician') }));
    using client = await server.connect('tech');
    server.people.set('tech', person({}));
    const command = { commandId: 'c-1', occurrence: 1, version: 1 };
    client.socket.emit('acknowledge', { ...command, alarmId: 's0x.ups-1.UPS_ON_BATTERY' });
    await closed(client);
    expect(server.commands.given).toEqual([]);
  });
});

test('what somebody may not do stands in the log, once a minute', async () => {
  using client = await server.connect('all');
  const command = { alarmId: 's0x.ups-1.UPS_ON_BATTERY', occurrence: 1, version: 1 };
  for (const commandId of ['c-1', 'c-2']) {
    const asked = client.socket.emitWithAck('acknowledge', { ...command, commandId });
    expect(await asked).toMatchObject({ ok: false, code: 'SVT_FORBIDDEN' });
  }
  expect(server.messages.filter((line) => line === 'live: a client is refused')).toHaveLength(1);
});

describe('connections', () => {
  test.each([
    ['nobody', undefined],
    ['an auditor', person({ role: 'auditor', permissions: permissionsOf('auditor') })],
    ['a token of a script that only acts', person({ permissions: new Set(['respond']) })],
  ])('of %s are refused', async (_, principal) => {
    if (principal !== undefined) server.people.set('someone', principal);
    await expect(server.connect('someone')).rejects.toThrow();
    expect(server.live.connections()).toBe(0);
  });

  test('of one account are 50 at the most', async () => {
    const sockets = await Promise.all(Array.from({ length: 50 }, () => server.connect('lviv')));
    await expect(server.connect('lviv')).rejects.toThrow();
    await expect(server.connect('lviv')).rejects.toThrow();
    using _other = await server.connect('all');
    sockets.pop()?.[Symbol.dispose]();
    await until(() => server.live.connections() === 50, { what: 'one to be gone' });
    using _again = await server.connect('lviv');
    for (const socket of sockets) socket[Symbol.dispose]();
    expect(server.messages.filter((one) => one.includes('refused'))).toHaveLength(1);
  });

  test('that say too much are ended', async () => {
    using client = await server.connect('lviv');
    const ended = closed(client);
    for (let count = 0; count < 100; count += 1) client.socket.emit('nonsense', count);
    await ended;
    expect(server.messages.filter((one) => one.includes('refused'))).toHaveLength(1);
  });

  test('that say what a page says stay', async () => {
    using client = await server.connect('lviv');
    for (let count = 0; count < 20; count += 1) await watch(client);
    expect(client.socket.connected).toBe(true);
  });

  test('to another part of the server are refused', async () => {
    const socket = io(server.url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      extraHeaders: { cookie: 'all' },
    });
    const error = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
    socket.disconnect();
    expect(error.message).toContain('/live');
  });

  test('that ask for nothing are ended', async () => {
    const url = `${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    const idle = new WebSocket(url, { headers: { cookie: 'all' } });
    await new Promise((resolve) => idle.addEventListener('close', resolve));
    expect(server.live.connections()).toBe(0);
  });

  test('that leave the feed are ended', async () => {
    const url = `${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    const left = new WebSocket(url, { headers: { cookie: 'all' } });
    await new Promise((resolve) => left.addEventListener('open', resolve));
    left.send('40/live,');
    await until(() => server.live.connections() === 1, { what: 'it to join' });
    left.send('41/live,');
    await new Promise((resolve) => left.addEventListener('close', resolve));
    expect(server.live.connections()).toBe(0);
  });
});
