import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Alarm } from '../../src/contract/alarm.ts';
import type { Frame } from '../../src/contract/live.ts';
import { freePort } from '../support/free-port.ts';
import { type LiveClient, openLive } from '../support/live-client.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { upsPayload } from '../support/telemetry.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { writeTopology } from '../support/topology.ts';

let folder: TempFolder;
let monitor: Monitor;
let device: MqttClient;

beforeAll(async () => {
  folder = await tempFolder('live');
  const config = join(folder.path, 'svitlo.yaml');
  await writeTopology(config, 12);
  const brokerPort = await freePort();
  monitor = await startMonitor({ SVITLO_CONFIG: config, SVITLO_BROKER_PORT: `${brokerPort}` });
  device = await connectAsync(`mqtt://127.0.0.1:${brokerPort}`, { protocolVersion: 4 });
});

afterAll(async () => {
  await device?.endAsync(true);
  await monitor?.[Symbol.asyncDispose]();
  await folder?.remove();
});

let seq = 0;

/** Resolves when the broker has acknowledged it, so when its point is on disk. */
async function publish(site: string, status: string): Promise<void> {
  seq += 1;
  const topic = `svitlo/v1/${site}/ups/ups-1/telemetry`;
  await device.publishAsync(topic, upsPayload(Date.now(), status, seq), { qos: 1 });
}

/** As it stands after the frame, which may tell of several of its steps. */
function alarmIn(frame: Frame, site: string): Alarm | undefined {
  return frame.alarms?.findLast(({ id }) => id === `${site}.ups-1.UPS_ON_BATTERY`);
}

/** The site's UPS goes on battery; resolves with the alarm as the client was told it. */
async function raise(client: LiveClient, site: string): Promise<Alarm> {
  await publish(site, 'OB DISCHRG');
  const told = (frame: Frame) => alarmIn(frame, site)?.state === 'UNACK';
  const alarm = alarmIn(await client.frame(told, `the alarm of ${site}`), site);
  if (alarm === undefined) throw new Error('a frame without its alarm');
  return alarm;
}

function commandFor({ id: alarmId, occurrence, version }: Alarm, actor: string) {
  return { commandId: randomUUID(), alarmId, occurrence, version, actor };
}

describe('watch', () => {
  test('answers with the epoch and the numbers of the rooms; a snapshot of each follows', async () => {
    using client = await openLive(monitor.url);
    const answer = await client.watch({ sites: ['*', 'site-1'], detail: 'summary' });
    expect(answer).toMatchObject({ ok: true, resync: true, epoch: expect.any(String) });
    if (!answer.ok) return;
    expect(Object.keys(answer.seqs)).toEqual(['*', 'site-1']);
    const everything = await client.snapshot('*');
    expect(everything).toMatchObject({ epoch: answer.epoch, seq: answer.seqs['*'] });
    expect(everything.sites).toHaveLength(12);
    expect(everything.devices).toHaveLength(24);
    const one = await client.snapshot('site-1');
    expect(one.sites.map(({ id }) => id)).toEqual(['site-1']);
    expect(one.devices.map(({ id }) => id)).toEqual(['ups-1', 'scanner-1']);
  });

  test('frames of a room are numbered one by one from the answer on', async () => {
    using client = await openLive(monitor.url);
    const answer = await client.watch({ sites: ['site-1'], detail: 'summary' });
    for (const status of ['OL', 'OB', 'OL', 'OB', 'OL']) await publish('site-1', status);
    await client.frame(() => client.frames.length >= 3, 'three frames');
    const first = answer.ok ? (answer.seqs['site-1'] ?? 0) + 1 : 0;
    const numbers = client.frames.map((frame) => frame.seq);
    expect(numbers).toEqual(numbers.map((_, index) => first + index));
  });

  test('OB brings the change of power and the alarm, to the site and to everything alike', async () => {
    using client = await openLive(monitor.url);
    await client.watch({ sites: ['*', 'site-2'], detail: 'summary' });
    await publish('site-2', 'OL');
    await raise(client, 'site-2');
    for (const room of ['*', 'site-2']) {
      const isItsAlarm = (frame: Frame) =>
        frame.room === room && alarmIn(frame, 'site-2') !== undefined;
      await client.frame(isItsAlarm, `the alarm in ${room}`);
      // A second change of power within 15 ms waits, and the alarm may be first.
      const isItsPower = (frame: Frame) =>
        frame.room === room && frame.devices?.some(({ power }) => power === 'battery') === true;
      await client.frame(isItsPower, `the change of power in ${room}`);
      const frames = client.frames.filter((frame) => frame.room === room);
      const power = frames.flatMap((frame) => frame.devices ?? []).map((one) => one.power);
      expect(power).toContain('battery');
      expect(frames.flatMap((frame) => frame.sites ?? []).at(-1)).toMatchObject({
        id: 'site-2',
        power: 'battery',
      });
    }
  });

  test('summary carries the few metrics of the overview, full carries all', async () => {
    using summary = await openLive(monitor.url);
    using full = await openLive(monitor.url);
    await publish('site-3', 'OL');
    await summary.watch({ sites: ['site-3'], detail: 'summary' });
    await full.watch({ sites: ['site-3'], detail: 'full' });
    const brief = (await summary.snapshot('site-3')).devices[0]?.metrics ?? {};
    const whole = (await full.snapshot('site-3')).devices[0]?.metrics ?? {};
    expect(Object.keys(brief)).toEqual([
      'ups.status',
      'ups.load',
      'battery.charge',
      'battery.runtime',
    ]);
    expect(Object.keys(whole)).toEqual(
      expect.arrayContaining([...Object.keys(brief), 'input.voltage', 'output.current']),
    );
  });

  test('a second watch replaces the first', async () => {
    using client = await openLive(monitor.url);
    await client.watch({ sites: ['site-4'], detail: 'summary' });
    await client.watch({ sites: ['site-5'], detail: 'summary' });
    client.frames.length = 0;
    await publish('site-4', 'OB');
    await raise(client, 'site-5');
    expect(client.frames.map(({ room }) => room)).not.toContain('site-4');
  });
});

