import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SessionView } from '../../src/contract/access.ts';
import { openBrowser } from '../support/chromium.ts';
import { freePort } from '../support/free-port.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { OIDC_CLIENT, type OidcServer, startOidcServer } from '../support/oidc-server.ts';
import { createCredential, getCredential, plugInAuthenticator } from '../support/passkey-site.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const PASSWORD = 'correct horse battery staple';
const CONFIG = `access:
  oidcRoles:
    - { claim: groups, value: shift, role: technician }
`;

type Begun = { ceremony: string; options: object };

let browser: Browser;
let page: Page;
let folder: TempFolder;
let oidc: OidcServer;
let monitor: Monitor;
let origin: string;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  folder = await tempFolder('sign-in');
  const config = join(folder.path, 'svitlo.yaml');
  await writeFile(config, CONFIG);
  const port = await freePort();
  // The provider is at 127.0.0.1: another site than `localhost`, as browsers count.
  origin = `http://localhost:${port}`;
  oidc = await startOidcServer([`${origin}/auth/oidc/callback`]);
  monitor = await startMonitor({
    SVITLO_HTTP_PORT: `${port}`,
    SVITLO_CONFIG: config,
    SVITLO_OIDC_ISSUER: oidc.issuer,
    SVITLO_OIDC_CLIENT_ID: OIDC_CLIENT.id,
    SVITLO_OIDC_CLIENT_SECRET: OIDC_CLIENT.secret,
    SVITLO_OIDC_LABEL: 'Customs',
  });
  page = await (await browser.newContext()).newPage();
  await page.goto(origin);
});

afterEach(async () => {
  await page?.context().close();
  await monitor?.[Symbol.asyncDispose]();
  await oidc?.[Symbol.asyncDispose]();
  await folder?.remove();
});

/** A call as the page makes it, with the token of its session. */
async function call<T>(method: string, path: string, body?: object, csrf?: string): Promise<T> {
  const headers = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(csrf === undefined ? {} : { 'x-svitlo-csrf': csrf }),
  };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  return page.evaluate<T>(
    `fetch('/api/v1${path}', ${JSON.stringify(init)}).then((answer) => answer.json())`,
  );
}

const session = () => call<SessionView>('GET', '/session');

async function setUp(): Promise<string> {
  const [, token] = /\/setup#(\S+)/.exec(monitor.output()) ?? [];
  const view = await call<SessionView>('POST', '/setup', {
    token,
    name: 'olena',
    password: PASSWORD,
  });
  expect(view).toMatchObject({ mode: 'accounts', who: { name: 'olena', role: 'administrator' } });
  return view.csrf ?? '';
}

test('the first administrator adds a passkey, signs out, and comes back by it', async () => {
  await plugInAuthenticator(page);
  const csrf = await setUp();
  const adding = await call<Begun>('POST', '/account/passkeys/options', {}, csrf);
  const response = await createCredential(page, adding.options);
  const added = { ceremony: adding.ceremony, label: 'Phone', response };
  expect(await call('POST', '/account/passkeys', added, csrf)).toEqual({ ok: true });
  expect(await call('DELETE', '/session', undefined, csrf)).toEqual({ ok: true });
  expect((await session()).who).toBeUndefined();
  const entering = await call<Begun>('POST', '/session/passkey/options', {});
  const answered = await getCredential(page, entering.options);
  const entered = { ceremony: entering.ceremony, response: answered };
  expect(await call('POST', '/session/passkey', entered)).toMatchObject({ who: { name: 'olena' } });
  expect((await session()).who?.name).toBe('olena');
});

test('a technician comes by the identity provider, and a stranger there does not', async () => {
  await setUp();
  await page.context().clearCookies();
  await page.goto(`${origin}/auth/oidc`);
  expect(page.url()).toBe(`${origin}/?error=SVT_NAME_TAKEN`);
  oidc.person = { sub: 'taras', claims: { preferred_username: 'taras', groups: ['shift'] } };
  await page.context().clearCookies();
  await page.goto(origin);
  await page.locator('[data-action="oidc"]').click();
  await page.locator('[data-action="open-account-menu"]').waitFor();
  expect(page.url()).toBe(`${origin}/`);
  expect((await session()).who).toMatchObject({ name: 'taras', role: 'technician' });
  oidc.person = { sub: 'petro', claims: { preferred_username: 'petro', groups: [] } };
  await page.context().clearCookies();
  await page.goto(`${origin}/auth/oidc`);
  expect(page.url()).toBe(`${origin}/?error=SVT_FORBIDDEN`);
  expect((await session()).who).toBeUndefined();
});

test('a wall screen is opened by its token once, keeps it, and is out when it is taken back', async () => {
  const csrf = await setUp();
  const add = (permissions: string[]) =>
    call<{ id: string; token: string }>('POST', '/tokens', { name: 'wall', permissions }, csrf);
  const looking = await add(['see']);
  const acting = await add(['see', 'respond']);
  const context = await browser.newContext({ locale: 'en-GB' });
  const screen = await context.newPage();
  const openAs = (token: string) => screen.goto(`${origin}/kiosk#${token}`);
  await openAs(acting.token);
  await screen.locator('[data-view="kiosk"] [data-fault]').waitFor();
  await openAs('x'.repeat(43));
  await screen.getByText('This token does not hold').waitFor();
  await openAs(looking.token);
  await screen.locator('[data-link="live"]').waitFor();
  expect(screen.url()).toBe(`${origin}/`);
  await screen.reload();
  await screen.locator('[data-link="live"]').waitFor();
  expect(await call('DELETE', `/tokens/${looking.id}`, undefined, csrf)).toEqual({ ok: true });
  await screen.locator('[data-field="username"]').waitFor();
  await context.close();
});

test('an administrator lets in a person by a link and a script by a token, and takes it back', async () => {
  const csrf = await setUp();
  const made = await call<{ url: string }>(
    'POST',
    '/accounts',
    { name: 'taras', role: 'viewer' },
    csrf,
  );
  expect(made.url.startsWith(`${origin}/link#`)).toBe(true);
  const token = await call<{ id: string; token: string }>(
    'POST',
    '/tokens',
    { name: 'k', permissions: ['see'] },
    csrf,
  );
  const byToken = (path: string) =>
    fetch(`http://127.0.0.1:${monitor.port}/api/v1${path}`, {
      headers: { authorization: `Bearer ${token.token}` },
    });
  expect((await fetch(`${origin}/api/v1/sites`)).status).toBe(401);
  expect((await byToken('/sites')).status).toBe(200);
  expect((await byToken('/account')).status).toBe(403);
  expect(await call('DELETE', `/tokens/${token.id}`, undefined, csrf)).toEqual({ ok: true });
  expect((await byToken('/sites')).status).toBe(401);
  expect(
    await call('POST', '/link', { token: made.url.split('#')[1], password: PASSWORD }),
  ).toMatchObject({ who: { name: 'taras' } });
  expect(
    await call(
      'POST',
      '/account/password',
      { current: PASSWORD, password: 'another very long one' },
      csrf,
    ),
  ).toMatchObject({ code: 'SVT_FORBIDDEN' });
  expect(await call('GET', '/account')).toMatchObject({ name: 'taras', role: 'viewer' });
});
