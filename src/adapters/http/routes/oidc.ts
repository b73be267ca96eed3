import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AccessDesk, AccessRefusal } from '../../../access-port.ts';
import { type ErrorCode, SvitloError } from '../../../errors.ts';
import { setSignedIn, setState, takeState } from '../cookies.ts';
import { originOf, placeOf } from '../place.ts';
import { addRoute, redirectTo } from '../route.ts';

/** More sign-ins than are ever under way at once; beyond it the oldest is forgotten. */
const UNDER_WAY_MOST = 10_000;

const NOT_BEGUN: AccessRefusal = {
  ok: false,
  code: 'SVT_SIGN_IN_REFUSED',
  message: 'this browser began none',
};

/** Sign-in at the identity provider: a browser goes there, and comes back. */
export function addOidcRoutes(
  server: FastifyInstance,
  { signIn }: Pick<AccessDesk, 'signIn'>,
  publicUrl: string | undefined,
): void {
  const get = {
    method: 'GET',
    needs: 'public',
    answer: z.string(),
    mediaType: 'text/plain',
    isRedirect: true,
  } as const;
  const before = rememberSessions();
  addRoute(server, {
    ...get,
    url: '/auth/oidc',
    summary: 'Go to the identity provider to sign in',
    handle: (_asked, reply) =>
      orBack(reply, async () => {
        const begun = await signIn.oidcStart(originOf(reply.request, publicUrl));
        if (!begun.ok) return begun;
        setState(reply, begun.state);
        before.put(begun.state, reply.request);
        return begun.url;
      }),
  });
  addRoute(server, {
    ...get,
    url: '/auth/oidc/callback',
    summary: 'Come back from the identity provider, signed in or with `error` of a code',
    handle: (_asked, reply) =>
      orBack(reply, async () => {
        const { request } = reply;
        const state = takeState(request, reply);
        if (state === undefined) return NOT_BEGUN;
        const callbackUrl = originOf(request, publicUrl) + request.url;
        const place = placeOf(request);
        place.session ??= before.take(state);
        const outcome = await signIn.byOidc({ callbackUrl, state }, place);
        if (!outcome.ok) return outcome;
        setSignedIn(reply, outcome);
        return '/';
      }),
  });
}

/**
 * A browser that comes from the provider's page leaves its `SameSite=Strict` cookies behind: the session that
 * it had when it went is kept for it, so that this one ends with the new one.
 */
function rememberSessions() {
  const sessions = new Map<string, string>();
  return {
    put: (state: string, { principal, credential: { session } }: FastifyRequest) => {
      if (principal?.kind !== 'user' || session === undefined) return;
      sessions.set(state, session);
      const [oldest] = sessions.keys();
      if (sessions.size > UNDER_WAY_MOST && oldest !== undefined) sessions.delete(oldest);
    },
    take: (state: string): string | undefined => {
      const session = sessions.get(state);
      sessions.delete(state);
      return session;
    },
  };
}

/** The page is told a code of ours, and the log alone what the provider says. */
async function orBack(
  reply: FastifyReply,
  work: () => Promise<string | AccessRefusal>,
): Promise<string> {
  const outcome = await work().catch(failureOf);
  if (typeof outcome === 'string') return redirectTo(reply, outcome);
  const { code } = outcome;
  const reason = outcome.message;
  reply.request.log.warn({ code, reason }, 'sign-in: failed at the identity provider');
  return redirectTo(reply, `/?error=${code}`);
}

function failureOf(error: unknown): { code: ErrorCode; message?: string } {
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof SvitloError ? error.code : 'SVT_INTERNAL', message };
}
