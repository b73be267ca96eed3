import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Provider } from 'oidc-provider';
import { freePort } from './free-port.ts';

export const OIDC_CLIENT = { id: 'svitlo', secret: 'a secret of the client for tests' };

export interface OidcServer extends AsyncDisposable {
  issuer: string;
  /** Who signs in next, and what is told of that one; undefined: somebody who declines. */
  person: { sub: string; claims: object } | undefined;
  /** It says nothing more of anybody, while it goes on giving tokens. */
  isSilent: boolean;
  /** Takes back what an application was given for somebody who is away. */
  revoke(refreshToken: string): Promise<void>;
  /** Away until `start`; what it knows stays. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A real OpenID provider on this machine at which nobody types: `person` is signed in at once. */
export async function startOidcServer(redirectUris: readonly string[]): Promise<OidcServer> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(
    issuer,
    configurationOf(redirectUris, () => oidc.person),
  );
  const answer = provider.callback();
  let server: Server | undefined;
  const oidc: OidcServer = {
    issuer,
    person: { sub: 'olena', claims: { preferred_username: 'olena', groups: ['shift'] } },
    isSilent: false,
    revoke: async (token) => (await provider.RefreshToken.find(token))?.destroy(),
    stop: async () => {
      server?.closeAllConnections();
      await new Promise((resolve) => (server === undefined ? resolve(0) : server.close(resolve)));
      server = undefined;
    },
    start: async () => {
      const listener: RequestListener = (request, response) => {
        if (oidc.isSilent && request.url === '/me') return response.writeHead(503).end();
        if (!request.url?.startsWith('/interaction/')) return answer(request, response);
        interact({ provider, request, response, sub: oidc.person?.sub }).catch((error) =>
          response.destroy(error),
        );
      };
      const next = createServer(listener);
      await new Promise<void>((resolve) => next.listen(port, '127.0.0.1', resolve));
      server = next;
    },
    [Symbol.asyncDispose]: () => oidc.stop(),
  };
  await oidc.start();
  return oidc;
}

function configurationOf(redirectUris: readonly string[], person: () => OidcServer['person']) {
  return {
    clients: [
      {
        client_id: OIDC_CLIENT.id,
        client_secret: OIDC_CLIENT.secret,
        redirect_uris: redirectUris,
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    claims: {
      openid: ['sub'],
      profile: ['preferred_username'],
      email: ['email'],
      groups: ['groups'],
    },
    scopes: ['openid', 'offline_access', 'profile', 'email', 'groups'],
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    rotateRefreshToken: true,
    cookies: { keys: ['of the tests'] },
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, ...person()?.claims }),
    }),
  };
}

/** What a person would do at the provider's pages: sign in, then consent. */
async function interact(given: {
  provider: Provider;
  request: IncomingMessage;
  response: ServerResponse;
  sub: string | undefined;
}): Promise<void> {
  const { provider, request, response, sub } = given;
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (sub === undefined) {
    return provider.interactionFinished(request, response, { error: 'access_denied' });
  }
  if (prompt.name === 'login') {
    return provider.interactionFinished(request, response, { login: { accountId: sub } });
  }
  const accountId = session?.accountId ?? sub;
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope((prompt.details.missingOIDCScope ?? ['openid', 'offline_access']).join(' '));
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(request, response, { consent });
}
