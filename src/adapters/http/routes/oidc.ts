import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { AccessDesk, AccessRefusal } from '../../../access-port.ts';
import { type ErrorCode, SvitloError } from '../../../errors.ts';
import { setSignedIn, setState, takeState } from '../cookies.ts';
import { originOf, placeOf } from '../place.ts';
import { addRoute, redirectTo } from '../route.ts';

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
  addRoute(server, {
    ...get,
    url: '/auth/oidc',
    summary: 'Go to the identity provider to sign in',
    handle: (_asked, reply) =>
      orBack(reply, async () => {
        const begun = await signIn.oidcStart(originOf(reply.request, publicUrl));
        if (!begun.ok) return begun;
        setState(reply, begun.state);
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
        const outcome = await signIn.byOidc({ callbackUrl, state }, placeOf(request));
        if (!outcome.ok) return outcome;
        setSignedIn(reply, outcome);
        return '/';
      }),
  });
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
