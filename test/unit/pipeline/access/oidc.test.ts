import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ExternalPerson, IdentityProvider } from '../../../../src/access-port.ts';
import { SvitloError } from '../../../../src/errors.ts';
import {
  accessDesk,
  HOUR,
  keep,
  newBrowser,
  placeOf,
  shown,
} from '../../../support/access-desk.ts';

const MINUTE = 60_000;
const access = {
  oidcRoles: [
    { value: 'admins', role: 'administrator' },
    { value: 'west', role: 'technician', scope: { regions: ['lviv'] } },
  ],
};

/** What the provider says of whoever comes next, and when it is asked again. */
const said = {
  person: undefined as ExternalPerson | undefined,
  word: 'valid' as 'valid' | 'ended' | 'unreachable',
  asked: [] as string[],
};
const provider: IdentityProvider = {
  label: 'Work account',
  start: async (origin) => ({ url: `https://login.example/?from=${origin}`, state: 'state' }),
  finish: async () => {
    if (said.person === undefined) throw new SvitloError('SVT_OIDC_FAILED', 'out of reach');
    return said.person;
  },
  refresh: async (refreshToken) => {
    said.asked.push(refreshToken);
    const { word, person } = said;
    if (word !== 'valid' || person === undefined) return { outcome: word as 'ended' };
    return { outcome: 'valid', person };
  },
};
const ivan = (groups: string[], refreshToken = 'refresh-1'): ExternalPerson => ({
  subject: 'https://login.example 42',
  name: 'Ivan.K@Example.com',
  claims: { groups },
  refreshToken,
});

let at: Awaited<ReturnType<typeof accessDesk>>;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  Object.assign(said, { person: ivan(['west']), word: 'valid', asked: [] });
  at = await accessDesk({ identityProvider: provider, access });
  await at.setUp();
});

afterEach(async () => {
  await at.desk.stop();
  vi.useRealTimers();
});

async function come(browser = newBrowser()) {
  const answer = await at.desk.signIn.byOidc(
    { callbackUrl: 'x', state: 'state' },
    placeOf(browser),
  );
  if (answer.ok) keep(browser, answer);
  return { answer, browser };
}

/** Time goes on, and the sessions are looked at. */
async function later(ms: number) {
  at.clock.ms += ms;
  await vi.advanceTimersByTimeAsync(MINUTE);
  await new Promise((resolve) => setTimeout(resolve, 0));
}

describe('whoever comes from the identity provider', () => {
  test('has an account as the claims say', async () => {
    expect(at.desk.access.view({ isLocal: false }).ways.oidc).toBe('Work account');
    const { browser } = await come();
    expect(at.who(browser)).toMatchObject({
      name: 'ivan.k@example.com',
      role: 'technician',
      scope: { regions: ['lviv'], sites: [] },
    });
  });

  test('has the rights that the claims give the next time', async () => {
    await come();
    said.person = ivan(['admins']);
    const { browser } = await come();
    expect(at.who(browser)).toMatchObject({ role: 'administrator', scope: undefined });
    expect(at.desk.administration.accounts()).toHaveLength(2);
  });

  test('is refused without a role', async () => {
    said.person = ivan(['east']);
    expect((await come()).answer).toMatchObject({ ok: false, code: 'SVT_FORBIDDEN' });
    expect(at.desk.administration.accounts()).toHaveLength(1);
  });

  test('takes over no account of the same name', async () => {
    said.person = { ...ivan(['admins']), name: 'olena' };
    expect((await come()).answer).toMatchObject({ ok: false, code: 'SVT_NAME_TAKEN' });
  });

  test('stays out while the account is disabled here', async () => {
    await come();
    await at.desk.administration.changeAccount('ivan.k@example.com', { isDisabled: true }, 'olena');
    expect((await come()).answer).toMatchObject({ ok: false, code: 'SVT_SIGN_IN_REFUSED' });
  });

  test('is told when the provider is out of reach', async () => {
    said.person = undefined;
    expect((await come()).answer).toMatchObject({ ok: false, code: 'SVT_OIDC_FAILED' });
  });
});

describe('every quarter of an hour the provider is asked', () => {
  test('and the session goes on with the new token', async () => {
    const { browser } = await come();
    await later(14 * MINUTE);
    expect(said.asked).toEqual([]);
    said.person = ivan(['west'], 'refresh-2');
    await later(MINUTE);
    await later(15 * MINUTE);
    expect(said.asked).toEqual(['refresh-1', 'refresh-2']);
    expect(at.who(browser)?.isReadOnly).toBe(false);
  });

  test('and other claims count at once', async () => {
    const { browser } = await come();
    said.person = ivan(['admins']);
    await later(15 * MINUTE);
    expect(at.who(browser)?.role).toBe('administrator');
    said.person = ivan([]);
    await later(15 * MINUTE);
    expect(at.who(browser)).toBeUndefined();
  });

  test('and who has left has no session, incident or not', async () => {
    const { browser } = await come();
    at.world.hasIncident = true;
    said.word = 'ended';
    await later(15 * MINUTE);
    expect(at.who(browser)).toBeUndefined();
    await at.desk.stop();
    expect(at.audited.at(-1)).toMatchObject({
      type: 'session_revoked',
      actor: 'identity-provider',
    });
  });

  test('and out of reach it leaves all for half an hour, then a page to look at while it is dark', async () => {
    const { browser } = await come();
    said.word = 'unreachable';
    await later(15 * MINUTE);
    await later(29 * MINUTE);
    expect(at.who(browser)?.isReadOnly).toBe(false);
    await later(MINUTE);
    expect(at.who(browser)).toBeUndefined();
    at.world.hasIncident = true;
    expect(at.who(browser)?.isReadOnly).toBe(true);
    expect(at.desk.access.view(shown(browser)).who?.isReadOnly).toBe(true);
    said.word = 'valid';
    await later(MINUTE);
    expect(at.who(browser)?.isReadOnly).toBe(false);
    expect(
      (await at.store.load()).sessions.every(({ oidc }) => oidc?.unreachableSince === undefined),
    ).toBe(true);
    expect(at.clock.ms).toBeLessThan((at.desk.access.view(shown(browser)).expiresAt ?? 0) - HOUR);
  });
});
