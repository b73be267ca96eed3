import { afterEach, describe, expect, test } from 'vitest';
import { errorBodySchema } from '../../../src/contract/http.ts';
import { SvitloError } from '../../../src/errors.ts';
import type { Trends } from '../../../src/ports.ts';
import { alarmChange } from '../../support/alarm-change.ts';
import { createTestServer } from '../../support/http-server.ts';

const opened: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

function open(...given: Parameters<typeof createTestServer>) {
  const made = createTestServer(...given);
  opened.push(made.server);
  return made;
}

function failing(error: Error): Trends {
  return {
    trend: async () => {
      throw error;
    },
  };
}

const SERIES = '/api/v1/devices/krakivets/ups-1/series';

test('a failure of a dependency keeps its code, with the status that fits', async () => {
  const trends = failing(new SvitloError('SVT_STORE_UNREACHABLE', 'away'));
  const answer = await open({ trends }).server.inject(`${SERIES}?metric=battery.charge`);
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toEqual({ code: 'SVT_STORE_UNREACHABLE', message: 'away', params: {} });
});

test('an unforeseen fault is logged, and tells the client nothing of the inside', async () => {
  const { server, messages } = open({ trends: failing(new Error('secret at /etc/x')) });
  const answer = await server.inject(`${SERIES}?metric=battery.charge`);
  expect(answer.statusCode).toBe(500);
  expect(errorBodySchema.parse(answer.json()).code).toBe('SVT_INTERNAL');
  expect(answer.body).not.toContain('secret');
  expect(messages).toContain('http: internal fault');
});

describe('what the framework itself refuses has the same shape', () => {
  test.each([
    ['a path that is no text', 'GET', '/api/v1/devices/%ZZ/x', undefined, undefined],
    ['a body that is no JSON', 'POST', '/api/v1/alarms/a/acknowledge', 'application/json', '{'],
    ['a body of another type', 'POST', '/api/v1/alarms/a/acknowledge', 'text/xml', '<a/>'],
    [
      'a poisoned body',
      'POST',
      '/api/v1/alarms/a/acknowledge',
      'application/json',
      '{"__proto__":{"a":1}}',
    ],
    [
      'an identifier without end',
      'GET',
      `/api/v1/alarms/${'x'.repeat(1000)}`,
      undefined,
      undefined,
    ],
  ] as const)('%s', async (_, method, url, type, payload) => {
    const answer = await open().server.inject({
      method,
      url,
      ...(type === undefined ? {} : { headers: { 'content-type': type }, payload }),
    });
    expect(answer.statusCode).toBe(400);
    expect(errorBodySchema.parse(answer.json()).code).toBe('SVT_BAD_REQUEST');
  });
});

test('a body beyond the limit is refused by its own code', async () => {
  const { server } = open();
  const send = (length: number) =>
    server.inject({
      method: 'POST',
      url: '/api/v1/alarms/a/acknowledge',
      headers: { 'content-type': 'application/json' },
      payload: `"${'x'.repeat(length)}"`,
    });
  expect((await send(65_000)).json()).toMatchObject({ code: 'SVT_BAD_REQUEST' });
  const answer = await send(65_536);
  expect(answer.statusCode).toBe(413);
  expect(answer.json()).toMatchObject({
    code: 'SVT_TOO_LARGE',
    message: 'expected a body of at most 65536 bytes',
  });
});

test('readiness is 503 while a dependency is away, with the same shape', async () => {
  const base = open();
  const queries = {
    ...base.queries,
    readiness: () => ({ mqtt: { isReady: false, state: 'connecting' } }) as const,
  };
  const answer = await open({ queries }).server.inject('/readyz');
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toEqual({
    isReady: false,
    dependencies: { mqtt: { isReady: false, state: 'connecting' } },
  });
});

test('an alarm of the longest names is found by its identifier', async () => {
  const { server, known } = open();
  const id = `${'s'.repeat(63)}.${'d'.repeat(63)}.UPS_ON_BATTERY`;
  known.alarms.set(id, { ...alarmChange(1).alarm, id });
  const answer = await server.inject(`/api/v1/alarms/${id}`);
  expect(answer.statusCode).toBe(200);
});
