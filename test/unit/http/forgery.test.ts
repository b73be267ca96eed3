import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestServer } from '../../support/http-server.ts';
import { signedInAs } from '../../support/signed-in.ts';

const { server, access, commands } = createTestServer();
const OWN = { host: 'svitlo.example', origin: 'https://svitlo.example' };

afterAll(() => server.close());

beforeEach(() => {
  access.signedIn = signedInAs('technician');
  access.access.isCsrf = (_credential, given) => given === 'the-token';
});

/** What an acknowledgement answers; a refused one never reaches the desk. */
async function acknowledge(headers: Record<string, string>, remoteAddress = '127.0.0.1') {
  const before = commands.given.length;
  const answer = await server.inject({
    method: 'POST',
    url: '/api/v1/alarms/site-1.ups-1.UPS_ON_BATTERY/acknowledge',
    headers: { host: 'localhost', ...headers },
    payload: { commandId: crypto.randomUUID(), occurrence: 1, version: 1 },
    remoteAddress,
  });
  expect(commands.given.length - before).toBe(answer.statusCode === 200 ? 1 : 0);
  const { params } = answer.json() as { params?: { reason?: string } };
  return [answer.statusCode, params?.reason].filter((one) => one !== undefined).join(' ');
}

const TOKEN = { 'x-svitlo-csrf': 'the-token' };

describe('who is signed in by a cookie', () => {
  test('must show the token of the session', async () => {
    expect(await acknowledge({})).toBe('403 csrf');
    expect(await acknowledge({ 'x-svitlo-csrf': 'another' })).toBe('403 csrf');
    expect(await acknowledge(TOKEN)).toBe('200');
  });

  test('must come from a page of ours all the same', async () => {
    for (const foreign of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://localhost:3000' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      expect(await acknowledge({ ...TOKEN, ...foreign }), JSON.stringify(foreign)).toBe(
        '403 other_origin',
      );
    }
    expect(await acknowledge({ ...TOKEN, origin: 'http://localhost' })).toBe('200');
  });

  test('asks without a token where nothing changes', async () => {
    const headers = { host: 'localhost', 'sec-fetch-site': 'cross-site' };
    expect((await server.inject({ url: '/api/v1/sites', headers })).statusCode).toBe(200);
  });
});

test('a token for scripts needs no other', async () => {
  access.signedIn = signedInAs('technician', { kind: 'token' });
  expect(await acknowledge({ authorization: 'Bearer abc' })).toBe('200');
  expect(await acknowledge({ origin: 'https://evil.example' })).toBe('403 other_origin');
});

test('whoever is at the machine needs no token, and no page but ours may send', async () => {
  access.signedIn = undefined;
  expect(await acknowledge({})).toBe('200');
  expect(await acknowledge({ 'sec-fetch-site': 'cross-site' })).toBe('403 other_origin');
});

describe('in the clear', () => {
  test('nothing is answered beyond this machine but that it lives', async () => {
    expect(await acknowledge({ ...TOKEN, host: OWN.host }, '10.0.0.7')).toBe('403 not_secure');
    for (const [url, status] of [
      ['/', 403],
      ['/api/v1/sites', 403],
      ['/healthz', 200],
      ['/readyz', 200],
    ] as const) {
      const answer = await server.inject({ url, remoteAddress: '10.0.0.7' });
      expect(answer.statusCode, url).toBe(status);
    }
  });

  test('a proxy that is not named cannot say otherwise', async () => {
    const headers = { ...TOKEN, ...OWN, 'x-forwarded-proto': 'https' };
    expect(await acknowledge(headers, '10.0.0.7')).toBe('403 other_origin');
  });
});

test('a session is used by what it asks, and not by what is refused', async () => {
  const used: string[] = [];
  access.access.used = (session) => used.push(session);
  await acknowledge({});
  await acknowledge({ ...TOKEN, origin: 'https://evil.example' });
  expect(used).toEqual([]);
  await acknowledge(TOKEN);
  await server.inject({ url: '/api/v1/sites', headers: { host: 'localhost' } });
  expect(used).toEqual(['session-of-technician', 'session-of-technician']);
});
