import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Permission } from '../../../../src/contract/access.ts';
import {
  accessDesk,
  type Browser,
  HOUR,
  memoryAccounts,
  newBrowser,
  shown,
} from '../../../support/access-desk.ts';

const MINUTE = 60_000;
let at: Awaited<ReturnType<typeof accessDesk>>;
let changes: number;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  at = await accessDesk();
  await at.setUp();
  changes = 0;
  at.desk.access.onChange(() => {
    changes += 1;
  });
});

afterEach(async () => {
  await at.desk.stop();
  vi.useRealTimers();
});

/** The clock goes on, and what runs now and then has run. */
const later = (ms: number) => {
  at.clock.ms += ms;
  vi.advanceTimersByTime(250);
};
const use = (browser: Browser) => at.desk.access.used(at.who(browser)?.session ?? '');

describe('a technician’s session', () => {
  test('lasts a shift without being used, and 16 h at most when it is', async () => {
    const { browser } = await at.invite('taras');
    const { expiresAt, warnAt } = at.desk.access.view(shown(browser));
    expect(expiresAt).toBe(at.clock.ms + 16 * HOUR);
    expect(warnAt).toBe(at.clock.ms + 16 * HOUR - 15 * MINUTE);
    later(14 * HOUR - 1);
    expect(at.who(browser)?.name).toBe('taras');
    use(browser);
    later(2 * HOUR);
    expect(at.who(browser)?.name).toBe('taras');
    later(1);
    expect(at.who(browser)).toBeUndefined();
    expect(at.desk.access.view(shown(browser))).toMatchObject({ mode: 'accounts' });
    expect(at.desk.access.view(shown(browser)).who).toBeUndefined();
  });

  test('that has run out leaves a page to look at, while an incident is open', async () => {
    const { browser } = await at.invite('taras');
    at.world.hasIncident = true;
    later(16 * HOUR);
    const who = at.who(browser);
    expect(who?.isReadOnly).toBe(true);
    expect([...(who?.permissions ?? [])]).toEqual(['see']);
    expect(at.desk.access.view(shown(browser)).who).toMatchObject({ isReadOnly: true });
    use(browser);
    expect(at.who(browser)?.isReadOnly).toBe(true);
    at.world.hasIncident = false;
    expect(at.who(browser)).toBeUndefined();
    at.world.hasIncident = true;
    expect(at.who(browser)?.isReadOnly).toBe(true);
    // Unused for 14 h, it had ended two hours before.
    later(10 * HOUR);
    expect(at.who(browser)).toBeUndefined();
  });

  test('that was revoked leaves nothing, incident or not', async () => {
    const { browser } = await at.invite('taras');
    at.world.hasIncident = true;
    await at.desk.administration.signOutEverywhere('taras', 'olena');
    expect(at.who(browser)).toBeUndefined();
  });

  test('that may look alone changes nothing of the account', async () => {
    const { browser } = await at.invite('taras');
    at.world.hasIncident = true;
    later(16 * HOUR);
    const who = at.who(browser);
    if (who === undefined) throw new Error('expected somebody who looks');
    const given = { current: 'x', password: 'another long password' };
    expect(await at.desk.own.changePassword(who, given)).toMatchObject({ code: 'SVT_FORBIDDEN' });
    expect(await at.desk.own.beginTotp(who)).toMatchObject({ code: 'SVT_FORBIDDEN' });
    const revoked = await at.desk.own.revokeSession(who, who.session ?? '');
    expect(revoked).toMatchObject({ code: 'SVT_FORBIDDEN' });
  });

  test('of an auditor shows no site when it has run out', async () => {
    const { browser } = await at.invite('audit', 'auditor');
    at.world.hasIncident = true;
    later(16 * HOUR);
    expect(at.who(browser)?.permissions.size).toBe(0);
  });
});

test('an administrator’s session ends after half an hour without use', async () => {
  const browser = newBrowser();
  await at.signIn(browser, { name: 'olena' });
  later(29 * MINUTE);
  use(browser);
  later(29 * MINUTE);
  expect(at.who(browser)?.role).toBe('administrator');
  later(MINUTE);
  expect(at.who(browser)).toBeUndefined();
});

