import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AccessSite, type AccessWorld, startAccessSite } from '../support/access-site.ts';
import {
  accessWorld,
  NOBODY,
  OPEN,
  PLACES,
  sessionOf,
  snapshotOf,
} from '../support/access-world.ts';
import { openBrowser } from '../support/chromium.ts';
import { until } from '../support/wait.ts';

const TOKEN = 'Wm9zdGFuLW9kbm9yYXpvdmUtcG9zeWxhbm5pYQ';
const MINUTE_MS = 60_000;

let browser: Browser;
let site: AccessSite | undefined;
/** What Chromium complained of: violations of the content policy, scripts that failed. */
let complaints: string[];

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(() => browser?.close());

beforeEach(() => {
  complaints = [];
});

afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await site?.[Symbol.asyncDispose]();
  site = undefined;
});

async function start(world: AccessWorld): Promise<AccessSite> {
  site = await startAccessSite(world);
  return site;
}

interface Look {
  locale?: string;
  width?: number;
}

async function open(path = '/', { locale = 'en-GB', width = 1440 }: Look = {}): Promise<Page> {
  const context = await browser.newContext({ locale, viewport: { width, height: 800 } });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) complaints.push(message.text());
  });
  // By its name: passkeys belong to none at an address in numbers.
  await page.goto(`${site?.url.replace('127.0.0.1', 'localhost')}${path}`);
  return page;
}

const field = (name: string) => `[data-field="${name}"]`;
const action = (name: string) => `[data-action="${name}"]`;
const view = (name: string) => `[data-view="${name}"]`;
const ACKNOWLEDGE = action('acknowledge');
const ACCOUNT = action('open-account-menu');

async function signIn(page: Page, password: string): Promise<void> {
  await page.locator(field('username')).fill('Olena');
  await page.locator(field('password')).fill(password);
  await page.keyboard.press('Enter');
}

/** Everything that the page's scripts can still reach. */
async function heapOf(page: Page): Promise<string> {
  const devtools = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await devtools.detach();
  return chunks.join('');
}

/** Nothing of the crossings is left in what the page shows. */
async function expectEmptied(page: Page): Promise<void> {
  await page.locator(view('sign-in')).waitFor();
  const text = await page.locator('body').innerText();
  for (const place of PLACES) expect(text).not.toContain(place);
}

describe('without accounts', () => {
  test('the page works as before, and says that only this machine may open it', async () => {
    await start(accessWorld(OPEN));
    const page = await open();
    await page.locator('[data-banner="no-accounts"]').waitFor();
    await page.locator(ACKNOWLEDGE).click();
    await page.locator(field('shift-name')).waitFor();
    expect(complaints).toEqual([]);
  });

  test('a demo is marked on every view and in the title', async () => {
    await start(accessWorld({ ...OPEN, isDemo: true }));
    const page = await open('/', { locale: 'uk-UA' });
    const mark = page.locator('[data-mark="demo"]');
    await page
      .getByText(PLACES[0] ?? '')
      .first()
      .waitFor();
    expect(await mark.innerText()).toBe('Демонстрація: пристрої змодельовані');
    expect(await page.title()).toMatch(/^ДЕМОНСТРАЦІЯ/);
    await page.locator('[data-device="site-0/ups-1"]').click();
    await page.locator('.device-view').waitFor();
    expect(await mark.isVisible()).toBe(true);
    expect(await mark.locator('button').count()).toBe(0);
  });
});

