import * as client from 'openid-client';
import type { ExternalPerson } from '../../access-port.ts';

type Tokens = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;

/** What the ID token says, and the user info where the provider has some: most keep groups there. */
export async function personBy(
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
