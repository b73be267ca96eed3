import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { SvitloError } from '../../../src/errors.ts';
import { createTestServer } from '../../support/http-server.ts';
import { START } from '../../support/sample.ts';
import { signedInAs } from '../../support/signed-in.ts';

const { server, access, messages } = createTestServer();

afterAll(() => server.close());

beforeEach(() => {
  access.asked.length = 0;
  access.answers = {};
  access.signedIn = undefined;
});

const ASIDE = '__Host-svitlo-oidc=begun';
const CALLBACK = '/auth/oidc/callback?code=the-code&state=the-state';

function get(url: string, headers: Record<string, string> = {}) {
  return server.inject({ url, headers: { host: 'localhost:8080', ...headers } });
}

function cookiesOf({ headers }: LightMyRequestResponse): string[] {
  return [headers['set-cookie'] ?? []].flat();
}

function expectSentTo(answer: LightMyRequestResponse, location: string): void {
  expect([answer.statusCode, answer.headers.location, answer.body]).toEqual([302, location, '']);
}

describe('GET /auth/oidc', () => {
  test('sends the browser to the provider, with a cookie that comes back with it', async () => {
    const url = 'https://login.example/auth?client_id=svitlo';
    access.answers['signIn.oidcStart'] = { ok: true, url, state: 'begun' };
    const answer = await get('/auth/oidc');
    expectSentTo(answer, url);
    expect(cookiesOf(answer)).toEqual([
      `${ASIDE}; Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ]);
    expect(access.asked).toEqual([{ call: 'signIn.oidcStart', given: ['http://localhost:8080'] }]);
  });

  test.each([
    [{ ok: false, code: 'SVT_OIDC_FAILED', message: 'from the provider' }, 'SVT_OIDC_FAILED'],
    [new SvitloError('SVT_OIDC_FAILED', 'from the provider'), 'SVT_OIDC_FAILED'],
    [new Error('from the inside'), 'SVT_INTERNAL'],
  ])('leads back to the page with a code alone where it cannot', async (outcome, code) => {
    access.answers['signIn.oidcStart'] = outcome;
    const answer = await get('/auth/oidc');
    expectSentTo(answer, `/?error=${code}`);
    expect(cookiesOf(answer)).toEqual([]);
  });
});

describe('GET /auth/oidc/callback', () => {
  test('lets in, and the cookie of the way there is over', async () => {
    const session = { session: 'a-session', device: 'a-device', expiresAt: START };
    access.answers['signIn.byOidc'] = { ok: true, ...session };
    const answer = await get(CALLBACK, { cookie: ASIDE, 'user-agent': 'Firefox' });
    expectSentTo(answer, '/');
    expect(access.asked).toEqual([
      {
        call: 'signIn.byOidc',
        given: [
          { callbackUrl: `http://localhost:8080${CALLBACK}`, state: 'begun' },
          { address: '127.0.0.1', agent: 'Firefox', device: undefined, session: undefined },
        ],
      },
    ]);
    const [aside, mine] = cookiesOf(answer);
    expect(aside).toMatch(/^__Host-svitlo-oidc=; .*Expires=Thu, 01 Jan 1970/);
    expect(mine).toMatch(/^__Host-svitlo=a-session; .*SameSite=Strict$/);
  });

  test.each([
    [signedInAs('technician'), 'old'],
    [undefined, undefined],
  ])('comes without its session, so that the one it went with counts: %#', async (who, session) => {
    access.signedIn = who;
    const url = 'https://login.example/auth';
    access.answers['signIn.oidcStart'] = { ok: true, url, state: 'begun' };
    access.answers['signIn.byOidc'] = { ok: false, code: 'SVT_SIGN_IN_REFUSED' };
    await get('/auth/oidc', { cookie: '__Host-svitlo=old' });
    await get(CALLBACK, { cookie: ASIDE });
    await get(CALLBACK, { cookie: ASIDE });
    const places = access.asked.filter(({ call }) => call === 'signIn.byOidc');
    expect(places.map(({ given }) => given[1])).toMatchObject([
      { session },
      { session: undefined },
    ]);
  });

  test('of a browser that began nothing is refused, and nobody is asked', async () => {
    expectSentTo(await get(CALLBACK), '/?error=SVT_SIGN_IN_REFUSED');
    expect(access.asked).toEqual([]);
  });

  test.each([
    [{ ok: false, code: 'SVT_SIGN_IN_REFUSED' }, 'SVT_SIGN_IN_REFUSED'],
    [new SvitloError('SVT_OIDC_FAILED', 'from the provider'), 'SVT_OIDC_FAILED'],
  ])('leads back with a code alone, and the sign-in is over: %#', async (outcome, code) => {
    access.answers['signIn.byOidc'] = outcome;
    const said = '/auth/oidc/callback?error=access_denied&error_description=%3Cscript%3E';
    const answer = await get(said, { cookie: ASIDE });
    expectSentTo(answer, `/?error=${code}`);
    expect(messages).toContain('sign-in: failed at the identity provider');
    expect(cookiesOf(answer)).toEqual([expect.stringMatching(/^__Host-svitlo-oidc=; /)]);
  });
});
