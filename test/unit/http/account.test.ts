import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { AccountView } from '../../../src/contract/access.ts';
import { errorBodySchema } from '../../../src/contract/http.ts';
import { createTestServer } from '../../support/http-server.ts';
import { START } from '../../support/sample.ts';
import { signedInAs } from '../../support/signed-in.ts';

const { server, access } = createTestServer();

afterAll(() => server.close());

const OLENA = signedInAs('technician', { name: 'olena' });
const PASSWORD = 'correct horse battery staple';
const CREATED = { id: 'AAEC', type: 'public-key' };
/** Of the longest identifier that WebAuthn allows: 1023 bytes. */
const LONG_ID = 'A'.repeat(1364);

beforeEach(() => {
  access.asked.length = 0;
  access.answers = {};
  access.signedIn = OLENA;
});

/** Each call, what of the account it asks, with what, what that answers, and what is told. */
const CALLS = [
  {
    call: ['POST', '/account/password', { current: 'old', password: PASSWORD }],
    asks: ['changePassword', { current: 'old', password: PASSWORD }],
    tells: { ok: true },
  },
  {
    call: ['POST', '/account/totp', {}],
    asks: ['beginTotp'],
    answer: { secret: 'JBSW', uri: 'otpauth://totp/x' },
    tells: { secret: 'JBSW', uri: 'otpauth://totp/x' },
  },
  {
    call: ['POST', '/account/totp/confirm', { code: '123456' }],
    asks: ['confirmTotp', '123456'],
    answer: { recoveryCodes: ['one', 'two'] },
    tells: { recoveryCodes: ['one', 'two'] },
  },
  {
    call: ['POST', '/account/totp/remove', { password: 'old' }],
    asks: ['removeTotp', 'old'],
    tells: { ok: true },
  },
  {
    call: ['POST', '/account/passkeys/options', {}],
    asks: ['passkeyOptions', 'http://localhost:8080'],
    answer: { ceremony: 'one', options: { rp: {} } },
    tells: { ceremony: 'one', options: { rp: {} } },
  },
  {
    call: ['POST', '/account/passkeys', { ceremony: 'one', label: ' Phone ', response: CREATED }],
    asks: ['addPasskey', { ceremony: 'one', label: 'Phone', response: CREATED }],
    tells: { ok: true },
  },
  {
    call: ['DELETE', `/account/passkeys/${LONG_ID}`, undefined],
    asks: ['removePasskey', LONG_ID],
    tells: { ok: true },
  },
  {
    call: ['DELETE', '/account/sessions/abc', undefined],
    asks: ['revokeSession', 'abc'],
    tells: { ok: true },
  },
] as const;

type Row = (typeof CALLS)[number] & { answer?: object };

const named = CALLS.map((row): [string, Row] => [row.call.slice(0, 2).join(' ').slice(0, 40), row]);

function ask({ call: [method, url, payload] }: Row) {
  return server.inject({
    method,
    url: `/api/v1${url}`,
    headers: { host: 'localhost:8080' },
    ...(payload === undefined ? {} : { payload }),
  });
}

describe.each(named)('%s', (_name, row) => {
  const [member, ...given] = row.asks;
  const call = `own.${member}`;

  test('asks for the person, and tells what was answered', async () => {
    access.answers[call] = { ok: true, inner: 'kept', ...row.answer };
    const answer = await ask(row);
    expect([answer.statusCode, answer.json()]).toEqual([200, row.tells]);
    expect(access.asked).toEqual([{ call, given: [OLENA, ...given] }]);
  });

  test('gives a refusal the status of its code', async () => {
    access.answers[call] = { ok: false, code: 'SVT_NOT_FOUND' };
    const answer = await ask(row);
    expect([answer.statusCode, answer.json()]).toMatchObject([404, { code: 'SVT_NOT_FOUND' }]);
  });

  test.each([
    ['a token', { ...OLENA, kind: 'token' as const }, 'no_account'],
    ['whoever sits here while there are no accounts', undefined, 'no_account'],
    ['a session that may only look', { ...OLENA, isReadOnly: true }, 'read_only'],
  ])('is not for %s', async (_who, principal, reason) => {
    access.signedIn = principal;
    const answer = await ask(row);
    expect(answer.statusCode).toBe(403);
    expect(errorBodySchema.parse(answer.json())).toMatchObject({
      code: 'SVT_FORBIDDEN',
      params: { reason },
    });
    expect(access.asked).toEqual([]);
  });
});

describe('GET /api/v1/account', () => {
  const url = '/api/v1/account';
  const view: AccountView = {
    name: 'olena',
    role: 'technician',
    hasPassword: true,
    hasTotp: false,
    recoveryCodesLeft: 0,
    passkeys: [],
    sessions: [
      {
        id: 'abc',
        createdAt: START,
        lastUsedAt: START,
        address: '127.0.0.1',
        agent: 'Firefox',
        isCurrent: true,
      },
    ],
  };

  test('shows the own account', async () => {
    access.answers['own.view'] = view;
    const at = new Date(START).toISOString();
    expect((await server.inject(url)).json()).toEqual({
      ...view,
      sessions: [{ ...view.sessions[0], createdAt: at, lastUsedAt: at }],
    });
    expect(access.asked).toEqual([{ call: 'own.view', given: [OLENA] }]);
  });

  test('of somebody who was removed meanwhile is none', async () => {
    expect((await server.inject(url)).json()).toMatchObject({ code: 'SVT_NOT_FOUND' });
  });

  test('has no other to show to a token', async () => {
    access.signedIn = { ...OLENA, kind: 'token' };
    expect((await server.inject(url)).json()).toMatchObject({ params: { reason: 'no_account' } });
  });
});

test('a wrong password tells as little here as at the sign-in', async () => {
  access.answers['own.changePassword'] = {
    ok: false,
    code: 'SVT_SIGN_IN_REFUSED',
    message: 'the hash differs',
  };
  const [row] = CALLS;
  const answer = await ask(row);
  expect(answer.statusCode).toBe(401);
  expect(answer.body).not.toContain('hash');
});
