import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Passkeys } from '../../../../src/access-port.ts';
import type { PasskeyRecord } from '../../../../src/contract/account.ts';
import { accessDesk, keep, newBrowser, placeOf } from '../../../support/access-desk.ts';

const passkey = (id: string, account: string): PasskeyRecord => ({
  id,
  account,
  label: 'phone',
  publicKey: 'AAAA',
  counter: 0,
  transports: [],
  createdAt: 0,
});

/** Ceremonies that hold unless they are called `wrong`. */
const passkeys: Passkeys = {
  register: async () => ({ ceremony: 'c', options: {} }),
  registered: async ({ account, ceremony, response }) =>
    ceremony === 'wrong' ? undefined : passkey(response.id, account),
  authenticate: async (origin) => ({ ceremony: 'c', options: { origin } }),
  authenticated: async ({ ceremony, response }, find) => {
    const known = find(response.id);
    return ceremony === 'wrong' || known === undefined ? undefined : { ...known, counter: 7 };
  },
};

let at: Awaited<ReturnType<typeof accessDesk>>;

beforeEach(async () => {
  at = await accessDesk({ passkeys });
  await at.setUp();
});

afterEach(() => at.desk.stop());

async function enrol(id = 'key-1') {
  const { browser } = await at.invite('taras');
  const who = at.who(browser);
  if (who === undefined) throw new Error('not signed in');
  const added = await at.desk.own.addPasskey(who, {
    ceremony: 'c',
    label: 'phone',
    response: { id },
  });
  return { who, added };
}
const come = (id: string, ceremony = 'c', browser = newBrowser()) =>
  at.desk.signIn.byPasskey({ ceremony, response: { id } }, placeOf(browser));

describe('a passkey', () => {
  test('signs in by itself, and is kept as its use leaves it', async () => {
    expect(at.desk.access.view({ isLocal: false }).ways.passkey).toBe(true);
    expect((await enrol()).added.ok).toBe(true);
    const browser = newBrowser();
    const answer = await come('key-1', 'c', browser);
    if (answer.ok) keep(browser, answer);
    expect(at.who(browser)?.name).toBe('taras');
    expect((await at.store.load()).passkeys[0]).toMatchObject({
      counter: 7,
      lastUsedAt: at.clock.ms,
    });
  });

  test.each([
    ['key-1', 'wrong'],
    ['key-2', 'c'],
  ])('%s in the ceremony %s does not hold', async (id, ceremony) => {
    await enrol();
    expect(await come(id, ceremony)).toMatchObject({ code: 'SVT_SIGN_IN_REFUSED' });
  });

  test('of a disabled account lets nobody in', async () => {
    await enrol();
    await at.desk.administration.changeAccount('taras', { isDisabled: true }, 'olena');
    expect(await come('key-1')).toMatchObject({ code: 'SVT_SIGN_IN_REFUSED' });
  });

  test('belongs to one account, and is removed by it alone', async () => {
    const { who } = await enrol();
    const again = { ceremony: 'c', label: 'phone', response: { id: 'key-1' } };
    expect(await at.desk.own.addPasskey(who, again)).toMatchObject({ code: 'SVT_NAME_TAKEN' });
    const { browser } = await at.invite('ivan');
    const ivan = at.who(browser);
    if (ivan === undefined) throw new Error('not signed in');
    expect(await at.desk.own.removePasskey(ivan, 'key-1')).toMatchObject({ code: 'SVT_NOT_FOUND' });
    expect((await at.desk.own.removePasskey(who, 'key-1')).ok).toBe(true);
    expect(await come('key-1')).toMatchObject({ code: 'SVT_SIGN_IN_REFUSED' });
  });

  test('ends the other sessions when it is added, and when it is removed', async () => {
    const { who } = await enrol();
    const added = newBrowser();
    const elsewhere = await come('key-1', 'c', added);
    if (elsewhere.ok) keep(added, elsewhere);
    expect(at.who(added)?.name).toBe('taras');
    const given = { ceremony: 'c', label: 'another', response: { id: 'key-2' } };
    expect((await at.desk.own.addPasskey(who, given)).ok).toBe(true);
    expect(at.who(added)).toBeUndefined();
    const removed = newBrowser();
    const again = await come('key-1', 'c', removed);
    if (again.ok) keep(removed, again);
    expect((await at.desk.own.removePasskey(who, 'key-2')).ok).toBe(true);
    expect(at.who(removed)).toBeUndefined();
    expect(at.desk.own.view(who)?.sessions).toHaveLength(1);
  });

  test('is neither added nor removed by a session of long ago', async () => {
    const { who } = await enrol();
    at.clock.ms += 16 * 60_000;
    const again = { code: 'SVT_SIGN_IN_AGAIN' };
    expect(await at.desk.own.passkeyOptions(who, 'https://svitlo.example')).toMatchObject(again);
    expect(await at.desk.own.removePasskey(who, 'key-1')).toMatchObject(again);
    expect(await at.desk.own.beginTotp(who)).toMatchObject(again);
    expect((await come('key-1')).ok).toBe(true);
  });

  test('goes with the second factors that an administrator removes', async () => {
    await enrol();
    expect((await at.desk.administration.removeSecondFactors('taras', 'olena')).ok).toBe(true);
    expect(await come('key-1')).toMatchObject({ code: 'SVT_SIGN_IN_REFUSED' });
  });

  test('is no way in for guesses without number', async () => {
    const codes: string[] = [];
    for (let more = 0; more < 22; more++) {
      const answer = await come(`guess-${more}`);
      codes.push(answer.ok ? 'ok' : answer.code);
    }
    expect(codes.filter((code) => code === 'SVT_SIGN_IN_REFUSED')).toHaveLength(20);
    expect(codes.at(-1)).toBe('SVT_TOO_MANY_ATTEMPTS');
  });
});

test('without passkeys there is nothing to add or to sign in by', async () => {
  const other = await accessDesk();
  const { browser } = await other.setUp();
  const who = other.who(browser);
  if (who === undefined) throw new Error('not signed in');
  const notFound = { ok: false, code: 'SVT_NOT_FOUND' };
  expect(await other.desk.own.passkeyOptions(who, 'https://svitlo.example')).toEqual(notFound);
  const given = { ceremony: 'c', response: { id: 'x' } };
  expect(await other.desk.signIn.byPasskey(given, placeOf(newBrowser()))).toEqual(notFound);
  expect(await other.desk.signIn.oidcStart('https://svitlo.example')).toEqual(notFound);
  expect(other.desk.access.view({ isLocal: false }).ways).toEqual({
    password: true,
    passkey: false,
  });
  await other.desk.stop();
});