describe('signing in', () => {
  test('by the keyboard alone, after a wrong password; the feed opens then, not before', async () => {
    const { asked, feeds } = await start(accessWorld(NOBODY));
    const page = await open();
    await page.locator(view('sign-in')).waitFor();
    await page.keyboard.type('olena');
    await page.keyboard.press('Tab');
    await page.keyboard.type('хибний пароль');
    await page.keyboard.press('Enter');
    await page.locator('[role="alert"][data-fault]').getByText('is wrong').waitFor();
    expect(feeds()).toBe(0);
    await page.keyboard.type('багато слів разом');
    await page.keyboard.press('Enter');
    await page.locator(ACKNOWLEDGE).waitFor();
    expect(await page.locator(ACCOUNT).innerText()).toContain('technician');
    expect(
      asked.filter(({ method, path }) => method === 'POST' && path.endsWith('/session')).length,
    ).toBe(2);
    expect(complaints).toEqual([]);
  });

  test('goes on to the code where the account has an authenticator', async () => {
    await start({ ...accessWorld(NOBODY), code: '123456' });
    const page = await open('/sign-in');
    await page.locator(view('sign-in')).waitFor();
    await signIn(page, 'багато слів разом');
    const code = page.locator(field('code'));
    await code.waitFor();
    expect(await code.getAttribute('autocomplete')).toBe('one-time-code');
    await page.keyboard.type('654321');
    await page.keyboard.press('Enter');
    await page.getByText('The code is wrong').waitFor();
    await page.keyboard.type('123456');
    await page.keyboard.press('Enter');
    await page.locator(ACCOUNT).waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
  });

  test('is counted down where there were too many attempts, and nothing jumps', async () => {
    const params = { retryAfterSeconds: 75 };
    const refusal = { code: 'SVT_TOO_MANY_ATTEMPTS', params } as const;
    await start({ ...accessWorld(NOBODY), refusal });
    const page = await open('/', { locale: 'uk-UA' });
    const button = page.locator(action('sign-in'));
    await button.waitFor();
    const before = await button.boundingBox();
    await signIn(page, 'багато слів разом');
    const said = page.locator('[role="alert"][data-fault]');
    await said.waitFor();
    const first = await said.innerText();
    expect(first).toMatch(/^Забагато спроб\. Спробуйте ще раз через 1 хв/);
    await until(async () => (await said.innerText()) !== first, { what: 'the next second' });
    expect(await button.isDisabled()).toBe(true);
    expect((await button.boundingBox())?.y).toBe(before?.y);
  });

  test('offers what the server offers, and fits a small screen in both languages', async () => {
    await start(accessWorld(NOBODY));
    const page = await open('/', { width: 360, locale: 'uk-UA' });
    await page.locator(action('oidc')).waitFor();
    expect(await page.locator(action('oidc')).getAttribute('href')).toBe('/auth/oidc');
    expect(await page.locator(action('passkey')).isVisible()).toBe(true);
    await page.locator('[data-lang="en"]').click();
    await page.getByText('Sign in with a passkey').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await page.locator(field('username')).getAttribute('autocomplete')).toContain(
      'username',
    );
    const password = page.locator(field('password'));
    expect(await password.getAttribute('autocomplete')).toBe('current-password');
    await page.getByLabel('Show the password').click();
    expect(await password.getAttribute('type')).toBe('text');
  });

  test('tells what the identity provider came back with', async () => {
    await start(accessWorld(NOBODY));
    const page = await open('/?error=SVT_OIDC_FAILED');
    await page.locator('[data-fault]').getByText('The identity provider').waitFor();
  });
});

describe('a one-time link', () => {
  test('makes the first administrator; its token leaves the address bar at once', async () => {
    const { asked } = await start(accessWorld(OPEN, sessionOf('administrator')));
    const page = await open(`/setup#${TOKEN}`);
    await page.locator(field('new-password')).waitFor();
    expect(await page.evaluate('location.href')).toBe(
      `${site?.url.replace('127.0.0.1', 'localhost')}/setup`,
    );
    await page.locator(field('username')).fill('Olena');
    await page.locator(field('new-password')).fill('закоротко');
    await page.locator(field('confirm-password')).fill('закоротко');
    await page.locator(action('set-password')).click();
    await page.getByText('The password is too short').waitFor();
    await page.locator(field('new-password')).fill('багато слів разом');
    await page.locator(field('confirm-password')).fill('багато слів разом');
    await page.locator(action('set-password')).click();
    await page.locator(ACCOUNT).waitFor();
    expect(asked.find(({ path }) => path.endsWith('/setup'))?.body).toEqual({
      token: TOKEN,
      name: 'olena',
      password: 'багато слів разом',
    });
    expect(complaints).toEqual([]);
  });

  test('that is spent says what to do', async () => {
    await start({ ...accessWorld(NOBODY), refusal: { code: 'SVT_LINK_SPENT' } });
    const page = await open(`/link#${TOKEN}`);
    await page.locator(field('new-password')).fill('багато слів разом');
    await page.locator(field('confirm-password')).fill('багато слів разом');
    await page.locator(action('set-password')).click();
    await page.getByText('ask an administrator for a new one').waitFor();
  });

  test.each(['/link', '/link#Wm9zdGFuLW9k'])('that is not whole says so: %s', async (path) => {
    await start(accessWorld(NOBODY));
    const page = await open(path);
    await page.getByText('This link is not complete').waitFor();
  });
});

