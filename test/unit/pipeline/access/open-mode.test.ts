import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { accountRecordSchema } from '../../../../src/contract/account.ts';
import { OPEN_PRINCIPAL } from '../../../../src/domain/access/principal.ts';
import { SvitloError } from '../../../../src/errors.ts';
import {
  accessDesk,
  HOUR,
  memoryAccounts,
  newBrowser,
  PASSWORD,
  placeOf,
} from '../../../support/access-desk.ts';

let at: Awaited<ReturnType<typeof accessDesk>>;

beforeEach(async () => {
  at = await accessDesk();
});

afterEach(() => at.desk.stop());

const setupToken = () => at.desk.setupLink()?.replace('/setup#', '') ?? '';
const setUp = (token: string, password = PASSWORD, name = 'olena') =>
  at.desk.signIn.bySetup({ token, name, password }, placeOf(newBrowser()));

describe('while there are no accounts', () => {
  test('whoever is at this machine is the administrator, and nobody else is anybody', () => {
    const { access } = at.desk;
    expect(access.mode()).toBe('open');
    expect(access.principal({ isLocal: true })).toBe(OPEN_PRINCIPAL);
    expect(access.principal({ isLocal: false, bearer: 'x', session: 'y' })).toBeUndefined();
    expect(access.view({ isLocal: true })).toEqual({
      mode: 'open',
      isDemo: false,
      ways: { password: false, passkey: false },
    });
    expect(access.isCsrf({ isLocal: true }, undefined)).toBe(true);
  });

  test('nothing can be signed in to or administered', async () => {
    const { signIn, administration } = at.desk;
    const place = placeOf(newBrowser());
    const forbidden = { ok: false, code: 'SVT_FORBIDDEN' };
    expect(await signIn.byPassword({ name: 'olena', password: PASSWORD }, place)).toMatchObject(
      forbidden,
    );
    expect(await signIn.byLink({ token: 'x'.repeat(43), password: PASSWORD }, place)).toMatchObject(
      forbidden,
    );
    const account = { name: 'x', role: 'viewer', isBreakGlass: false } as const;
    expect(await administration.addAccount(account, 'local')).toMatchObject(forbidden);
    expect(await administration.removeAccount('x', 'local')).toMatchObject(forbidden);
    expect(administration.accounts()).toEqual([]);
  });
});

describe('the setup link', () => {
  test('makes the first administrator, signed in, and locks the machine’s open door at once', async () => {
    let changes = 0;
    at.desk.access.onChange(() => {
      changes += 1;
    });
    const { browser, answer } = await at.setUp();
    expect(answer.ok).toBe(true);
    expect(at.who(browser)).toMatchObject({ name: 'olena', role: 'administrator', kind: 'user' });
    expect(at.desk.access.mode()).toBe('accounts');
    expect(at.desk.access.principal({ isLocal: true })).toBeUndefined();
    expect(at.desk.setupLink()).toBeUndefined();
    expect(changes).toBe(1);
  });

  test('works once', async () => {
    const token = setupToken();
    expect((await setUp(token)).ok).toBe(true);
    expect(await setUp(token, PASSWORD, 'taras')).toMatchObject({ code: 'SVT_LINK_SPENT' });
  });

  test('works once of two at the same time', async () => {
    const token = setupToken();
    const answers = await Promise.all([setUp(token), setUp(token, PASSWORD, 'taras')]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(at.desk.administration.accounts()).toHaveLength(1);
  });

  test('is not spent by a password that is too weak, nor by a name that is reserved', async () => {
    const token = setupToken();
    expect(await setUp(token, 'password1234')).toMatchObject({ code: 'SVT_PASSWORD_WEAK' });
    expect(await setUp(token, PASSWORD, 'console')).toMatchObject({ code: 'SVT_NAME_TAKEN' });
    expect((await setUp(token)).ok).toBe(true);
  });

  test.each(['', 'x'.repeat(43)])('nobody guesses it: %s', async (token) => {
    expect(await setUp(token)).toMatchObject({ code: 'SVT_LINK_SPENT' });
  });

  test('is too old after a day', async () => {
    at.clock.ms += 24 * HOUR;
    expect(await setUp(setupToken())).toMatchObject({ code: 'SVT_LINK_SPENT' });
  });
});

test('an account that cannot be read opens nothing', async () => {
  await at.setUp();
  at.store.database.exec("UPDATE accounts SET body = '{'");
  const other = await accessDesk({ store: at.store });
  expect(other.desk.access.mode()).toBe('accounts');
  expect(other.desk.access.principal({ isLocal: true })).toBeUndefined();
  expect(other.messages).toContain('accounts: a row is damaged');
  await other.desk.stop();
});

describe('accounts that cannot be read at all', () => {
  async function blindDesk() {
    const store = memoryAccounts();
    let isBroken = true;
    const failure = new SvitloError('SVT_ACCOUNTS_FAILED', 'file is not a database');
    const load = () => (isBroken ? Promise.reject(failure) : store.load());
    const blind = await accessDesk({ store: { ...store, load } });
    const mend = () => {
      isBroken = false;
    };
    return { ...blind, mend };
  }

  test('open nothing, and hold up nothing else', async () => {
    const { desk, messages } = await blindDesk();
    expect(messages).toContain('accounts: cannot be read: nobody is let in');
    expect(desk.readiness()).toEqual({
      isReady: false,
      state: 'unreadable',
      detail: 'file is not a database',
    });
    expect(desk.access.mode()).toBe('accounts');
    expect(desk.access.principal({ isLocal: true })).toBeUndefined();
    expect(desk.setupLink()).toBeUndefined();
    const place = placeOf(newBrowser());
    const unread = { code: 'SVT_ACCOUNTS_FAILED' };
    const given = { name: 'olena', password: PASSWORD };
    await expect(desk.signIn.byPassword(given, place)).rejects.toMatchObject(unread);
    await desk.stop();
  });

  test('are tried again until they can be', async () => {
    vi.useFakeTimers();
    const { desk, mend } = await blindDesk();
    mend();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(desk.readiness()).toEqual({ isReady: true, state: 'ok' });
    expect(desk.access.mode()).toBe('open');
    vi.useRealTimers();
    await desk.stop();
  });
});

test('accounts that are taken out of the file while it runs open nothing', async () => {
  await at.setUp();
  at.store.database.exec('DELETE FROM accounts');
  await at.desk.administration.makeLink('olena', 'console');
  const foreign = await accessDesk({ store: at.store });
  expect(foreign.desk.access.mode()).toBe('open');
  await foreign.desk.stop();
  expect(at.desk.access.mode()).toBe('accounts');
});

test('accounts that are lost open nothing, until there is one again', async () => {
  vi.useFakeTimers();
  const lost = await accessDesk({ hadAccounts: async () => true });
  expect(lost.desk.readiness()).toMatchObject({ isReady: false, state: 'unreadable' });
  expect(lost.desk.access.mode()).toBe('accounts');
  expect(lost.desk.access.principal({ isLocal: true })).toBeUndefined();
  expect(lost.desk.setupLink()).toBeUndefined();
  await lost.store.apply({
    put: {
      accounts: [accountRecordSchema.parse({ name: 'olena', role: 'administrator', createdAt: 0 })],
    },
  });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(lost.desk.readiness()).toEqual({ isReady: true, state: 'ok' });
  vi.useRealTimers();
  await lost.desk.stop();
});
