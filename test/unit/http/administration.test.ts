import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type AccountRow, roleSchema, type TokenRow } from '../../../src/contract/access.ts';
import { createTestServer } from '../../support/http-server.ts';
import { START } from '../../support/sample.ts';
import { signedInAs } from '../../support/signed-in.ts';

const { server, access } = createTestServer();

afterAll(() => server.close());

const AT = new Date(START).toISOString();
const SCOPE = { regions: ['Lviv'], sites: [] };
const LINK = { link: '/link#secret-of-a-link', expiresAt: START };
const SHOWN = { url: 'http://localhost:8080/link#secret-of-a-link', expiresAt: AT };

beforeEach(() => {
  access.asked.length = 0;
  access.answers = {};
  access.signedIn = signedInAs('administrator', { name: 'olena' });
});

/** Each call, what of the administration it asks, with what, what that answers, and what is told. */
const CALLS = [
  {
    call: ['POST', '/accounts', { name: 'taras', role: 'viewer', scope: { regions: ['Lviv'] } }],
    asks: ['addAccount', { name: 'taras', role: 'viewer', scope: SCOPE, isBreakGlass: false }],
    answer: LINK,
    tells: SHOWN,
  },
  {
    call: ['PATCH', '/accounts/taras', { role: 'auditor', scope: null, isDisabled: true }],
    asks: ['changeAccount', 'taras', { role: 'auditor', scope: null, isDisabled: true }],
    tells: { ok: true },
  },
  {
    call: ['DELETE', '/accounts/taras', undefined],
    asks: ['removeAccount', 'taras'],
    tells: { ok: true },
  },
  {
    call: ['POST', '/accounts/taras@customs.example/link', {}],
    asks: ['makeLink', 'taras@customs.example'],
    answer: LINK,
    tells: SHOWN,
  },
  {
    call: ['POST', '/accounts/taras/sign-out', {}],
    asks: ['signOutEverywhere', 'taras'],
    tells: { ok: true },
  },
  {
    call: ['POST', '/accounts/taras/remove-second-factor', {}],
    asks: ['removeSecondFactors', 'taras'],
    tells: { ok: true },
  },
  {
    call: ['POST', '/tokens', { name: 'Kiosk', permissions: ['see'], expiresAt: AT }],
    asks: ['addToken', { name: 'Kiosk', permissions: ['see'], expiresAt: START }],
    answer: { id: 'abc', token: 'shown-once' },
    tells: { id: 'abc', token: 'shown-once' },
  },
  { call: ['DELETE', '/tokens/abc', undefined], asks: ['removeToken', 'abc'], tells: { ok: true } },
] as const;

type Row = (typeof CALLS)[number] & { answer?: object };

const named = CALLS.map((row): [string, Row] => [row.call.slice(0, 2).join(' '), row]);

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
  const call = `administration.${member}`;

  test('is done in the name of who asks, and tells what came of it', async () => {
    access.answers[call] = { ok: true, inner: 'kept', ...row.answer };
    const answer = await ask(row);
    expect([answer.statusCode, answer.json()]).toEqual([200, row.tells]);
    expect(access.asked).toEqual([{ call, given: [...given, 'olena'] }]);
  });

  test('is not for a token, which could make itself another', async () => {
    access.signedIn = { ...signedInAs('administrator', { name: 'olena' }), kind: 'token' };
    const answer = await ask(row);
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ params: { reason: 'no_account' } });
    expect(access.asked).toEqual([]);
  });

  test('gives a refusal the status of its code', async () => {
    access.answers[call] = { ok: false, code: 'SVT_LAST_ADMINISTRATOR' };
    const answer = await ask(row);
    expect([answer.statusCode, answer.json()]).toMatchObject([
      409,
      { code: 'SVT_LAST_ADMINISTRATOR' },
    ]);
  });

  test.each(roleSchema.options.filter((role) => role !== 'administrator'))(
    'is not for a %s',
    async (role) => {
      access.signedIn = signedInAs(role);
      const answer = await ask(row);
      expect([answer.statusCode, access.asked]).toEqual([403, []]);
    },
  );
});

test('a link that says where the page is stays as it is', async () => {
  const link = 'https://svitlo.example/link#secret';
  access.answers['administration.makeLink'] = { ok: true, link, expiresAt: START };
  const url = '/api/v1/accounts/taras/link';
  const answer = await server.inject({ method: 'POST', url, payload: {} });
  expect(answer.json()).toEqual({ url: link, expiresAt: AT });
});

describe('what there is', () => {
  test('GET /api/v1/accounts lists accounts', async () => {
    const row: AccountRow = {
      name: 'taras',
      role: 'viewer',
      scope: SCOPE,
      hasPassword: true,
      hasTotp: false,
      isDisabled: false,
      isBreakGlass: false,
      isExternal: false,
      passkeys: 0,
      sessions: 1,
      createdAt: START,
      lastSignInAt: START,
    };
    access.answers['administration.accounts'] = [row];
    const answer = await server.inject('/api/v1/accounts');
    expect(answer.json()).toEqual([{ ...row, createdAt: AT, lastSignInAt: AT }]);
  });

  test('GET /api/v1/tokens lists tokens', async () => {
    const row: TokenRow = {
      id: 'abc',
      name: 'Kiosk',
      permissions: ['see'],
      createdAt: START,
      createdBy: 'olena',
    };
    access.answers['administration.tokens'] = [row];
    const answer = await server.inject('/api/v1/tokens');
    expect(answer.json()).toEqual([{ ...row, createdAt: AT }]);
  });
});

test.each([
  ['a name with a capital letter', '/accounts', { name: 'Taras', role: 'viewer' }],
  ['a role that there is not', '/accounts', { name: 'taras', role: 'root' }],
  ['limits to nothing', '/accounts', { name: 'taras', role: 'viewer', scope: {} }],
  ['a token without a permission', '/tokens', { name: 'Kiosk', permissions: [] }],
])('%s is refused', async (_what, url, payload) => {
  const answer = await server.inject({ method: 'POST', url: `/api/v1${url}`, payload });
  expect([answer.statusCode, access.asked]).toEqual([400, []]);
});
