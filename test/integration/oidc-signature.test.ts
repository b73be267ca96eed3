import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createIdentityProvider } from '../../src/adapters/credential/oidc.ts';

const ORIGIN = 'https://svitlo.example';
const CLIENT = 'svitlo';
const newKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [own, another] = [newKey(), newKey()];

/** What the provider gives: a token made by hand, so that everything about it can be wrong. */
let idToken = '';
let named: string | undefined;
let issuer = '';

const server = createServer((request, response) => {
  const answers: Record<string, object> = {
    '/.well-known/openid-configuration': {
      issuer: named ?? issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
    },
    '/jwks': {
      keys: [{ ...own.publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'k' }],
    },
    '/token': { access_token: 'a', token_type: 'Bearer', id_token: idToken },
  };
  const answer = answers[request.url ?? ''];
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer ?? {}));
});

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  named = undefined;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Made {
  header?: object;
  claims?: object;
  key?: KeyObject | undefined;
}

const base64 = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

function tokenOf(nonce: string | null, { header, claims, key }: Made): string {
  const now = Math.floor(Date.now() / 1000);
  const told = { iss: issuer, sub: 'olena', aud: CLIENT, nonce, iat: now, exp: now + 60 };
  const text = `${base64({ alg: 'RS256', kid: 'k', ...header })}.${base64({ ...told, ...claims })}`;
  const signature = key === undefined ? '' : sign('sha256', Buffer.from(text), key);
  return `${text}.${signature === '' ? '' : signature.toString('base64url')}`;
}

async function signInWith(made: Made): Promise<string> {
  const now = () => Date.now();
  const ours = createIdentityProvider({ issuer, clientId: CLIENT, label: 'Customs', now });
  const { url, state } = await ours.start(ORIGIN);
  const asked = new URL(url).searchParams;
  idToken = tokenOf(asked.get('nonce'), made);
  const callback = new URL('/auth/oidc/callback', ORIGIN);
  callback.search = `${new URLSearchParams({ code: 'c', state: asked.get('state') ?? '' })}`;
  return (await ours.finish({ callbackUrl: callback.href, state })).subject;
}

test('a token that the provider has signed names somebody', async () => {
  expect(await signInWith({ key: own.privateKey })).toBe(`${issuer} olena`);
});

test.each<[string, () => Made]>([
  ['is signed by another key', () => ({ key: another.privateKey })],
  ['is not signed', () => ({ header: { alg: 'none' } })],
  ['names another way to sign', () => ({ key: own.privateKey, header: { alg: 'HS256' } })],
  [
    'brings its own key',
    () => ({
      key: another.privateKey,
      header: { jwk: another.publicKey.export({ format: 'jwk' }), kid: undefined },
    }),
  ],
  ['is for another program', () => ({ key: own.privateKey, claims: { aud: 'another' } })],
  [
    'is of another issuer',
    () => ({ key: own.privateKey, claims: { iss: 'https://evil.example' } }),
  ],
  ['is too old', () => ({ key: own.privateKey, claims: { exp: 1_700_000_000 } })],
  ['answers another sign-in', () => ({ key: own.privateKey, claims: { nonce: 'another' } })],
])('a token that %s names nobody', async (_, made) => {
  await expect(signInWith(made())).rejects.toMatchObject({ code: 'SVT_OIDC_FAILED' });
});

test('a provider that calls itself otherwise is none', async () => {
  named = 'https://evil.example';
  await expect(signInWith({ key: own.privateKey })).rejects.toMatchObject({
    code: 'SVT_OIDC_FAILED',
  });
});
