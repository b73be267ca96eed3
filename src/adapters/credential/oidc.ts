import * as client from 'openid-client';
import type { ExternalPerson, IdentityProvider } from '../../access-port.ts';
import type { Settings } from '../../contract/config.ts';
import { configFault, SvitloError } from '../../errors.ts';
import { createOnceStore } from './once.ts';

/** Where the provider sends the browser back to, below the page's origin. */
const CALLBACK_PATH = '/auth/oidc/callback';

const STATE_MS = 10 * 60_000;
const TIMEOUT_SECONDS = 10;
const WANTED_SCOPES = ['profile', 'email', 'groups', 'offline_access'];

interface ProviderSettings {
  issuer: string;
  clientId: string;
  /** Absent: a public client. */
  clientSecret?: string | undefined;
  label: string;
  /** ms since 1970 UTC. */
  now: () => number;
}

/** What a sign-in that is under way is checked by, out of the browser's reach. */
interface Begun {
  origin: string;
  state: string;
  nonce: string;
  verifier: string;
}

type Named = Pick<Settings, 'oidcIssuer' | 'oidcClientId' | 'oidcClientSecret' | 'oidcLabel'>;

/** The provider that the settings name, if any. Throws `SVT_CONFIG_INVALID`. */
export function identityProviderOf(
  { oidcIssuer: issuer, oidcClientId: clientId, oidcClientSecret, oidcLabel }: Named,
  now: () => number,
): IdentityProvider | undefined {
  if (issuer === undefined && clientId === undefined) return undefined;
  if (issuer === undefined || clientId === undefined) {
    throw configFault(['SVITLO_OIDC_ISSUER, SVITLO_OIDC_CLIENT_ID: expected both or neither']);
  }
  const clientSecret = oidcClientSecret;
  return createIdentityProvider({ issuer, clientId, clientSecret, label: oidcLabel, now });
}

/**
 * A provider of OpenID Connect Core 1.0, by the authorization code flow with PKCE (RFC 7636, S256). It is
 * asked for what it offers at the first sign-in, and again until it has told. Throws
 * `SVT_CONFIG_INVALID` where the issuer has no TLS and is not on this machine; `finish` throws
 * `SVT_SIGN_IN_REFUSED` for an answer that does not belong to a sign-in that was begun here.
 */
export function createIdentityProvider(settings: ProviderSettings): IdentityProvider {
  const { label, now } = settings;
  const discover = lazily(() => discovered(settings));
  const begun = createOnceStore<Begun>({ now, lifeMs: STATE_MS });
  checkIssuer(settings.issuer);
  return {
    label,
    start: async (origin) => {
      const config = await reaching(discover());
      const one: Begun = {
        origin,
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      return { url: await authorizationUrl(config, one), state: begun.put(one) };
    },
    finish: async ({ callbackUrl, state }) => {
      const one = begun.take(state);
      if (one === undefined || !URL.canParse(callbackUrl)) throw refused();
      const url = new URL(callbackUrl);
      if (url.origin !== one.origin || url.searchParams.get('state') !== one.state) throw refused();
      const config = await reaching(discover());
      return reaching(personBy(config, await reaching(tokensFor(config, url, one))));
    },
    refresh: async (refreshToken) => {
      try {
        const config = await discover();
        const tokens = await client.refreshTokenGrant(config, refreshToken);
        return { outcome: 'valid', person: await personBy(config, tokens, refreshToken) };
      } catch (error) {
        return { outcome: hasEnded(error) ? 'ended' : 'unreachable' };
      }
    },
  };
}

function discovered({ issuer, clientId, clientSecret }: ProviderSettings) {
  const url = new URL(issuer);
  return client.discovery(url, clientId, {}, authenticationBy(clientSecret), {
    timeout: TIMEOUT_SECONDS,
    execute: url.protocol === 'http:' ? [client.allowInsecureRequests] : [],
  });
}

/** In the body where the provider takes it so, for not all decode the header's alike (RFC 6749 § 2.3.1). */
function authenticationBy(secret: string | undefined): client.ClientAuth {
  if (secret === undefined) return client.None();
  const byPost = client.ClientSecretPost(secret);
  const byBasic = client.ClientSecretBasic(secret);
  return (server, ...rest) =>
    server.token_endpoint_auth_methods_supported?.includes('client_secret_post')
      ? byPost(server, ...rest)
      : byBasic(server, ...rest);
}

async function authorizationUrl(config: client.Configuration, one: Begun): Promise<string> {
  const offered = config.serverMetadata().scopes_supported ?? [];
  const scopes = WANTED_SCOPES.filter((scope) => offered.includes(scope));
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: one.origin + CALLBACK_PATH,
    scope: ['openid', ...scopes].join(' '),
    // OpenID Connect Core 1.0 § 11: without consent there is no offline access.
    ...(scopes.includes('offline_access') ? { prompt: 'consent' } : {}),
    code_challenge: await client.calculatePKCECodeChallenge(one.verifier),
    code_challenge_method: 'S256',
    state: one.state,
    nonce: one.nonce,
  });
  return url.href;
}

