import * as client from 'openid-client';
import type { IdentityProvider } from '../../access-port.ts';
import type { Settings } from '../../contract/config.ts';
import { configFault, SvitloError } from '../../errors.ts';
import { personBy } from './oidc-person.ts';
import {
  authorizationUrl,
  type Begun,
  checkIssuer,
  discovered,
  type ProviderSettings,
  tokensFor,
} from './oidc-request.ts';
import { createOnceStore } from './once.ts';

const STATE_MS = 10 * 60_000;

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
  // A provider that replaces a token takes its use for theft from then on, also where its next answer is lost.
  const replaced = new Map<string, string>();
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
    refresh: async (given) => {
      try {
        const config = await discover();
        const tokens = await client.refreshTokenGrant(config, replaced.get(given) ?? given);
        if (tokens.refresh_token !== undefined) replaced.set(given, tokens.refresh_token);
        const person = await personBy(config, tokens, replaced.get(given) ?? given);
        replaced.delete(given);
        return { outcome: 'valid', person };
      } catch (error) {
        if (!hasEnded(error)) return { outcome: 'unreachable' };
        replaced.delete(given);
        return { outcome: 'ended' };
      }
    },
  };
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
