import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createIdentityProvider } from '../../src/adapters/credential/oidc.ts';
import { SvitloError } from '../../src/errors.ts';
import { OIDC_CLIENT, type OidcServer, startOidcServer } from '../support/oidc-server.ts';

const ORIGIN = 'https://svitlo.example';
const CALLBACK = `${ORIGIN}/auth/oidc/callback`;
const START = Date.parse('2026-01-05T12:00:00Z');

let server: OidcServer;
let now: number;

beforeEach(async () => {
  now = START;
  server = await startOidcServer([CALLBACK]);
});

afterEach(() => server[Symbol.asyncDispose]());

function provider(changes: Partial<Parameters<typeof createIdentityProvider>[0]> = {}) {
  return createIdentityProvider({
    issuer: server.issuer,
    clientId: OIDC_CLIENT.id,
    clientSecret: OIDC_CLIENT.secret,
    label: 'Customs',
    now: () => now,
    ...changes,
  });
}

/** A browser without pictures: follows the redirects at the provider until they lead back to us. */
async function browse(url: string): Promise<string> {
  const cookies = new Map<string, string>();
  let next = url;
  while (!next.startsWith(CALLBACK)) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(next, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`${answer.status}: ${await answer.text()}`);
    next = new URL(location, next).href;
  }
  return next;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(SvitloError);
  return (failure as SvitloError).code;
}

describe('a sign-in', () => {
  test('tells who it is, in which groups, and leaves a token to ask again', async () => {
    const ours = provider();
    const { url, state } = await ours.start(ORIGIN);
    expect(await ours.finish({ callbackUrl: await browse(url), state })).toEqual({
      subject: `${server.issuer} olena`,
      name: 'olena',
      claims: expect.objectContaining({ sub: 'olena', groups: ['shift'] }),
      refreshToken: expect.any(String),
    });
  });

  test('asks with PKCE, a state and a nonce, none of which the browser keeps', async () => {
    const { url, state } = await provider().start(ORIGIN);
    const asked = new URL(url).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('redirect_uri')).toBe(CALLBACK);
    for (const name of ['code_challenge', 'state', 'nonce']) {
      expect(asked.get(name)?.length, name).toBeGreaterThan(20);
      expect(state).not.toContain(asked.get(name));
    }
  });

  test.each([
    [{ email: 'olena@customs.example' }, 'olena@customs.example'],
    [{}, '4711'],
  ])('names somebody who has %j alone %s', async (claims, name) => {
    const ours = provider();
    server.person = { sub: '4711', claims };
    const { url, state } = await ours.start(ORIGIN);
    expect(await ours.finish({ callbackUrl: await browse(url), state })).toMatchObject({
      subject: `${server.issuer} 4711`,
      name,
    });
  });

  test('that somebody else began, or nobody, is refused', async () => {
    const ours = provider();
    const { url } = await ours.start(ORIGIN);
    const other = await ours.start(ORIGIN);
    const callbackUrl = await browse(url);
    expect(await codeOf(ours.finish({ callbackUrl, state: other.state }))).toBe(
      'SVT_SIGN_IN_REFUSED',
    );
    expect(await codeOf(ours.finish({ callbackUrl, state: 'made up' }))).toBe(
      'SVT_SIGN_IN_REFUSED',
    );
  });

  test('counts once: the callback again is refused, and takes nothing away', async () => {
    const ours = provider();
    const { url, state } = await ours.start(ORIGIN);
    const callbackUrl = await browse(url);
    const { refreshToken = '' } = await ours.finish({ callbackUrl, state });
    expect(await codeOf(ours.finish({ callbackUrl, state }))).toBe('SVT_SIGN_IN_REFUSED');
    expect(await ours.refresh(refreshToken)).toMatchObject({ outcome: 'valid' });
  });

  test('with a code of another sign-in is refused: it lacks its verifier', async () => {
    const ours = provider();
    const theirs = await browse((await ours.start(ORIGIN)).url);
    const { url, state } = await ours.start(ORIGIN);
    const mixed = new URL(await browse(url));
    mixed.searchParams.set('code', new URL(theirs).searchParams.get('code') ?? '');
    expect(await codeOf(ours.finish({ callbackUrl: mixed.href, state }))).toBe(
      'SVT_SIGN_IN_REFUSED',
    );
  });

  test('is given up after ten minutes', async () => {
    const ours = provider();
    const { url, state } = await ours.start(ORIGIN);
    const callbackUrl = await browse(url);
    now += 10 * 60_000;
    expect(await codeOf(ours.finish({ callbackUrl, state }))).toBe('SVT_SIGN_IN_REFUSED');
  });

  test('that the person declines is refused', async () => {
    const ours = provider();
    server.person = undefined;
    const { url, state } = await ours.start(ORIGIN);
    expect(await codeOf(ours.finish({ callbackUrl: await browse(url), state }))).toBe(
      'SVT_SIGN_IN_REFUSED',
    );
  });
});

