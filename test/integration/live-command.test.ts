import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLive } from '../../src/adapters/live/server.ts';
import { alarmChange } from '../support/alarm-change.ts';
import { fakeAccess } from '../support/fake-access.ts';
import { FakeClock, recordingLog } from '../support/fake-ports.ts';
import { FakeCommands, FakeQueries } from '../support/fake-queries.ts';
import { incidentOf } from '../support/incident.ts';
import { type LiveClient, openLive } from '../support/live-client.ts';
import { START } from '../support/sample.ts';

let http: Server;
let live: ReturnType<typeof createLive>;
let commands: FakeCommands;
let known: FakeQueries;
let messages: string[];
let client: LiveClient;

beforeEach(async () => {
  http = createServer();
  const clock = new FakeClock(START);
  const recording = recordingLog();
  commands = new FakeCommands();
  known = new FakeQueries();
  messages = recording.messages;
  const queries = known.queries(clock);
  const access = fakeAccess(queries, commands);
  live = createLive({
    http,
    queries,
    clock,
    log: recording.log,
    access: access.access,
    credentialOf: () => ({ isLocal: true }),
    serviceOf: access.serviceOf,
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  client = await openLive(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
});

afterEach(async () => {
  client[Symbol.dispose]();
  await live.close();
  await new Promise((resolve) => http.close(resolve));
});

const seen = { commandId: 'c-1', occurrence: 3, version: 7, actor: 'Олена' };
const alarmId = 'krakivets.ups-1.UPS_ON_BATTERY';

describe('a command', () => {
  test.each([
    ['acknowledge', { comment: 'їду' }],
    ['reset', {}],
    ['unshelve', {}],
    ['return', {}],
    ['shelve', { until: '2026-11-24T13:00:00Z', reason: 'заміна батареї' }],
    ['out-of-service', { reason: 'ремонт', workOrder: 'WO-17' }],
  ])('%s on an alarm reaches the desk in the name that it carries', async (type, more) => {
    const answer = await client.ask('alarmCommand', { type, alarmId, ...seen, ...more });
    expect(answer).toEqual({ ok: true, version: 2 });
    const { actor: name, ...rest } = seen;
    expect(commands.given).toEqual([
      { command: { type, alarmId, ...rest, ...more }, actor: { name, isVerified: false } },
    ]);
  });

  test('acknowledge has an event of its own', async () => {
    expect(await client.acknowledge({ alarmId, ...seen })).toEqual({ ok: true, version: 2 });
    expect(commands.given).toMatchObject([{ command: { type: 'acknowledge', alarmId } }]);
  });

  test('on an incident takes it, or notes what a person saw', async () => {
    const incident = { incidentId: 'i-1', commandId: 'c-1' };
    const note = { type: 'note', ...incident, text: 'ДГУ', evidence: 'generator_connected' };
    await client.ask('incidentCommand', { type: 'take', ...incident, revision: 4 });
    await client.ask('incidentCommand', { ...note, site: 'krakivets' });
    expect(commands.given.map(({ command }) => command)).toEqual([
      { type: 'take', ...incident, revision: 4 },
      { ...note, site: 'krakivets' },
    ]);
  });

  test('that is refused says who was first, and when', async () => {
    const refusal = { ok: false, code: 'SVT_ALREADY_TAKEN', by: 'Тарас', at: START } as const;
    commands.answer = refusal;
    const take = { type: 'take', incidentId: 'i-1', commandId: 'c-1', revision: 4 };
    expect(await client.ask('incidentCommand', take)).toEqual(refusal);
  });

  test.each([
    ['alarmCommand', undefined],
    ['alarmCommand', { type: 'silence', alarmId, ...seen }],
    ['alarmCommand', { type: 'shelve', alarmId, ...seen }],
    ['alarmCommand', { type: '__proto__', alarmId, ...seen }],
    ['incidentCommand', null],
    ['incidentCommand', { type: 'take', incidentId: 'i-1' }],
  ])('%s with %j is refused, and never reaches the desk', async (event, request) => {
    expect(await client.ask(event, request)).toEqual({
      ok: false,
      code: 'SVT_BAD_REQUEST',
      message: expect.any(String),
    });
    expect(commands.given).toEqual([]);
  });

  test('that fails tells nothing of the inside, and the log all', async () => {
    commands.failure = new Error('secret');
    const answer = await client.ask('alarmCommand', { type: 'reset', alarmId, ...seen });
    expect(answer).toEqual({ ok: false, code: 'SVT_INTERNAL' });
    expect(messages).toContain('live: a command failed');
  });
});

test('a watcher is shown open incidents, and told of every step of theirs', async () => {
  known.incidents.push(incidentOf());
  known.alarms.set(alarmId, alarmChange(1).alarm);
  await client.watch({ sites: ['krakivets'], detail: 'summary' });
  expect((await client.snapshot('krakivets')).incidents).toMatchObject([{ id: 'i-1' }]);
  live.feed.incidentsChanged([incidentOf({ state: 'taken', takenBy: 'Олена', revision: 2 })]);
  live.feed.incidentsChanged([incidentOf({ state: 'resolved', revision: 3 })]);
  await client.frame(
    ({ incidents = [] }) => incidents.some(({ state }) => state === 'resolved'),
    'the resolved incident',
  );
  const told = client.frames.flatMap(({ incidents = [] }) => incidents);
  expect(told.map(({ state }) => state)).toEqual(['taken', 'resolved']);
});
