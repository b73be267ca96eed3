import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Credential } from '../../src/access-port.ts';
import { createIdentityProvider } from '../../src/adapters/credential/oidc.ts';
import { createPasskeys } from '../../src/adapters/credential/passkey.ts';
import type { PasskeyRecord } from '../../src/contract/account.ts';
import type { Principal } from '../../src/domain/access/principal.ts';
import { openBrowser } from '../support/chromium.ts';
import { freePort } from '../support/free-port.ts';
import { createTestServer } from '../support/http-server.ts';
import { OIDC_CLIENT, type OidcServer, startOidcServer } from '../support/oidc-server.ts';
import { createCredential, getCredential, plugInAuthenticator } from '../support/passkey-site.ts';
import { signedInAs } from '../support/signed-in.ts';

const SESSION = 'a-session-that-nobody-guesses';
const HOUR_MS = 3_600_000;

let browser: Browser;
let page: Page;
let origin: string;
let oidc: OidcServer;
let server: ReturnType<typeof createTestServer>;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  const port = await freePort();
  // The provider is at 127.0.0.1: another site than `localhost`, as browsers count.
  origin = `http://localhost:${port}`;
  oidc = await startOidcServer([`${origin}/auth/oidc/callback`]);
  server = createTestServer();
  server.access.answers['access.view'] = ({ session }: Credential) => ({
    mode: 'accounts',
    isDemo: false,
    ...(session === SESSION ? { csrf: 'known' } : {}),
    ways: { password: true, passkey: true },
  });
  await server.server.listen({ host: '127.0.0.1', port });
  expect((server.server.server.address() as AddressInfo).port).toBe(port);
  page = await (await browser.newContext()).newPage();
});

afterEach(async () => {
  await page?.context().close();
  await server?.server.close();
  await oidc?.[Symbol.asyncDispose]();
});

const signedIn = () => ({
  ok: true,
  session: SESSION,
  device: 'a-device',
  expiresAt: Date.now() + HOUR_MS,
});

/** A call as the page makes it. */
function callFromPage<T>(method: string, path: string, body?: object): Promise<T> {
  const init = {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  };
  return page.evaluate<T>(
    `fetch('/api/v1${path}', ${JSON.stringify(init)}).then((answer) => answer.json())`,
  );
}

async function isKnown(): Promise<boolean> {
  return (await callFromPage<{ csrf?: string }>('GET', '/session')).csrf === 'known';
}

describe('at the identity provider', () => {
  beforeEach(() => {
    const provider = createIdentityProvider({
      issuer: oidc.issuer,
      clientId: OIDC_CLIENT.id,
      clientSecret: OIDC_CLIENT.secret,
      label: 'Customs',
      now: Date.now,
    });
    server.access.answers['signIn.oidcStart'] = async (from: string) => ({
      ok: true,
      ...(await provider.start(from)),
    });
    server.access.answers['signIn.byOidc'] = async (given: {
      callbackUrl: string;
      state: string;
    }) => {
      await provider.finish(given);
      return signedIn();
    };
  });

  test('a browser comes back signed in, with cookies that other sites cannot use', async () => {
    await page.goto(`${origin}/auth/oidc`);
    expect(page.url()).toBe(`${origin}/`);
    expect(await isKnown()).toBe(true);
    const ours = (await page.context().cookies(origin)).filter(({ name }) => /svitlo/.test(name));
    expect(ours).toHaveLength(2);
    for (const one of ours) {
      expect(one).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Strict', path: '/' });
    }
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.reload();
    expect(await isKnown()).toBe(true);
  });

  test('a browser of somebody who declines comes back with a code', async () => {
    oidc.person = undefined;
    await page.goto(`${origin}/auth/oidc`);
    expect(page.url()).toBe(`${origin}/?error=SVT_SIGN_IN_REFUSED`);
    expect(await isKnown()).toBe(false);
  });

  test('a callback that another browser began signs nobody in', async () => {
    const stop = page.context().route(`${origin}/auth/oidc/callback?*`, (route) => route.abort());
    await stop;
    const request = page.waitForRequest(`${origin}/auth/oidc/callback?*`);
    await page.goto(`${origin}/auth/oidc`).catch(() => {});
    const callback = (await request).url();
    const other = await (await browser.newContext()).newPage();
    await other.goto(callback);
    expect(other.url()).toBe(`${origin}/?error=SVT_SIGN_IN_REFUSED`);
    await other.context().close();
  });
});

describe('by a passkey', () => {
  test('somebody adds one, signs out, and signs in by it without a name', async () => {
    const passkeys = createPasskeys({ now: Date.now });
    const kept = new Map<string, PasskeyRecord>();
    Object.assign(server.access.answers, {
      'own.passkeyOptions': async ({ name }: Principal, from: string) => ({
        ok: true,
        ...(await passkeys.register({ name, passkeys: [...kept.values()], origin: from })),
      }),
      'own.addPasskey': async (
        { name }: Principal,
        given: { ceremony: string; label: string; response: { id: string } },
      ) => {
        const made = await passkeys.registered({ ...given, account: name });
        if (made === undefined) return { ok: false, code: 'SVT_SIGN_IN_REFUSED' };
        kept.set(made.id, made);
        return { ok: true };
      },
      'signIn.passkeyOptions': passkeys.authenticate,
      'signIn.byPasskey': async (given: { ceremony: string; response: { id: string } }) => {
        const used = await passkeys.authenticated(given, (id) => kept.get(id));
        return used === undefined ? { ok: false, code: 'SVT_SIGN_IN_REFUSED' } : signedIn();
      },
    });
    await page.goto(origin);
    await plugInAuthenticator(page);
    type Begun = { ceremony: string; options: object };

    server.access.signedIn = signedInAs('technician', { name: 'olena' });
    const adding = await callFromPage<Begun>('POST', '/account/passkeys/options', {});
    const made = await createCredential(page, adding.options);
    const added = { ceremony: adding.ceremony, label: 'Phone', response: made };
    expect(await callFromPage('POST', '/account/passkeys', added)).toEqual({ ok: true });
    expect([...kept.values()]).toMatchObject([{ account: 'olena', label: 'Phone' }]);

    server.access.signedIn = undefined;
    expect(await isKnown()).toBe(false);
    const entering = await callFromPage<Begun>('POST', '/session/passkey/options', {});
    const response = await getCredential(page, entering.options);
    const given = { ceremony: entering.ceremony, response };
    expect(await callFromPage('POST', '/session/passkey', given)).toMatchObject({ csrf: 'known' });
    expect(await isKnown()).toBe(true);
    expect(await callFromPage('POST', '/session/passkey', given)).toMatchObject({
      code: 'SVT_SIGN_IN_REFUSED',
    });
  });
});