function tokensFor(config: client.Configuration, url: URL, one: Begun) {
  return client.authorizationCodeGrant(config, url, {
    pkceCodeVerifier: one.verifier,
    expectedState: one.state,
    expectedNonce: one.nonce,
    idTokenExpected: true,
  });
}

type Tokens = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;

/** What the ID token says, and the user info where the provider has some: most keep groups there. */
async function personBy(
  config: client.Configuration,
  tokens: Tokens,
  refreshToken?: string,
): Promise<ExternalPerson> {
  const { issuer, userinfo_endpoint } = config.serverMetadata();
  const inToken = tokens.claims();
  const subject = inToken?.sub ?? client.skipSubjectCheck;
  const more =
    userinfo_endpoint === undefined
      ? undefined
      : await client.fetchUserInfo(config, tokens.access_token, subject);
  const claims: Record<string, unknown> = { ...more, ...inToken };
  const sub = textOf(claims.sub);
  if (sub === undefined) throw new Error('the provider does not say who it is');
  const kept = tokens.refresh_token ?? refreshToken;
  return {
    subject: `${issuer} ${sub}`,
    name: textOf(claims.preferred_username) ?? textOf(claims.email) ?? sub,
    claims,
    ...(kept === undefined ? {} : { refreshToken: kept }),
  };
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim !== '' ? claim : undefined;
}

/** The provider itself takes the grant back, or no longer lets its token speak for anybody. */
function hasEnded(error: unknown): boolean {
  if (error instanceof client.WWWAuthenticateChallengeError) return error.status === 401;
  return error instanceof client.ResponseBodyError && error.error === 'invalid_grant';
}

/** Somebody the provider refuses is told apart from a provider that cannot be asked. */
async function reaching<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof client.AuthorizationResponseError || hasEnded(error)) throw refused(error);
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the identity provider cannot be asked, or its answer does not fit: ${reason}`;
    throw new SvitloError('SVT_OIDC_FAILED', message, { cause: error, retryable: true });
  }
}

function refused(cause?: unknown): SvitloError {
  const message = 'the identity provider does not vouch for a sign-in that was begun here';
  return new SvitloError('SVT_SIGN_IN_REFUSED', message, { cause });
}

/** One attempt at a time, for all who ask meanwhile; what has succeeded is kept. */
function lazily<T>(attempt: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  return () => {
    current ??= attempt().catch((error: unknown) => {
      current = undefined;
      throw error;
    });
    return current;
  };
}

function checkIssuer(issuer: string): void {
  const { protocol, hostname } = new URL(issuer);
  if (protocol === 'https:' || /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)) return;
  throw configFault(['SVITLO_OIDC_ISSUER: expected https://, or an issuer on this machine']);
}