describe('what a role may not do', () => {
  test('is not offered to a viewer', async () => {
    await start(accessWorld(sessionOf('viewer')));
    const page = await open();
    await page.getByText('not acknowledged yet').waitFor();
    expect(await page.locator(ACKNOWLEDGE).count()).toBe(0);
    await page.locator(ACCOUNT).click();
    expect(await page.getByText('Accounts and tokens').count()).toBe(0);
  });

  test('is explained where the server refuses it; no name of a shift is asked or sent', async () => {
    const { world } = await start(accessWorld(sessionOf('technician')));
    const page = await open();
    await page.locator(ACKNOWLEDGE).click();
    await page.locator('[data-outcome="SVT_FORBIDDEN"]').waitFor();
    expect(world.acknowledged).toMatchObject({ alarmId: 'site-0.ups-1.UPS_ON_BATTERY' });
    expect(world.acknowledged).not.toHaveProperty('actor');
  });

  test('leaves an auditor the sums of the past, without a feed', async () => {
    const { feeds, asked } = await start(accessWorld(sessionOf('auditor')));
    const page = await open();
    await page.locator('[data-donor="ЄС"]').waitFor();
    await page.getByText('The figures are 24 hours behind').waitFor();
    expect(feeds()).toBe(0);
    expect(asked.map(({ path }) => path.split('?')[0])).toEqual([
      '/api/v1/session',
      '/api/v1/outages/summary',
    ]);
  });
});

describe('the end of a sign-in', () => {
  const ending = () =>
    sessionOf('technician', {
      warnAt: Date.now() - MINUTE_MS,
      expiresAt: Date.now() + 14 * MINUTE_MS,
    });

  test('is warned of, and put off by a new sign-in over the page', async () => {
    await start(accessWorld(ending()));
    const page = await open('/#/site-0/ups-1');
    await page.locator('[data-banner="session-ends"]').waitFor();
    await page.locator('.device-view').waitFor();
    await page.evaluate("document.querySelector('.device-view').isSame = true");
    await page.locator(action('sign-in-again')).click();
    await until(() => page.evaluate("document.activeElement.getAttribute('name') === 'password'"), {
      what: 'the password to be asked for',
    });
    await page.keyboard.type('багато слів разом');
    await page.keyboard.press('Enter');
    await page.locator('[data-banner="session-ends"]').waitFor({ state: 'detached' });
    expect(await page.locator('[data-dialog]').count()).toBe(0);
    expect(await page.evaluate("document.querySelector('.device-view').isSame")).toBe(true);
    await page.locator('[data-link="live"]').waitFor();
  });

  test('leaves a page to look at while an outage lasts', async () => {
    const view = sessionOf('technician');
    if (view.who !== undefined) view.who = { ...view.who, permissions: ['see'], isReadOnly: true };
    await start(accessWorld(view));
    const page = await open();
    await page.locator('[data-banner="read-only"]').waitFor();
    await page
      .getByText(PLACES[0] ?? '')
      .first()
      .waitFor();
    expect(await page.locator(ACKNOWLEDGE).count()).toBe(0);
  });

  test('by the person empties the page', async () => {
    const { asked, feeds } = await start(accessWorld(sessionOf('technician')));
    const page = await open('/#/site-0/ups-1');
    await page.locator('.device-view').waitFor();
    await page.locator(ACCOUNT).click();
    await page.locator(action('sign-out')).click();
    await expectEmptied(page);
    await page.getByText('You are signed out.').waitFor();
    expect(new URL(page.url()).hash).toBe('');
    await until(() => feeds() === 0, { what: 'the feed to be closed' });
    expect(asked.find(({ method }) => method === 'DELETE')?.csrf).toBe('csrf-of-this-session');
  });

  test('leaves nothing of the crossings in the memory of the page', async () => {
    const marker = 'ups-that-nobody-may-know-of';
    const world = { ...accessWorld(sessionOf('technician')), snapshot: snapshotOf(marker) };
    const opened = await start(world);
    const page = await open();
    // The marker itself is given to no script of the test's, which would then hold it.
    await page.locator('[data-device="site-0/ups-1"]').waitFor();
    expect(await heapOf(page)).toContain(marker);
    // Nothing on the page reads the crossings here: what was worked out of them may lie about.
    await page.evaluate("location.hash = '#/account'");
    await page.locator(view('account')).waitFor();
    opened.world.view = NOBODY;
    opened.endFeeds('signed_out');
    await expectEmptied(page);
    await until(async () => !(await heapOf(page)).includes(marker), {
      what: 'the memory to be empty of it',
      timeoutMs: 15_000,
    });
    expect(
      await page.evaluate('JSON.stringify(localStorage) + JSON.stringify(sessionStorage)'),
    ).not.toContain(marker);
  });

  test('by an administrator empties the page, and a new sign-in fills it', async () => {
    const opened = await start(accessWorld(sessionOf('technician')));
    const page = await open();
    await page.locator(ACKNOWLEDGE).waitFor();
    opened.world.view = NOBODY;
    opened.endFeeds('signed_out');
    await expectEmptied(page);
    await signIn(page, 'багато слів разом');
    await page.locator(ACKNOWLEDGE).waitFor();
    await page.locator('[data-link="live"]').waitFor();
  });

  test('is learnt from a refused call, too', async () => {
    const { world } = await start(accessWorld(sessionOf('technician')));
    const page = await open();
    await page.locator(ACKNOWLEDGE).waitFor();
    world.view = NOBODY;
    await page.locator('[data-device="site-0/ups-1"]').click();
    await expectEmptied(page);
  });

  test('of a right takes its buttons away, and what is no longer in the limits', async () => {
    const opened = await start(accessWorld(sessionOf('technician')));
    const page = await open();
    await page.locator(ACKNOWLEDGE).waitFor();
    const demoted = sessionOf('viewer');
    const scope = { regions: [], sites: ['site-3'] };
    if (demoted.who !== undefined) demoted.who = { ...demoted.who, scope };
    const { sites, devices, ...rest } = snapshotOf();
    const ofSite3 = { sites: sites.slice(3), devices: devices.slice(3), alarms: [] };
    opened.world.view = demoted;
    opened.world.snapshot = { ...rest, ...ofSite3, epoch: 'of-other-limits' };
    opened.endFeeds('rights_changed');
    await page.locator('[data-site="site-0"]').waitFor({ state: 'detached' });
    await page.locator('[data-site="site-3"]').waitFor();
    expect(await page.locator(ACKNOWLEDGE).count()).toBe(0);
  });
});

