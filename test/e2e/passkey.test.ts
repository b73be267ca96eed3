import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPasskeys } from '../../src/adapters/credential/passkey.ts';
import type { PasskeyRecord } from '../../src/contract/account.ts';
import { openBrowser } from '../support/chromium.ts';
import {
  createCredential,
  getCredential,
  plugInAuthenticator,
  serveBlankPage,
} from '../support/passkey-site.ts';

const START = Date.parse('2026-01-05T12:00:00Z');

let browser: Browser;
let site: Awaited<ReturnType<typeof serveBlankPage>>;
let page: Page;
let now: number;
let passkeys: ReturnType<typeof createPasskeys>;

beforeAll(async () => {
  browser = await openBrowser();
  site = await serveBlankPage();
});

afterAll(async () => {
  await browser?.close();
  await site?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  now = START;
  passkeys = createPasskeys({ now: () => now });
  page = await (await browser.newContext()).newPage();
  await page.goto(site.origin);
});

afterEach(() => page.context().close());

async function begin(account = 'olena', known: PasskeyRecord[] = []) {
  return passkeys.register({ name: account, passkeys: known, origin: site.origin });
}

async function addPasskey(): Promise<PasskeyRecord> {
  const { ceremony, options } = await begin();
  const response = await createCredential(page, options);
  const made = await passkeys.registered({ account: 'olena', ceremony, label: 'phone', response });
  if (made === undefined) throw new Error('the passkey was refused');
  return made;
}

async function answer(): Promise<{ ceremony: string; response: { id: string } }> {
  const { ceremony, options } = await passkeys.authenticate(site.origin);
  return { ceremony, response: await getCredential(page, options) };
}

describe('a passkey', () => {
  test('is added and signs in without a name', async () => {
    await plugInAuthenticator(page);
    const made = await addPasskey();
    expect(made).toMatchObject({
      account: 'olena',
      label: 'phone',
      transports: ['internal'],
      createdAt: START,
    });
    now += 1000;
    const used = await passkeys.authenticated(await answer(), (id) =>
      id === made.id ? made : undefined,
    );
    expect(used).toEqual({ ...made, counter: made.counter + 1, lastUsedAt: START + 1000 });
  });

  test('that was added to nobody signs nobody in', async () => {
    await plugInAuthenticator(page);
    await addPasskey();
    expect(await passkeys.authenticated(await answer(), () => undefined)).toBeUndefined();
  });

  test('answers for its own key alone', async () => {
    await plugInAuthenticator(page);
    const made = await addPasskey();
    const other = await begin('taras');
    const theirs = await passkeys.registered({
      account: 'taras',
      ceremony: other.ceremony,
      label: 'phone',
      response: await createCredential(page, other.options),
    });
    expect(theirs).toBeDefined();
    const keyOfOther = (id: string) => (id === made.id ? theirs : made)?.publicKey ?? '';
    expect(
      await passkeys.authenticated(await answer(), (id) => ({
        ...made,
        id,
        publicKey: keyOfOther(id),
      })),
    ).toBeUndefined();
  });

  test('whose counter does not rise is a copy, and is refused', async () => {
    await plugInAuthenticator(page);
    const made = await addPasskey();
    const given = await answer();
    expect(
      await passkeys.authenticated(given, () => ({ ...made, counter: made.counter + 1 })),
    ).toBeUndefined();
  });

  test('is not added twice to one authenticator', async () => {
    await plugInAuthenticator(page);
    const made = await addPasskey();
    const { options } = await begin('olena', [made]);
    await expect(createCredential(page, options)).rejects.toThrow('InvalidStateError');
  });
});

describe('a ceremony', () => {
  test('counts once', async () => {
    await plugInAuthenticator(page);
    const made = await addPasskey();
    const given = await answer();
    expect(await passkeys.authenticated(given, () => made)).toBeDefined();
    expect(await passkeys.authenticated(given, () => made)).toBeUndefined();
  });

  test('is over after five minutes', async () => {
    await plugInAuthenticator(page);
    const made = await addPasskey();
    const given = await answer();
    now += 5 * 60_000;
    expect(await passkeys.authenticated(given, () => made)).toBeUndefined();
  });

  test('of one account adds a passkey to no other', async () => {
    await plugInAuthenticator(page);
    const { ceremony, options } = await begin('olena');
    const response = await createCredential(page, options);
    expect(
      await passkeys.registered({ account: 'taras', ceremony, label: 'mine', response }),
    ).toBeUndefined();
  });

  test('of another page does not hold here', async () => {
    await plugInAuthenticator(page);
    const made = await addPasskey();
    const { ceremony } = await passkeys.authenticate('http://localhost:1');
    const { response } = await answer();
    expect(await passkeys.authenticated({ ceremony, response }, () => made)).toBeUndefined();
  });

  test('that adds a passkey signs nobody in, nor the other way round', async () => {
    await plugInAuthenticator(page);
    const made = await addPasskey();
    const { response } = await answer();
    const { ceremony } = await begin();
    expect(await passkeys.authenticated({ ceremony, response }, () => made)).toBeUndefined();
  });
});

test('an authenticator that verifies nobody adds no passkey', async () => {
  await plugInAuthenticator(page, { isVerifying: false });
  const { options } = await begin();
  await expect(createCredential(page, options)).rejects.toThrow('NotAllowedError');
});

test('an answer that verified nobody is refused, whatever the page had asked for', async () => {
  const { session, authenticatorId } = await plugInAuthenticator(page);
  const made = await addPasskey();
  await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  const { ceremony, options } = await passkeys.authenticate(site.origin);
  const lax = { ...options, userVerification: 'discouraged' };
  const response = await getCredential(page, lax);
  expect(await passkeys.authenticated({ ceremony, response }, () => made)).toBeUndefined();
});
