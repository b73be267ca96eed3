import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { AccessRefusal, SignedIn } from '../../../src/access-port.ts';
import type { SessionView } from '../../../src/contract/access.ts';
import { ERROR_STATUS, SvitloError } from '../../../src/errors.ts';
import { createTestServer } from '../../support/http-server.ts';
import { START } from '../../support/sample.ts';
import { signedInAs } from '../../support/signed-in.ts';

const { server, access } = createTestServer();

afterAll(() => server.close());

const HOST = 'localhost:8080';
const IN: SignedIn = { ok: true, session: 'a-session', device: 'a-device', expiresAt: START };
const VIEW: SessionView = {
  mode: 'accounts',
  isDemo: false,
  csrf: 'a-token',
  expiresAt: START,
  ways: { password: true, passkey: true },
};
const PASSWORD = 'correct horse battery staple';
const TOKEN = 'a-token-of-a-one-time-link';

beforeEach(() => {
  access.asked.length = 0;
  access.answers = { 'access.view': VIEW };
  access.signedIn = undefined;
});

function send(method: 'GET' | 'POST' | 'DELETE', url: string, more: InjectOptions = {}) {
  const { headers, ...rest } = more;
  return server.inject({ method, url, ...rest, headers: { host: HOST, ...headers } });
}

/** The cookies that an answer sets, each with its attributes. */
function cookiesOf(answer: LightMyRequestResponse): Record<string, string> {
  const lines = [answer.headers['set-cookie'] ?? []].flat();
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line]));
}

/** Every way in, with a body, and what the sign-in is asked. */
const WAYS = [
  ['/api/v1/session', 'signIn.byPassword', { name: 'olena', password: 'short', code: '123456' }],
  ['/api/v1/session/passkey', 'signIn.byPasskey', { ceremony: 'one', response: { id: 'AAEC' } }],
  ['/api/v1/setup', 'signIn.bySetup', { token: TOKEN, name: 'olena', password: PASSWORD }],
  ['/api/v1/link', 'signIn.byLink', { token: TOKEN, password: PASSWORD }],
] as const;

describe.each(WAYS)('POST %s', (url, call, payload) => {
  test('asks with what was given, and from where', async () => {
    access.answers[call] = IN;
    const cookie = '__Host-svitlo=old; __Host-svitlo-device=known';
    await send('POST', url, { payload, headers: { cookie, 'user-agent': 'Firefox' } });
    const place = { address: '127.0.0.1', agent: 'Firefox', device: 'known', session: 'old' };
    expect(access.asked).toContainEqual({ call, given: [payload, place] });
  });

  test('lets in with cookies that no script reads and no other site sends', async () => {
    access.answers[call] = IN;
    const answer = await send('POST', url, { payload });
    expect(answer.statusCode).toBe(200);
    const cookies = cookiesOf(answer);
    expect(Object.keys(cookies)).toEqual(['__Host-svitlo', '__Host-svitlo-device']);
    expect(cookies['__Host-svitlo']).toBe(
      `__Host-svitlo=a-session; Path=/; Expires=${new Date(START).toUTCString()}; HttpOnly; Secure; SameSite=Strict`,
    );
    expect(cookies['__Host-svitlo-device']).toBe(
      '__Host-svitlo-device=a-device; Max-Age=31536000; Path=/; HttpOnly; Secure; SameSite=Strict',
    );
  });

  test('answers with the session that is new, not with the one before', async () => {
    access.answers[call] = IN;
    const answer = await send('POST', url, { payload, headers: { cookie: '__Host-svitlo=old' } });
    expect(answer.json()).toEqual({ ...VIEW, expiresAt: new Date(START).toISOString() });
    expect(access.asked.at(-1)).toEqual({
      call: 'access.view',
      given: [{ session: 'a-session', isLocal: true }],
    });
  });

  test('refuses without cookies, in the same words whatever the reason', async () => {
    access.answers[call] = { ok: false, code: 'SVT_SIGN_IN_REFUSED', message: 'no such account' };
    const one = await send('POST', url, { payload });
    access.answers[call] = { ok: false, code: 'SVT_SIGN_IN_REFUSED' };
    const other = await send('POST', url, { payload });
    expect([one.statusCode, one.body]).toEqual([401, other.body]);
    expect(one.body).not.toContain('no such account');
    expect(one.headers['set-cookie']).toBeUndefined();
  });

  test.each<AccessRefusal['code']>([
    'SVT_CODE_NEEDED',
    'SVT_PASSWORD_WEAK',
    'SVT_LINK_SPENT',
    'SVT_NAME_TAKEN',
    'SVT_FORBIDDEN',
  ])('gives %s its status', async (code) => {
    access.answers[call] = { ok: false, code };
    const answer = await send('POST', url, { payload });
    expect(answer.statusCode).toBe(ERROR_STATUS[code]);
    expect(answer.json()).toEqual({ code, message: expect.any(String), params: {} });
  });

  test('says when to come again', async () => {
    access.answers[call] = { ok: false, code: 'SVT_TOO_MANY_ATTEMPTS', retryAfterSeconds: 2.5 };
    const answer = await send('POST', url, { payload });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '3']);
    expect(answer.json()).toMatchObject({
      code: 'SVT_TOO_MANY_ATTEMPTS',
      params: { retryAfterSeconds: 2.5 },
    });
  });

  test('takes nothing that does not belong to it', async () => {
    const answer = await send('POST', url, { payload: { ...payload, role: 'administrator' } });
    expect([answer.statusCode, access.asked]).toEqual([400, []]);
  });
});

