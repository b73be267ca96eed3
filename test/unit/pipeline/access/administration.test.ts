import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { accessDesk, newBrowser, PASSWORD } from '../../../support/access-desk.ts';

let at: Awaited<ReturnType<typeof accessDesk>>;

beforeEach(async () => {
  at = await accessDesk({ publicUrl: 'https://svitlo.example/' });
  await at.setUp();
});

afterEach(() => at.desk.stop());

const add = (name: string, role: 'viewer' | 'administrator' = 'viewer') =>
  at.desk.administration.addAccount({ name, role, isBreakGlass: false }, 'olena');

describe('an account', () => {
  test('is added with a link of the public address', async () => {
    const added = await add('taras');
    expect(added.ok && added.link).toMatch(/^https:\/\/svitlo\.example\/link#[\w-]{43}$/);
    expect(at.desk.administration.accounts().map(({ name }) => name)).toEqual(['olena', 'taras']);
  });

  test.each(['olena', 'console', 'nobody'])('is not called %s', async (name) => {
    expect(await add(name)).toMatchObject({ code: 'SVT_NAME_TAKEN' });
  });

  test('that is not there cannot be changed', async () => {
    const { administration } = at.desk;
    const answers = [
      await administration.changeAccount('ghost', { role: 'viewer' }, 'olena'),
      await administration.removeAccount('ghost', 'olena'),
      await administration.makeLink('ghost', 'olena'),
      await administration.removeSecondFactors('ghost', 'olena'),
      await administration.signOutEverywhere('ghost', 'olena'),
      await administration.removeToken('ghost', 'olena'),
    ];
    for (const answer of answers) expect(answer).toEqual({ ok: false, code: 'SVT_NOT_FOUND' });
  });

  test('keeps its limits where they are not spoken of, and loses them by null', async () => {
    const scope = { sites: ['krakivets'], regions: [] };
    await at.invite('taras', 'technician', { scope });
    const rowOf = () => at.desk.administration.accounts().find(({ name }) => name === 'taras');
    await at.desk.administration.changeAccount('taras', { role: 'supervisor' }, 'olena');
    expect(rowOf()).toMatchObject({ role: 'supervisor', scope });
    await at.desk.administration.changeAccount('taras', { scope: null }, 'olena');
    expect(rowOf()?.scope).toBeUndefined();
  });

  test('takes what is its own with it', async () => {
    await at.invite('taras');
    await at.desk.administration.makeLink('taras', 'olena');
    await at.desk.administration.removeAccount('taras', 'olena');
    const { accounts, sessions, devices, links } = await at.store.load();
    const owners = [...sessions, ...devices, ...links].map(({ account }) => account);
    expect(new Set(owners)).toEqual(new Set(['olena']));
    expect(accounts.map(({ name }) => name)).toEqual(['olena']);
  });
});

describe('the last administrator', () => {
  const LAST = { ok: false, code: 'SVT_LAST_ADMINISTRATOR' };

  test('is neither removed, disabled nor made something else', async () => {
    const { administration } = at.desk;
    expect(await administration.removeAccount('olena', 'olena')).toEqual(LAST);
    expect(await administration.changeAccount('olena', { isDisabled: true }, 'olena')).toEqual(
      LAST,
    );
    expect(await administration.changeAccount('olena', { role: 'viewer' }, 'olena')).toEqual(LAST);
    expect(
      (await administration.changeAccount('olena', { role: 'administrator' }, 'olena')).ok,
    ).toBe(true);
  });

  test('is not replaced by an invitation that nobody has taken', async () => {
    await add('taras', 'administrator');
    expect(await at.desk.administration.removeAccount('olena', 'taras')).toEqual(LAST);
  });

  test('may go once another one can sign in', async () => {
    await at.invite('taras', 'administrator');
    expect((await at.desk.administration.removeAccount('olena', 'taras')).ok).toBe(true);
    expect((await at.signIn(newBrowser(), { name: 'taras' })).ok).toBe(true);
  });

  test('of two who are removed at once stays', async () => {
    await at.invite('taras', 'administrator');
    const answers = await Promise.all([
      at.desk.administration.removeAccount('olena', 'taras'),
      at.desk.administration.removeAccount('taras', 'olena'),
    ]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
  });
});

describe('limits and the right to administer', () => {
  const LIMITED = { ok: false, code: 'SVT_ADMINISTRATOR_LIMITED' };
  const scope = { regions: ['lviv'], sites: [] };
  const given = { name: 'taras', isBreakGlass: false };

  test('are not given together', async () => {
    const { administration } = at.desk;
    const asAdministrator = { ...given, role: 'administrator', scope } as const;
    expect(await administration.addAccount(asAdministrator, 'olena')).toEqual(LIMITED);
    const token = { name: 'x', permissions: ['see', 'administer'], scope } as const;
    expect(await administration.addToken(token, 'olena')).toEqual(LIMITED);
    expect(administration.accounts().map(({ name }) => name)).toEqual(['olena']);
    expect(administration.tokens()).toEqual([]);
  });

  test('do not meet by two changes either', async () => {
    const { administration } = at.desk;
    await administration.addAccount({ ...given, role: 'viewer', scope }, 'olena');
    const change = (one: Parameters<typeof administration.changeAccount>[1]) =>
      administration.changeAccount('taras', one, 'olena');
    expect(await change({ role: 'administrator' })).toEqual(LIMITED);
    expect(await change({ role: 'administrator', scope: null })).toEqual({ ok: true });
    expect(await change({ scope })).toEqual(LIMITED);
    expect(await change({ scope, role: 'supervisor' })).toEqual({ ok: true });
  });

  test('that stand together on disk leave all but the right to administer', async () => {
    const { browser } = await at.invite('taras', 'supervisor', { scope });
    const { accounts, tokens } = await at.store.load();
    const record = accounts.find(({ name }) => name === 'taras');
    if (record === undefined) throw new Error('not there');
    await at.store.apply({
      put: {
        accounts: [{ ...record, role: 'administrator' }],
        tokens: [
          ...tokens,
          {
            id: createHash('sha256').update('a-token').digest('hex'),
            name: 'x',
            permissions: ['see', 'administer'],
            scope,
            createdAt: 0,
            createdBy: 'olena',
          },
        ],
      },
    });
    const desk = await accessDesk({ store: at.store });
    const who = desk.who(browser);
    expect(who?.permissions.has('supervise')).toBe(true);
    expect(who?.permissions.has('administer')).toBe(false);
    const byToken = desk.desk.access.principal({ bearer: 'a-token', isLocal: false });
    expect(byToken?.permissions).toEqual(new Set(['see']));
    const { administration } = desk.desk;
    expect(await administration.changeAccount('taras', { isDisabled: true }, 'olena')).toEqual({
      ok: true,
    });
  });

  test('leave nobody who could administer', async () => {
    const change = { role: 'viewer', scope } as const;
    expect(await at.desk.administration.changeAccount('olena', change, 'olena')).toMatchObject({
      code: 'SVT_LAST_ADMINISTRATOR',
    });
  });
});

describe('somebody’s own account', () => {
  test('has a new password for whoever knows the old one, and ends the other sessions', async () => {
    const { browser } = await at.invite('taras');
    const other = newBrowser('192.0.2.7');
    await at.signIn(other, { name: 'taras' });
    const who = at.who(browser);
    if (who === undefined) throw new Error('not signed in');
    const change = (current: string, password: string) =>
      at.desk.own.changePassword(who, { current, password });
    expect(await change('wrong password', 'another long password')).toMatchObject({
      code: 'SVT_SIGN_IN_REFUSED',
    });
    expect(await change(PASSWORD, 'password1234')).toMatchObject({ code: 'SVT_PASSWORD_WEAK' });
    expect((await change(PASSWORD, 'another long password')).ok).toBe(true);
    expect(at.who(browser)?.name).toBe('taras');
    expect(at.who(other)).toBeUndefined();
  });

  test('is not told by guesses from a browser that was left alone', async () => {
    const { browser } = await at.invite('taras');
    const who = at.who(browser);
    if (who === undefined) throw new Error('not signed in');
    const codes: string[] = [];
    for (let more = 0; more < 12; more++) {
      const given = { current: `guess ${more}`, password: 'another long password' };
      const answer = await at.desk.own.changePassword(who, given);
      codes.push(answer.ok ? 'ok' : answer.code);
    }
    expect(codes.slice(0, 10).every((code) => code === 'SVT_SIGN_IN_REFUSED')).toBe(true);
    expect(codes.slice(10)).toEqual(['SVT_TOO_MANY_ATTEMPTS', 'SVT_TOO_MANY_ATTEMPTS']);
  });

  test('shows its sessions, and ends one of them, but none of others', async () => {
    const { browser } = await at.invite('taras');
    const other = newBrowser('192.0.2.7');
    await at.signIn(other, { name: 'taras' });
    const [who, elsewhere] = [at.who(browser), at.who(other)];
    if (who === undefined || elsewhere === undefined) throw new Error('not signed in');
    const view = at.desk.own.view(who);
    expect(view?.sessions.map(({ address, isCurrent }) => [address, isCurrent])).toEqual([
      ['198.51.100.20', true],
      ['192.0.2.7', false],
    ]);
    const olenas = (await at.store.load()).sessions.find(({ account }) => account === 'olena');
    expect(await at.desk.own.revokeSession(who, olenas?.id ?? '')).toMatchObject({
      code: 'SVT_NOT_FOUND',
    });
    expect((await at.desk.own.revokeSession(who, elsewhere.session ?? '')).ok).toBe(true);
    expect(at.who(other)).toBeUndefined();
    expect(at.who(browser)?.name).toBe('taras');
  });
});

test('everything that is done to access is audited: what, to whom, by whom', async () => {
  const { administration, signIn } = at.desk;
  const { browser } = await at.invite('taras');
  await administration.changeAccount('taras', { role: 'supervisor' }, 'olena');
  await administration.makeLink('taras', 'olena');
  await signIn.signOut(browser.session ?? '');
  const token = await administration.addToken({ name: 'kiosk', permissions: ['see'] }, 'olena');
  await administration.removeToken(token.ok ? token.id : '', 'olena');
  await administration.removeAccount('taras', 'olena');
  await at.desk.stop();
  expect(
    at.audited.map(({ type, subject, actor, detail }) => [type, subject, actor, detail]),
  ).toEqual([
    ['account_added', 'olena', 'olena', 'administrator'],
    ['signed_in', 'olena', 'olena', 'link'],
    ['account_added', 'taras', 'olena', 'technician'],
    ['password_changed', 'taras', 'taras', undefined],
    ['signed_in', 'taras', 'taras', 'link'],
    ['account_changed', 'taras', 'olena', 'role supervisor'],
    ['link_made', 'taras', 'olena', undefined],
    ['signed_out', 'taras', 'taras', undefined],
    ['token_added', 'kiosk', 'olena', 'see'],
    ['token_removed', 'kiosk', 'olena', undefined],
    ['account_removed', 'taras', 'olena', undefined],
  ]);
  expect(await at.store.events()).toEqual([]);
});