describe('open pages are asked anew', () => {
  test.each([
    [
      'a role is taken away',
      () => at.desk.administration.changeAccount('taras', { role: 'viewer' }, 'olena'),
    ],
    [
      'limits are set',
      () =>
        at.desk.administration.changeAccount(
          'taras',
          { scope: { sites: ['krakivets'], regions: [] } },
          'olena',
        ),
    ],
    [
      'an account is disabled',
      () => at.desk.administration.changeAccount('taras', { isDisabled: true }, 'olena'),
    ],
    ['an account is removed', () => at.desk.administration.removeAccount('taras', 'olena')],
    ['somebody is signed out', () => at.desk.administration.signOutEverywhere('taras', 'olena')],
  ])('at once when %s', async (_, act) => {
    const { browser } = await at.invite('taras');
    const before = at.who(browser);
    changes = 0;
    expect((await act()).ok).toBe(true);
    expect(changes).toBe(1);
    expect(at.who(browser)).not.toEqual(before);
  });

  test('at once when somebody signs out', async () => {
    const { browser } = await at.invite('taras');
    changes = 0;
    await at.desk.signIn.signOut(browser.session ?? '');
    expect(changes).toBe(1);
    expect(at.who(browser)).toBeUndefined();
    await at.desk.signIn.signOut(browser.session ?? '');
    expect(changes).toBe(1);
  });

  test('when a session runs out, when it may look, and when that is over', async () => {
    const { browser } = await at.invite('taras');
    vi.advanceTimersByTime(250);
    changes = 0;
    later(14 * HOUR - 1);
    use(browser);
    // The administrator's own session ended in the meantime.
    expect(changes).toBe(1);
    later(2 * HOUR + 1);
    expect(changes).toBe(2);
    at.world.hasIncident = true;
    later(0);
    expect(changes).toBe(3);
    later(0);
    expect(changes).toBe(3);
    later(12 * HOUR);
    expect(changes).toBe(4);
  });

  test('when a token runs out, or is removed', async () => {
    const given = { name: 'kiosk', permissions: ['see'] as const };
    const expiresAt = at.clock.ms + HOUR;
    const one = await at.desk.administration.addToken({ ...given, expiresAt }, 'olena');
    const other = await at.desk.administration.addToken(given, 'olena');
    if (!one.ok || !other.ok) throw new Error('expected tokens');
    const holder = (bearer: string) => at.desk.access.principal({ bearer, isLocal: false });
    expect(holder(one.token)).toMatchObject({ kind: 'token', name: 'kiosk', isReadOnly: false });
    expect([...(holder(one.token)?.permissions ?? [])]).toEqual(['see']);
    expect(at.desk.access.isCsrf({ bearer: one.token, isLocal: false }, undefined)).toBe(true);
    vi.advanceTimersByTime(250);
    changes = 0;
    later(HOUR);
    expect(changes).toBe(1);
    expect(holder(one.token)).toBeUndefined();
    expect((await at.desk.administration.removeToken(other.id, 'olena')).ok).toBe(true);
    expect(changes).toBe(2);
    expect(holder(other.token)).toBeUndefined();
  });
});

test('a wall screen keeps a token that may look alone, and a person at it goes before', async () => {
  const { administration, signIn, access } = at.desk;
  const add = async (permissions: Permission[], expiresAt?: number) => {
    const given = { name: 'wall', permissions, ...(expiresAt && { expiresAt }) };
    const added = await administration.addToken(given, 'olena');
    return added.ok ? added.token : '';
  };
  const looking = await add(['see', 'report']);
  const acting = await add(['see', 'respond']);
  const over = await add(['see'], at.clock.ms + HOUR);
  at.clock.ms += HOUR;
  const nameOf = (kiosk: string, session?: string) =>
    access.principal({ kiosk, session, isLocal: false })?.name;
  expect(await signIn.byKiosk(looking)).toEqual({ ok: true });
  expect(await signIn.byKiosk(acting)).toMatchObject({ code: 'SVT_FORBIDDEN' });
  for (const none of [over, 'made-up'])
    expect(await signIn.byKiosk(none)).toMatchObject({ code: 'SVT_SIGN_IN_REFUSED' });
  expect([looking, acting, over, 'made-up'].map((one) => nameOf(one))).toEqual([
    'wall',
    undefined,
    undefined,
    undefined,
  ]);
  const browser = newBrowser();
  await at.signIn(browser, { name: 'olena' });
  expect(nameOf(looking, browser.session)).toBe('olena');
});

test('a session goes on after a restart, with its use as it was last written', async () => {
  const { browser } = await at.invite('taras');
  const admin = newBrowser();
  await at.signIn(admin, { name: 'olena' });
  at.clock.ms += 25 * MINUTE;
  use(admin);
  await at.desk.stop();
  const next = await accessDesk({ store: at.store, clock: at.clock });
  at.clock.ms += 25 * MINUTE;
  expect(next.who(browser)?.name).toBe('taras');
  expect(next.who(admin)?.name).toBe('olena');
  await next.desk.stop();
});

test('what has run out long ago leaves the disk', async () => {
  await at.invite('taras');
  await at.desk.administration.makeLink('taras', 'olena');
  at.clock.ms += 180 * 24 * HOUR;
  await at.desk.stop();
  const { sessions, links, devices, accounts } = await at.store.load();
  expect([sessions, links, devices]).toEqual([[], [], []]);
  expect(accounts).toHaveLength(2);
});

test('an account has fifty sessions at most, and twenty browsers that are known', async () => {
  const first = newBrowser();
  await at.signIn(first, { name: 'olena' });
  for (let more = 0; more < 50; more++) {
    at.clock.ms += 1;
    await at.signIn(newBrowser(`10.0.0.${more}`), { name: 'olena' });
  }
  expect(at.who(first)).toBeUndefined();
  const { sessions, devices } = await at.store.load();
  expect([sessions.length, devices.length]).toEqual([50, 20]);
});

test('what the journal could not take is in the audit a minute later', async () => {
  const journal = { isFailing: true, told: [] as string[] };
  const other = await accessDesk({
    audit: async (events) => {
      if (journal.isFailing) throw new Error('disk full');
      journal.told.push(...events.map(({ type }) => type));
    },
  });
  await other.setUp();
  journal.isFailing = false;
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(journal.told).toEqual(['account_added', 'signed_in']);
  await other.desk.stop();
});

test('a store that fails lets nobody in, and keeps those in that are', async () => {
  const store = memoryAccounts();
  const failing = { isFailing: false };
  const other = await accessDesk({
    store: {
      ...store,
      apply: async (change) => {
        if (failing.isFailing) throw new Error('disk full');
        return store.apply(change);
      },
    },
  });
  const { browser } = await other.setUp();
  failing.isFailing = true;
  await expect(other.signIn(newBrowser(), { name: 'olena' })).rejects.toThrow('disk full');
  expect(other.who(browser)?.name).toBe('olena');
  failing.isFailing = false;
  expect((await other.signIn(newBrowser(), { name: 'olena' })).ok).toBe(true);
  await other.desk.stop();
});