describe('a new password', () => {
  test.each([
    ['/api/v1/setup', { token: TOKEN, name: 'olena', password: 'elevenchars' }],
    ['/api/v1/link', { token: TOKEN, password: 'x'.repeat(129) }],
  ])('of a wrong length is refused before it is hashed: %s', async (url, payload) => {
    const answer = await send('POST', url, { payload });
    expect([answer.statusCode, access.asked]).toEqual([400, []]);
  });
});

describe('GET /api/v1/session', () => {
  test('tells anybody how to sign in, and a person who that is', async () => {
    const headers = { cookie: '__Host-svitlo=mine', authorization: 'Bearer key' };
    const answer = await send('GET', '/api/v1/session', { headers });
    expect(answer.json()).toMatchObject({ mode: 'accounts', csrf: 'a-token' });
    expect(access.asked).toEqual([
      { call: 'access.view', given: [{ session: 'mine', bearer: 'key', isLocal: true }] },
    ]);
  });

  test('knows no session by a name that a page in the clear could set', async () => {
    await send('GET', '/api/v1/session', { headers: { cookie: 'svitlo=planted' } });
    expect(access.asked[0]?.given).toEqual([
      { session: undefined, bearer: undefined, isLocal: true },
    ]);
  });
});

describe('DELETE /api/v1/session', () => {
  test('lets a wall screen keep a token, in a cookie that no script reads', async () => {
    access.answers['signIn.byKiosk'] = { ok: true };
    const answer = await send('POST', '/api/v1/session/kiosk', { payload: { token: TOKEN } });
    expect(answer.statusCode).toBe(200);
    expect(cookiesOf(answer)['__Host-svitlo-kiosk']).toMatch(
      new RegExp(`^__Host-svitlo-kiosk=${TOKEN}; .*HttpOnly; Secure; SameSite=Strict`),
    );
    access.answers['signIn.byKiosk'] = { ok: false, code: 'SVT_FORBIDDEN' };
    const refused = await send('POST', '/api/v1/session/kiosk', { payload: { token: TOKEN } });
    expect([refused.statusCode, cookiesOf(refused)]).toEqual([403, {}]);
  });

  test('ends the session, and takes its cookie back', async () => {
    access.signedIn = signedInAs('technician', { name: 'olena' });
    const headers = { cookie: '__Host-svitlo=mine' };
    const answer = await send('DELETE', '/api/v1/session', { headers });
    expect([answer.statusCode, answer.json()]).toEqual([200, { ok: true }]);
    expect(access.asked).toEqual([{ call: 'signIn.signOut', given: ['mine'] }]);
    const cookies = cookiesOf(answer);
    expect(Object.keys(cookies)).toEqual(['__Host-svitlo', '__Host-svitlo-kiosk']);
    expect(cookies['__Host-svitlo']).toMatch(
      /^__Host-svitlo=; .*Path=\/; Expires=Thu, 01 Jan 1970 .*Secure/,
    );
  });

  test('lets somebody go whose session may only look', async () => {
    access.signedIn = { ...signedInAs('technician', { name: 'olena' }), isReadOnly: true };
    const headers = { cookie: '__Host-svitlo=mine' };
    expect((await send('DELETE', '/api/v1/session', { headers })).statusCode).toBe(200);
    expect(access.asked).toEqual([{ call: 'signIn.signOut', given: ['mine'] }]);
  });
});

describe('POST /api/v1/session/passkey/options', () => {
  const url = '/api/v1/session/passkey/options';

  test('begins a ceremony of the page that asks', async () => {
    const begun = { ceremony: 'one', options: { challenge: 'AAEC' } };
    access.answers['signIn.passkeyOptions'] = begun;
    expect((await send('POST', url)).json()).toEqual(begun);
    expect(access.asked).toEqual([
      { call: 'signIn.passkeyOptions', given: ['http://localhost:8080'] },
    ]);
  });

  test('or of the page as the world knows it', async () => {
    const { settings } = createTestServer();
    const published = createTestServer({
      settings: { ...settings, publicUrl: 'https://svitlo.example/' },
    });
    await published.server.inject({ method: 'POST', url, headers: { host: HOST } });
    expect(published.access.asked[0]?.given).toEqual(['https://svitlo.example']);
    await published.server.close();
  });

  test('refuses a page that was opened by an address', async () => {
    access.answers['signIn.passkeyOptions'] = new SvitloError('SVT_BAD_REQUEST', 'by a name');
    const answer = await send('POST', url);
    expect([answer.statusCode, answer.json()]).toEqual([
      400,
      { code: 'SVT_BAD_REQUEST', message: 'by a name', params: {} },
    ]);
  });
});
