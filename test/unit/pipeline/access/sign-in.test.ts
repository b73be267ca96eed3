import { TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  accessDesk,
  HOUR,
  newBrowser,
  PASSWORD,
  placeOf,
  shown,
} from '../../../support/access-desk.ts';

let at: Awaited<ReturnType<typeof accessDesk>>;

beforeEach(async () => {
  at = await accessDesk();
  await at.setUp();
});

afterEach(() => at.desk.stop());

const attempt = (address: string, name: string, password = 'wrong password', device?: string) =>
  at.desk.signIn.byPassword({ name, password }, placeOf({ address, device }));

describe('by password', () => {
  test('each sign-in makes a new session, and ends the one that the browser had', async () => {
    const browser = newBrowser();
    expect((await at.signIn(browser, { name: 'Olena ' })).ok).toBe(true);
    const first = browser.session;
    expect((await at.signIn(browser, { name: 'olena' })).ok).toBe(true);
    expect(browser.session).not.toBe(first);
    expect(at.who(browser)?.name).toBe('olena');
    expect(at.who({ ...browser, session: first })).toBeUndefined();
  });

  test('whatever is wrong, the answer is the same', async () => {
    const { browser } = await at.invite('taras');
    await at.desk.administration.changeAccount('taras', { isDisabled: true }, 'olena');
    const answers = await Promise.all([
      attempt('203.0.113.1', 'olena'),
      attempt('203.0.113.2', 'nobody-of-that-name'),
      attempt('203.0.113.3', 'taras', PASSWORD),
    ]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toEqual({ ok: false, code: 'SVT_SIGN_IN_REFUSED' });
    expect(at.who(browser)).toBeUndefined();
  });

  test('the secrets in the cookies are nowhere on disk', async () => {
    const browser = newBrowser();
    await at.signIn(browser, { name: 'olena' });
    const kept = JSON.stringify(await at.store.load());
    expect(kept).not.toContain(browser.session);
    expect(kept).not.toContain(browser.device);
    expect(kept).not.toContain(PASSWORD);
  });
});

describe('strangers who guess', () => {
  const guess = async (count: number) => {
    for (let from = 0; from < count; from += 10) {
      const some = Array.from({ length: 10 }, (_, index) => {
        const number = from + index;
        return attempt(`10.0.${number >> 8}.${number & 255}`, 'olena');
      });
      await Promise.all(some);
    }
  };

  test('are slowed down, and never lock the owner out of a browser that is known', async () => {
    const home = newBrowser();
    await at.signIn(home, { name: 'olena' });
    await guess(60);
    const elsewhere = await at.signIn(newBrowser('192.0.2.1'), { name: 'olena' });
    expect(elsewhere).toMatchObject({ ok: false, code: 'SVT_TOO_MANY_ATTEMPTS' });
    expect(elsewhere.ok ? 0 : elsewhere.retryAfterSeconds).toBeGreaterThan(0);
    expect((await at.signIn(home, { name: 'olena' })).ok).toBe(true);
  });

  test('gain nothing by a cookie of another account', async () => {
    const { browser } = await at.invite('taras');
    await guess(60);
    const answer = await attempt('192.0.2.1', 'olena', 'wrong password', browser.device);
    expect(answer).toMatchObject({ code: 'SVT_TOO_MANY_ATTEMPTS' });
  });

  test('are a row of the audit an account and minute, without the names that nobody has', async () => {
    await guess(20);
    await attempt('10.9.9.9', 'my secret password');
    await at.desk.stop();
    const refused = at.audited.filter(({ type }) => type === 'sign_in_refused');
    expect(refused.map(({ subject, detail }) => [subject, detail])).toEqual([
      ['olena', '20'],
      ['unknown', '1'],
    ]);
    expect(JSON.stringify(at.audited)).not.toContain('secret');
  });
});

describe('a second factor', () => {
  const codeAt = (secret: string, ms = at.clock.ms) =>
    new TOTP({ secret }).generate({ timestamp: ms });
  const enrol = async () => {
    const { browser } = await at.invite('taras');
    const principal = at.who(browser);
    if (principal === undefined) throw new Error('not signed in');
    const begun = await at.desk.own.beginTotp(principal);
    const secret = begun.ok ? begun.secret : '';
    const confirmed = await at.desk.own.confirmTotp(principal, codeAt(secret));
    return { browser, principal, secret, codes: confirmed.ok ? confirmed.recoveryCodes : [] };
  };

  test('is asked for once the password is right, and not before', async () => {
    const { secret } = await enrol();
    const browser = newBrowser();
    expect(await at.signIn(browser, { name: 'taras' })).toEqual({
      ok: false,
      code: 'SVT_CODE_NEEDED',
    });
    const wrong = await at.signIn(browser, { name: 'taras', password: 'wrong password' });
    expect(wrong).toMatchObject({ code: 'SVT_SIGN_IN_REFUSED' });
    const reused = await at.signIn(browser, { name: 'taras', code: codeAt(secret) });
    expect(reused).toMatchObject({ code: 'SVT_SIGN_IN_REFUSED' });
    at.clock.ms += 30_000;
    const code = codeAt(secret);
    expect((await at.signIn(browser, { name: 'taras', code })).ok).toBe(true);
    expect(await at.signIn(browser, { name: 'taras', code })).toMatchObject({
      code: 'SVT_SIGN_IN_REFUSED',
    });
  });

  test('has ten recovery codes, each of which counts once, however it is typed', async () => {
    const { codes } = await enrol();
    expect(new Set(codes).size).toBe(10);
    for (const one of codes) expect(one).toMatch(/^[a-hjkmnp-z2-9]{6}(-[a-hjkmnp-z2-9]{6}){3}$/);
    const code = ` ${codes[0]?.toUpperCase().replaceAll('-', ' ')}`;
    expect((await at.signIn(newBrowser(), { name: 'taras', code })).ok).toBe(true);
    expect((await at.signIn(newBrowser(), { name: 'taras', code })).ok).toBe(false);
    expect((await at.signIn(newBrowser(), { name: 'taras', code: codes[9] ?? '' })).ok).toBe(true);
    expect(JSON.stringify(await at.store.load())).not.toContain(codes[1]);
  });

  test('is not gone round by a new password', async () => {
    await enrol();
    const made = await at.desk.administration.makeLink('taras', 'olena');
    const token = made.ok ? (made.link.split('#')[1] ?? '') : '';
    const given = { token, password: 'another long password' };
    const answer = await at.desk.signIn.byLink(given, placeOf(newBrowser()));
    expect(answer).toEqual({ ok: false, code: 'SVT_CODE_NEEDED' });
    const known = { name: 'taras', password: 'another long password' };
    expect(await at.signIn(newBrowser(), known)).toMatchObject({ code: 'SVT_CODE_NEEDED' });
  });

  test('ends the other sessions when it is added, and when it is removed', async () => {
    const { browser: first } = await at.invite('nadiia');
    const { browser } = await at.invite('taras');
    const elsewhere = async (code?: string) => {
      const other = newBrowser('192.0.2.7');
      await at.signIn(other, { name: 'taras', ...(code === undefined ? {} : { code }) });
      expect(at.who(other)?.name).toBe('taras');
      return other;
    };
    const who = at.who(browser);
    if (who === undefined) throw new Error('not signed in');
    const before = await elsewhere();
    const begun = await at.desk.own.beginTotp(who);
    const secret = begun.ok ? begun.secret : '';
    await at.desk.own.confirmTotp(who, codeAt(secret));
    expect(at.who(before)).toBeUndefined();
    at.clock.ms += 30_000;
    const between = await elsewhere(codeAt(secret));
    await at.desk.own.removeTotp(who, PASSWORD);
    expect(at.who(between)).toBeUndefined();
    expect([at.who(browser)?.name, at.who(first)?.name]).toEqual(['taras', 'nadiia']);
  });

  test('is removed by whoever knows the password alone', async () => {
    const { principal } = await enrol();
    expect((await at.desk.own.beginTotp(principal)).ok).toBe(false);
    expect(await at.desk.own.removeTotp(principal, 'wrong password')).toMatchObject({
      code: 'SVT_SIGN_IN_REFUSED',
    });
    expect((await at.desk.own.removeTotp(principal, PASSWORD)).ok).toBe(true);
    expect((await at.signIn(newBrowser(), { name: 'taras' })).ok).toBe(true);
    expect(at.desk.own.view(principal)).toMatchObject({ hasTotp: false, recoveryCodesLeft: 0 });
  });
});

describe('a link', () => {
  test('works once, for a day, and a newer one takes its place', async () => {
    const { token } = await at.invite('taras');
    const again = { token, password: 'another long password' };
    const place = placeOf(newBrowser());
    expect(await at.desk.signIn.byLink(again, place)).toMatchObject({ code: 'SVT_LINK_SPENT' });
    const [older, newer] = [
      await at.desk.administration.makeLink('taras', 'olena'),
      await at.desk.administration.makeLink('taras', 'olena'),
    ].map((made) => (made.ok ? (made.link.split('#')[1] ?? '') : ''));
    const use = (link: string | undefined) =>
      at.desk.signIn.byLink({ ...again, token: link ?? '' }, place);
    expect(await use(older)).toMatchObject({ code: 'SVT_LINK_SPENT' });
    at.clock.ms += 24 * HOUR;
    expect(await use(newer)).toMatchObject({ code: 'SVT_LINK_SPENT' });
  });

  test('to a new password ends the sessions that there were', async () => {
    const { browser } = await at.invite('taras');
    const made = await at.desk.administration.makeLink('taras', 'olena');
    const token = made.ok ? (made.link.split('#')[1] ?? '') : '';
    const given = { token, password: 'another long password' };
    expect((await at.desk.signIn.byLink(given, placeOf(newBrowser()))).ok).toBe(true);
    expect(at.who(browser)).toBeUndefined();
    expect((await at.signIn(newBrowser(), { name: 'taras' })).ok).toBe(false);
  });
});

test('a link ends the session that its browser had, whoever’s it was', async () => {
  const { browser } = await at.invite('taras');
  const made = await at.desk.administration.makeLink('olena', 'olena');
  const token = made.ok ? (made.link.split('#')[1] ?? '') : '';
  const given = { token, password: 'another long password' };
  expect((await at.desk.signIn.byLink(given, placeOf(browser))).ok).toBe(true);
  expect(at.who(browser)).toBeUndefined();
});

test('a session is signed out by its cookie, not by its identifier, which is no secret', async () => {
  const browser = newBrowser();
  await at.signIn(browser, { name: 'olena' });
  await at.desk.signIn.signOut(at.who(browser)?.session ?? '');
  expect(at.who(browser)?.name).toBe('olena');
  await at.desk.signIn.signOut(browser.session ?? '');
  expect(at.who(browser)).toBeUndefined();
});

test('a browser is known once somebody has signed in from it', async () => {
  const browser = newBrowser();
  await at.signIn(browser, { name: 'olena' });
  const { access } = at.desk;
  const known = [browser.device, browser.session, 'made-up'].map((one = '') =>
    access.knowsBrowser(one),
  );
  expect(known).toEqual([true, false, false]);
});

test('a page’s token counts for its own session alone', async () => {
  const [one, other] = [newBrowser(), newBrowser()];
  await at.signIn(one, { name: 'olena' });
  await at.signIn(other, { name: 'olena' });
  const { access } = at.desk;
  const { csrf } = access.view(shown(one));
  expect(access.isCsrf(shown(one), csrf)).toBe(true);
  expect(access.isCsrf(shown(other), csrf)).toBe(false);
  expect(access.isCsrf(shown(one), undefined)).toBe(false);
  expect(access.isCsrf({ isLocal: true }, csrf)).toBe(false);
});

describe('with sign-in by the identity provider alone', () => {
  test('only break-glass accounts come in by password, seen in log and audit', async () => {
    await at.invite('glass', 'administrator', { isBreakGlass: true });
    const other = await accessDesk({ store: at.store, access: { localSignIn: false } });
    expect(other.desk.access.view({ isLocal: false }).ways.password).toBe(true);
    expect(await other.signIn(newBrowser(), { name: 'olena' })).toMatchObject({
      code: 'SVT_SIGN_IN_REFUSED',
    });
    expect((await other.signIn(newBrowser(), { name: 'glass' })).ok).toBe(true);
    expect(other.messages).toContain('access: a break-glass account signs in');
    await other.desk.stop();
    expect(other.audited.map(({ type }) => type)).toContain('break_glass_used');
  });
});