describe('coming back', () => {
  test('with the epoch and the last numbers, a client gets the frames that it missed', async () => {
    const before = await openLive(monitor.url);
    const answer = await before.watch({ sites: ['site-6'], detail: 'summary' });
    await publish('site-6', 'OL');
    const last = await before.frame((frame) => frame.devices !== undefined, 'a frame');
    before[Symbol.dispose]();
    using witness = await openLive(monitor.url);
    await witness.watch({ sites: ['site-6'], detail: 'summary' });
    await raise(witness, 'site-6');
    using after = await openLive(monitor.url);
    const epoch = answer.ok ? answer.epoch : '';
    const seqs = { 'site-6': last.seq };
    expect(await after.watch({ sites: ['site-6'], detail: 'summary', epoch, seqs })).toMatchObject({
      ok: true,
      resync: false,
    });
    const missed = await after.frame((frame) => alarmIn(frame, 'site-6') !== undefined, 'alarm');
    expect(after.frames.slice(0, missed.seq - last.seq).map((frame) => frame.seq)).toEqual(
      Array.from({ length: missed.seq - last.seq }, (_, index) => last.seq + 1 + index),
    );
    expect(after.snapshots).toEqual([]);
  });

  test.each([
    ['another epoch', { epoch: randomUUID(), seqs: { 'site-6': 0 } }],
    ['no numbers', {}],
    ['a number of the future', { seqs: { 'site-6': 1_000_000 } }],
    ['the number of another room', { seqs: { 'site-7': 0 } }],
  ])('with %s it gets a snapshot', async (_, claim) => {
    using client = await openLive(monitor.url);
    const first = await client.watch({ sites: ['site-6'], detail: 'summary' });
    await client.snapshot('site-6');
    client.snapshots.length = 0;
    const epoch = first.ok ? first.epoch : '';
    const again = { sites: ['site-6'], detail: 'summary', epoch, ...claim };
    expect(await client.watch(again)).toMatchObject({ ok: true, epoch, resync: true });
    await client.snapshot('site-6');
  });
});

describe('acknowledge', () => {
  test('is answered with the new version, and everybody sees who it was', async () => {
    using client = await openLive(monitor.url);
    using other = await openLive(monitor.url);
    await client.watch({ sites: ['site-8'], detail: 'summary' });
    await other.watch({ sites: ['*'], detail: 'summary' });
    const alarm = await raise(client, 'site-8');
    const answer = await client.acknowledge({ ...commandFor(alarm, 'Олена'), comment: 'їду' });
    expect(answer).toEqual({ ok: true, version: alarm.version + 1 });
    const seen = await other.frame(
      (frame) => alarmIn(frame, 'site-8')?.state === 'ACKED',
      'the acknowledgement',
    );
    expect(alarmIn(seen, 'site-8')).toMatchObject({ acknowledgedBy: 'Олена' });
  });

  test('the second person is told who was first, and when', async () => {
    using client = await openLive(monitor.url);
    await client.watch({ sites: ['site-9'], detail: 'summary' });
    const alarm = await raise(client, 'site-9');
    await client.acknowledge(commandFor(alarm, 'Олена'));
    expect(await client.acknowledge(commandFor(alarm, 'Тарас'))).toEqual({
      ok: false,
      code: 'SVT_ALREADY_ACKNOWLEDGED',
      by: 'Олена',
      at: expect.any(Number),
    });
  });

  test('the same command twice is one acknowledgement with one answer', async () => {
    using client = await openLive(monitor.url);
    await client.watch({ sites: ['site-10'], detail: 'summary' });
    const alarm = await raise(client, 'site-10');
    const command = commandFor(alarm, 'Олена');
    const [first, second] = await Promise.all([
      client.acknowledge(command),
      client.acknowledge(command),
    ]);
    expect(first).toEqual({ ok: true, version: alarm.version + 1 });
    expect(second).toEqual(first);
    const detail = await fetch(`${monitor.url}/api/v1/alarms/${alarm.id}`);
    const { transitions } = (await detail.json()) as { transitions: { reason: string }[] };
    expect(transitions.filter(({ reason }) => reason === 'acknowledged')).toHaveLength(1);
  });

  test('of an alarm that nobody knows, or of an older occurrence, is refused by its code', async () => {
    using client = await openLive(monitor.url);
    await client.watch({ sites: ['site-11'], detail: 'summary' });
    const alarm = await raise(client, 'site-11');
    const unknown = { ...commandFor(alarm, 'Олена'), alarmId: 'site-11.ups-1.NOTHING' };
    expect(await client.acknowledge(unknown)).toEqual({ ok: false, code: 'SVT_NOT_FOUND' });
    const older = { ...commandFor(alarm, 'Олена'), occurrence: alarm.occurrence + 1 };
    expect(await client.acknowledge(older)).toMatchObject({ code: 'SVT_ALARM_CHANGED' });
  });
});