describe('a provider out of reach', () => {
  test('is asked again at the next sign-in', async () => {
    const ours = provider();
    await server.stop();
    expect(await codeOf(ours.start(ORIGIN))).toBe('SVT_OIDC_FAILED');
    await server.start();
    await expect(ours.start(ORIGIN)).resolves.toMatchObject({ state: expect.any(String) });
  });

  test('fails a sign-in that was under way', async () => {
    const ours = provider();
    const { url, state } = await ours.start(ORIGIN);
    const callbackUrl = await browse(url);
    await server.stop();
    expect(await codeOf(ours.finish({ callbackUrl, state }))).toBe('SVT_OIDC_FAILED');
  });

  test('leaves open whether somebody still counts', async () => {
    const ours = provider();
    const { url, state } = await ours.start(ORIGIN);
    const { refreshToken = '' } = await ours.finish({ callbackUrl: await browse(url), state });
    await server.stop();
    expect(await ours.refresh(refreshToken)).toEqual({ outcome: 'unreachable' });
    await server.start();
    expect(await ours.refresh(refreshToken)).toMatchObject({ outcome: 'valid' });
  });

  test('is what one with a wrong secret of ours amounts to: nobody is signed out by it', async () => {
    const ours = provider();
    const { url, state } = await ours.start(ORIGIN);
    const { refreshToken = '' } = await ours.finish({ callbackUrl: await browse(url), state });
    const misconfigured = provider({ clientSecret: 'another' });
    expect(await misconfigured.refresh(refreshToken)).toEqual({ outcome: 'unreachable' });
  });
});

describe('asked again', () => {
  test('it tells what has changed', async () => {
    const ours = provider();
    const { url, state } = await ours.start(ORIGIN);
    const { refreshToken = '' } = await ours.finish({ callbackUrl: await browse(url), state });
    server.person = { sub: 'olena', claims: { groups: ['night'] } };
    expect(await ours.refresh(refreshToken)).toMatchObject({
      outcome: 'valid',
      person: {
        subject: `${server.issuer} olena`,
        claims: { groups: ['night'] },
        refreshToken: expect.any(String),
      },
    });
  });

  test('it takes the token of before where its last answer was lost, though it has replaced it', async () => {
    const ours = provider();
    const { url, state } = await ours.start(ORIGIN);
    const { refreshToken = '' } = await ours.finish({ callbackUrl: await browse(url), state });
    server.isSilent = true;
    expect(await ours.refresh(refreshToken)).toEqual({ outcome: 'unreachable' });
    expect(await ours.refresh(refreshToken)).toEqual({ outcome: 'unreachable' });
    server.isSilent = false;
    const again = await ours.refresh(refreshToken);
    expect(again).toMatchObject({ outcome: 'valid', person: { name: 'olena' } });
    expect(again).not.toMatchObject({ person: { refreshToken } });
  });

  test('it ends what it has revoked, and what it never gave', async () => {
    const ours = provider();
    const { url, state } = await ours.start(ORIGIN);
    const { refreshToken = '' } = await ours.finish({ callbackUrl: await browse(url), state });
    await server.revoke(refreshToken);
    expect(await ours.refresh(refreshToken)).toEqual({ outcome: 'ended' });
    expect(await ours.refresh('made up')).toEqual({ outcome: 'ended' });
  });
});

test('a provider elsewhere without TLS is refused at the start', () => {
  expect(() => provider({ issuer: 'http://login.example' })).toThrow('expected https://');
});