describe('the own account', () => {
  test('turns an authenticator on, and shows its recovery codes once', async () => {
    await start(accessWorld(sessionOf('technician')));
    const page = await open('/#/account');
    await page.locator(action('begin-totp')).click();
    await page.locator('svg.qr path').waitFor();
    expect(await page.locator(field('totp-secret')).inputValue()).toBe(
      'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    );
    await page.locator(field('totp-code')).fill('123456');
    await page.locator(action('confirm-totp')).click();
    await page.locator('[data-part="recovery-codes"] li').nth(9).waitFor();
    const download = page.waitForEvent('download');
    await page.locator(action('download-codes')).click();
    const file = await (await download).path();
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(10);
    await page.locator(action('codes-kept')).click();
    await page.getByText('On. Recovery codes left: 10.').waitFor();
    expect(await page.locator('[data-part="recovery-codes"]').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('ends the other sessions, whatever they call themselves', async () => {
    await start(accessWorld(sessionOf('technician')));
    const page = await open('/#/account');
    const hostile = page.getByText('<script>document.title="broken"</script>');
    await hostile.waitFor();
    await page.locator(action('end-others')).click();
    await hostile.waitFor({ state: 'detached' });
    expect(await page.locator('[data-session]').count()).toBe(1);
    expect(await page.title()).not.toBe('broken');
  });
});

describe('a passkey', () => {
  async function openWithAuthenticator(): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return page;
  }

  test.each([
    ['is offered among the names', true],
    ['signs in by its button where the browser offers none', false],
  ])('is added with a label, and %s', async (_how, isOffered) => {
    const { url, world } = await start(accessWorld(sessionOf('technician')));
    const page = await openWithAuthenticator();
    if (!isOffered) {
      const none = 'PublicKeyCredential.isConditionalMediationAvailable = async () => false';
      await page.addInitScript(none);
    }
    // Passkeys belong to a name: an address has none.
    await page.goto(`${url.replace('127.0.0.1', 'localhost')}/#/account`);
    await page.locator(field('passkey-label')).fill('телефон зміни');
    await page.locator(action('add-passkey')).click();
    await page.locator('[data-passkey="key-2"]').getByText('телефон зміни').waitFor();
    world.view = NOBODY;
    await page.reload();
    if (!isOffered) await page.locator(action('passkey')).click();
    await page.locator(ACCOUNT).waitFor();
    expect(world.view).toBe(world.signedIn);
  });
});

describe('administration', () => {
  test('adds an account within limits, by a link that is shown once', async () => {
    const { world } = await start(accessWorld(sessionOf('administrator')));
    const page = await open('/#/accounts');
    await page.locator(action('add-account')).click();
    await page.locator(field('account-name')).fill('Ivan');
    await page.locator('[data-part="scope"] [value="limited"]').check();
    await page.locator(action('invite')).click();
    await page.getByText('Choose a region or a site').waitFor();
    await page.locator('[data-part="scope"] [value="Волинська"]').check();
    await page.locator(action('invite')).click();
    const link = page.locator(field('link'));
    await link.waitFor();
    expect(await link.inputValue()).toMatch(/\/link#/);
    await page.locator(`[data-dialog] ${action('close')}`).click();
    await page.locator('[data-account="ivan"]').waitFor();
    expect(await page.locator(field('link')).count()).toBe(0);
    const scope = { regions: ['Волинська'], sites: [] };
    expect(world.accounts.at(-1)).toMatchObject({ name: 'ivan', role: 'technician', scope });
    expect(complaints).toEqual([]);
  });

  test('asks again before it takes something away', async () => {
    const { world } = await start(accessWorld(sessionOf('administrator')));
    const page = await open('/#/accounts');
    await page.locator(`[data-account="olena"] ${action('edit')}`).click();
    await page.locator(field('role')).selectOption('viewer');
    await page.locator(action('save')).click();
    await page.getByText('You are taking away your own right').waitFor();
    await page.locator(`.sure button.quiet`).click();
    expect(world.accounts[0]?.role).toBe('administrator');
    await page.locator(`[data-dialog] > ${action('close')}`).click();
    await page.locator(`[data-account="petro.melnyk"] ${action('edit')}`).click();
    await page.locator(action('remove')).click();
    await page.locator(action('remove-sure')).click();
    await page.locator('[data-account="petro.melnyk"]').waitFor({ state: 'detached' });
    expect(world.accounts.map(({ name }) => name)).not.toContain('petro.melnyk');
  });

  test('makes a token for Prometheus, shows it once, and removes another', async () => {
    const { world } = await start(accessWorld(sessionOf('administrator')));
    const page = await open('/#/accounts');
    await page.locator(action('add-token')).click();
    await page.locator(field('token-name')).fill('Prometheus у Львові');
    await page.locator(field('preset')).selectOption('prometheus');
    await page.locator(field('expiry')).selectOption('never');
    await page.locator(action('create-token')).click();
    await page.locator(field('token')).waitFor();
    expect(world.tokens.at(-1)).toMatchObject({ permissions: ['scrape'] });
    await page.locator(`[data-dialog] ${action('close')}`).click();
    await page.locator(`[data-token="t1"] ${action('remove-token')}`).click();
    await page.locator(`[data-token="t1"] ${action('remove-token-sure')}`).click();
    await page.locator('[data-token="t1"]').waitFor({ state: 'detached' });
    expect(await page.locator('[data-token="t2"]').count()).toBe(1);
  });
});

describe('what a device controls', () => {
  test('is text: no markup, no turned order, no endless line', async () => {
    const hostile = `<img src=x onerror="document.title='broken'">\u202egnp\u0000${'x'.repeat(10_000)}`;
    await start({ ...accessWorld(sessionOf('viewer')), snapshot: snapshotOf(hostile) });
    const page = await open();
    const name = page.locator('[data-device="site-0/ups-1"] .device-name bdi');
    await name.waitFor();
    const shown = await name.innerText();
    expect(shown).toContain('<img src=x');
    expect(shown).toContain('‹U+202E›gnp␀');
    expect(shown.length).toBeLessThan(250);
    expect(await page.title()).not.toBe('broken');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1440);
    expect(complaints).toEqual([]);
  });
});

test('the live page begins without the views of sign-in and administration', () => {
  const dist = resolve(import.meta.dirname, '../../dashboards/web/dist');
  const html = readFileSync(resolve(dist, 'index.html'), 'utf8');
  const chunks = globSync('assets/*-view-*.js', { cwd: dist });
  expect(chunks.length).toBeGreaterThanOrEqual(5);
  for (const chunk of chunks) expect(html).not.toContain(chunk);
});
