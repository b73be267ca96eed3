import { afterEach, describe, expect, test } from 'vitest';
import { errorBodySchema } from '../../../src/contract/http.ts';
import { createTestServer } from '../../support/http-server.ts';
import { START } from '../../support/sample.ts';

const opened: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

function open() {
  const made = createTestServer();
  opened.push(made.server);
  const send = async (method: 'POST' | 'PUT' | 'DELETE', path: string, payload?: object) => {
    const url = `/api/v1${path}`;
    const answer = await made.server.inject({
      method,
      url,
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: answer.statusCode, body: answer.json() as unknown };
  };
  return { ...made, send };
}

const ALARM = '/alarms/krakivets.ups-1.UPS_ON_BATTERY';
const seen = { commandId: 'c-1', occurrence: 3, version: 7 };

describe('a command on an alarm', () => {
  test.each([
    ['acknowledge', { comment: 'on my way' }],
    ['unshelve', {}],
    ['reset', {}],
    ['return', {}],
    ['shelve', { until: '2026-11-24T13:00:00Z', reason: 'battery swap' }],
    ['out-of-service', { reason: 'rectifier away', workOrder: 'WO-17' }],
  ])('%s reaches the desk with what the person saw', async (type, more) => {
    const { send, commands } = open();
    const answer = await send('POST', `${ALARM}/${type}`, { ...seen, ...more, actor: 'Olena' });
    expect(answer).toEqual({ status: 200, body: { ok: true, version: 2 } });
    expect(commands.given).toEqual([
      {
        command: { type, alarmId: 'krakivets.ups-1.UPS_ON_BATTERY', ...seen, ...more },
        actor: { name: 'Olena', isVerified: false },
      },
    ]);
  });

  test.each([
    ['acknowledge', {}],
    ['acknowledge', { ...seen, occurrence: 0 }],
    ['acknowledge', { ...seen, version: '7' }],
    ['acknowledge', { ...seen, comment: 'x'.repeat(1001) }],
    ['reset', { ...seen, reason: 'a key that it does not know' }],
    ['shelve', seen],
    ['shelve', { ...seen, until: 'tomorrow', reason: 'x' }],
    ['shelve', { ...seen, until: '2026-11-24T13:00:00', reason: 'no zone' }],
    ['shelve', { ...seen, until: '2026-11-24T13:00:00Z', reason: '  ' }],
    ['out-of-service', { ...seen, reason: 'no work order' }],
  ])('%s %j is refused, and never reaches the desk', async (type, payload) => {
    const { send, commands } = open();
    const { status, body } = await send('POST', `${ALARM}/${type}`, payload);
    expect(status).toBe(400);
    expect(errorBodySchema.parse(body).code).toBe('SVT_BAD_REQUEST');
    expect(commands.given).toEqual([]);
  });

  test('somebody was first: 409 says who and when', async () => {
    const { send, commands } = open();
    commands.answer = { ok: false, code: 'SVT_ALREADY_ACKNOWLEDGED', by: 'Taras', at: START };
    expect(await send('POST', `${ALARM}/acknowledge`, seen)).toEqual({
      status: 409,
      body: {
        code: 'SVT_ALREADY_ACKNOWLEDGED',
        message: expect.any(String),
        params: { by: 'Taras', at: '2026-11-24T12:00:00.000Z' },
      },
    });
  });

  test('shelved for too long: 409 says for how long it may be', async () => {
    const { send, commands } = open();
    commands.answer = { ok: false, code: 'SVT_SHELVE_TOO_LONG', longestSeconds: 3600 };
    const shelve = { ...seen, until: '2026-11-26T12:00:00Z', reason: 'later' };
    expect(await send('POST', `${ALARM}/shelve`, shelve)).toMatchObject({
      status: 409,
      body: { code: 'SVT_SHELVE_TOO_LONG', params: { longestSeconds: 3600 } },
    });
  });

  test.each([
    ['SVT_NOT_FOUND', 404],
    ['SVT_NOT_ACTIVE', 409],
    ['SVT_ALARM_CHANGED', 409],
    ['SVT_ACKNOWLEDGE_FIRST', 409],
    ['SVT_NOT_LATCHED', 409],
    ['SVT_NOT_SHELVED', 409],
    ['SVT_ALREADY_OUT_OF_SERVICE', 409],
    ['SVT_NOT_OUT_OF_SERVICE', 409],
    ['SVT_NOT_SHELVABLE', 409],
    ['SVT_SHELVE_TOO_SHORT', 409],
    ['SVT_JOURNAL_FAILED', 503],
    ['SVT_OF_A_NEWER_DESK', 500],
  ])('%s is answered with %d', async (code, status) => {
    const { send, commands } = open();
    commands.answer = { ok: false, code };
    const answer = await send('POST', `${ALARM}/reset`, seen);
    expect(answer).toMatchObject({ status, body: { code, params: {} } });
  });

  test('without a name it is given by nobody known', async () => {
    const { send, commands } = open();
    await send('POST', `${ALARM}/acknowledge`, seen);
    expect(commands.given[0]?.actor).toEqual({ name: 'unknown', isVerified: false });
  });
});

describe('a command on an incident', () => {
  test('acknowledge takes it', async () => {
    const { send, commands } = open();
    const take = { commandId: 'c-1', revision: 4, actor: 'Olena' };
    expect((await send('POST', '/incidents/i-1/acknowledge', take)).status).toBe(200);
    expect(commands.given).toMatchObject([
      { command: { type: 'take', incidentId: 'i-1', revision: 4 }, actor: { name: 'Olena' } },
    ]);
  });

  test('a note carries its evidence and since when it is true', async () => {
    const { send, commands } = open();
    const note = {
      commandId: 'c-2',
      text: 'mobile generator connected',
      site: 'krakivets',
      evidence: 'generator_connected',
      at: '2026-11-24T11:40:00Z',
    };
    expect((await send('POST', '/incidents/i-1/note', note)).status).toBe(200);
    expect(commands.given[0]?.command).toEqual({ type: 'note', incidentId: 'i-1', ...note });
  });

  test.each([
    ['acknowledge', { commandId: 'c-1' }],
    ['note', { commandId: 'c-1', text: ' ' }],
    ['note', { commandId: 'c-1', text: 'x', evidence: 'a feeling' }],
  ])('%s %j is refused', async (type, payload) => {
    const { send, commands } = open();
    expect((await send('POST', `/incidents/i-1/${type}`, payload)).status).toBe(400);
    expect(commands.given).toEqual([]);
  });

  test.each(['SVT_ALREADY_TAKEN', 'SVT_INCIDENT_CHANGED', 'SVT_ALREADY_RESOLVED'])(
    '%s is a 409',
    async (code) => {
      const { send, commands } = open();
      commands.answer = { ok: false, code, by: 'Taras', at: START };
      const take = { commandId: 'c-1', revision: 4 };
      expect(await send('POST', '/incidents/i-1/acknowledge', take)).toMatchObject({
        status: 409,
        body: { code, params: { by: 'Taras' } },
      });
    },
  );
});

describe('the schedule', () => {
  const day = { date: '2026-11-25', queue: '3.1', slots: [{ from: '07:00', to: '13:00' }] };

  test('takes a day of a queue, and gives it up again', async () => {
    const { send, commands } = open();
    const entered = await send('PUT', '/schedule/days', { days: [day], actor: 'Olena' });
    expect(entered).toEqual({ status: 200, body: { ok: true } });
    expect((await send('DELETE', '/schedule/days?date=2026-11-25&queue=3.1')).status).toBe(200);
    expect(commands.given.map(({ command }) => command)).toEqual([
      { type: 'enter-days', days: [day] },
      { type: 'remove-day', day: { date: '2026-11-25', queue: '3.1' } },
    ]);
  });

  test('takes an emergency, and gives it up again', async () => {
    const { send, commands } = open();
    const emergency = { type: 'emergency', regions: ['lviv'], from: '2026-11-24T12:10:00Z' };
    await send('POST', '/schedule/emergencies', { ...emergency, actor: 'Olena' });
    const query = 'type=emergency&from=2026-11-24T12:10:00Z';
    expect((await send('DELETE', `/schedule/emergencies?${query}`)).status).toBe(200);
    expect(commands.given.map(({ command }) => command)).toEqual([
      { type: 'declare-emergency', emergency },
      { type: 'remove-emergency', emergency: { type: 'emergency', from: '2026-11-24T12:10:00Z' } },
    ]);
  });

  test('gives up an emergency of these places alone', async () => {
    const { send, commands } = open();
    const query = 'type=emergency&from=2026-11-24T12:10:00Z&regions=lviv,odesa&sites=krakivets';
    expect((await send('DELETE', `/schedule/emergencies?${query}`)).status).toBe(200);
    expect(commands.given[0]?.command).toMatchObject({
      emergency: { regions: ['lviv', 'odesa'], sites: ['krakivets'] },
    });
  });

  test.each([
    ['PUT', '/schedule/days', { days: [] }],
    ['PUT', '/schedule/days', { days: [{ ...day, queue: '7.1' }] }],
    ['PUT', '/schedule/days', { days: [{ ...day, slots: [{ from: '13:00', to: '07:00' }] }] }],
    ['PUT', '/schedule/days', { days: [{ ...day, date: '2026-02-30' }] }],
    ['POST', '/schedule/emergencies', { type: 'announced', from: '2026-11-24T12:10:00Z' }],
    ['DELETE', '/schedule/days?queue=3.1', undefined],
  ] as const)('%s %s %j is refused', async (method, path, payload) => {
    const { send, commands } = open();
    expect((await send(method, path, payload)).status).toBe(400);
    expect(commands.given).toEqual([]);
  });

  test('an entry that is not there is not found', async () => {
    const { send, commands } = open();
    commands.scheduleAnswer = { ok: false, code: 'SVT_NOT_FOUND' };
    const { status } = await send('DELETE', '/schedule/days?date=2026-11-25&queue=3.1');
    expect(status).toBe(404);
  });
});
