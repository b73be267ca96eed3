import * as client from 'openid-client';
import { configFault } from '../../errors.ts';

/** Where the provider sends the browser back to, below the page's origin. */
const CALLBACK_PATH = '/auth/oidc/callback';

const TIMEOUT_SECONDS = 10;
const WANTED_SCOPES = ['profile', 'email', 'groups', 'offline_access'];

export interface ProviderSettings {
  issuer: string;
  clientId: string;
  /** Absent: a public client. */
  clientSecret?: string | undefined;
  label: string;
  /** ms since 1970 UTC. */
  now: () => number;
}

/** What a sign-in that is under way is checked by, out of the browser's reach. */
export interface Begun {
  origin: string;
  state: string;
  nonce: string;
  verifier: string;
}

/** Throws `SVT_CONFIG_INVALID` where secrets would cross a network in the clear. */
export function checkIssuer(issuer: string): void {
  const { protocol, hostname } = new URL(issuer);
  if (protocol === 'https:' || /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)) return;
  throw configFault(['SVITLO_OIDC_ISSUER: expected https://, or an issuer on this machine']);
}

/** What the provider tells of itself (OpenID Connect Discovery 1.0). */
export function discovered({ issuer, clientId, clientSecret }: ProviderSettings) {
  const url = new URL(issuer);
  return client.discovery(url, clientId, {}, authenticationBy(clientSecret), {
    timeout: TIMEOUT_SECONDS,
    execute: [
      // Without it the signature of an ID token that comes straight from the provider is taken on TLS's word.
      client.enableNonRepudiationChecks,
      ...(url.protocol === 'http:' ? [client.allowInsecureRequests] : []),
    ],
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

export async function authorizationUrl(config: client.Configuration, one: Begun): Promise<string> {
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

export function tokensFor(config: client.Configuration, url: URL, one: Begun) {
  return client.authorizationCodeGrant(config, url, {
    pkceCodeVerifier: one.verifier,
    expectedState: one.state,
    expectedNonce: one.nonce,
    idTokenExpected: true,
  });
}