describe('hostile input', () => {
  const long = 'x'.repeat(100_000);
  const pollution = JSON.parse('{"__proto__":1,"constructor":2}') as object;

  test.each([
    ['nothing', undefined, 'SVT_BAD_REQUEST'],
    ['null', null, 'SVT_BAD_REQUEST'],
    ['a number', 7, 'SVT_BAD_REQUEST'],
    ['no sites', { sites: [], detail: 'summary' }, 'SVT_BAD_REQUEST'],
    ['sites of a wrong type', { sites: [1], detail: 'summary' }, 'SVT_BAD_REQUEST'],
    ['an unknown detail', { sites: ['*'], detail: 'all' }, 'SVT_BAD_REQUEST'],
    ['an unknown key', { sites: ['*'], detail: 'full', admin: true }, 'SVT_BAD_REQUEST'],
    ['100 kB', { sites: [long], detail: 'summary' }, 'SVT_BAD_REQUEST'],
    ['a site that nobody knows', { sites: ['site-99'], detail: 'full' }, 'SVT_NOT_FOUND'],
    ['a key of every object', { sites: ['constructor'], detail: 'full' }, 'SVT_NOT_FOUND'],
    ['another such key', { sites: ['__proto__'], detail: 'full' }, 'SVT_BAD_REQUEST'],
  ])('watch with %s is refused', async (_, request, code) => {
    using client = await openLive(monitor.url);
    expect(await client.watch(request)).toEqual({ ok: false, code, message: expect.any(String) });
  });

  test.each([
    ['nothing', undefined],
    ['a list', []],
    ['100 kB', { comment: long }],
    ['numbers of a wrong type', { commandId: 'a', alarmId: 'b', occurrence: '1', version: {} }],
  ])('acknowledge with %s is refused', async (_, command) => {
    using client = await openLive(monitor.url);
    expect(await client.acknowledge(command)).toEqual({
      ok: false,
      code: 'SVT_BAD_REQUEST',
      message: expect.any(String),
    });
  });

  test('keys of every object among the numbers are nobody’s', async () => {
    using client = await openLive(monitor.url);
    const first = await client.watch({ sites: ['site-12'], detail: 'full' });
    const epoch = first.ok ? first.epoch : '';
    const again = { sites: ['site-12'], detail: 'full', epoch, seqs: pollution };
    expect(await client.watch(again)).toMatchObject({ ok: true, resync: true });
    expect(Object.hasOwn(Object.prototype, 'constructor')).toBe(true);
  });

  test('no acknowledgement, no argument, an unknown event, a broken packet: the feed goes on', async () => {
    using hostile = await openLive(monitor.url);
    hostile.socket.emit('watch', { sites: ['site-12'], detail: 'full' });
    await hostile.snapshot('site-12');
    hostile.socket.emit('watch', 'x');
    hostile.socket.emit('acknowledge');
    hostile.socket.emit('acknowledge', {}, 'not a function', null);
    hostile.socket.emit('__proto__', {});
    hostile.socket.emit('disconnect_all');
    expect(await hostile.socket.timeout(10_000).emitWithAck('watch')).toMatchObject({ ok: false });
    hostile.socket.io.engine.write('2/live,["watch"');
    hostile.socket.io.engine.write('51-/live,["watch",{"_placeholder":true,"num":9}]');
    using client = await openLive(monitor.url);
    expect(await client.watch({ sites: ['*'], detail: 'summary' })).toMatchObject({ ok: true });
    expect(monitor.output()).not.toContain('broken invariant');
  });

  test.each([
    ['websocket', 'http://elsewhere.example'],
    ['polling', 'http://elsewhere.example'],
    ['websocket', 'null'],
  ] as const)('a page of another origin is refused (%s, %s)', async (transport, origin) => {
    const socket = io(`${monitor.url}/live`, {
      transports: [transport],
      extraHeaders: { origin },
      reconnection: false,
      forceNew: true,
    });
    const outcome = await new Promise<string>((resolve) => {
      socket.once('connect', () => resolve('connected'));
      socket.once('connect_error', () => resolve('refused'));
    });
    socket.disconnect();
    expect(outcome).toBe('refused');
  });
});
