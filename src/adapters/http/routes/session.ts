import type { FastifyInstance, FastifyReply } from 'fastify';
import type { AccessDesk, AccessRefusal, SignedIn } from '../../../access-port.ts';
import {
  kioskBodySchema,
  linkBodySchema,
  passkeySignInBodySchema,
  setupBodySchema,
  signInBodySchema,
} from '../../../contract/access.ts';
import { ANSWERS, noBodySchema } from '../../../contract/http.ts';
import { answerRefusal } from '../access-refusal.ts';
import { clearSession, setKiosk, setSignedIn } from '../cookies.ts';
import { originOf, placeOf } from '../place.ts';
import { addRoute } from '../route.ts';

type Desk = Pick<AccessDesk, 'access' | 'signIn'>;

const WAY_IN = { method: 'POST', needs: 'public', answer: ANSWERS.session } as const;

/** Who is signed in, and every way in and out but the identity provider's. */
export function addSessionRoutes(
  server: FastifyInstance,
  desk: Desk,
  publicUrl: string | undefined,
): void {
  const { access, signIn } = desk;
  addRoute(server, {
    method: 'GET',
    url: '/session',
    needs: 'public',
    summary: 'Who is signed in, until when, with which rights, and the ways in',
    answer: ANSWERS.session,
    handle: (_asked, { request }) => access.view(request.credential),
  });
  addRoute(server, {
    ...WAY_IN,
    url: '/session',
    summary: 'Sign in by name and password, with `code` where there is a second factor',
    body: signInBodySchema,
    handle: async ({ body }, reply) =>
      enter(reply, access, await signIn.byPassword(body, placeOf(reply.request))),
  });
  addRoute(server, {
    method: 'DELETE',
    url: '/session',
    needs: 'signed_in',
    summary: 'Sign out: the session is gone, not only its cookie',
    answer: ANSWERS.entered,
    handle: async (_asked, reply) => {
      const { session } = reply.request.credential;
      if (session !== undefined) await signIn.signOut(session);
      clearSession(reply);
      return { ok: true };
    },
  });
  addPasskeyWay(server, desk, publicUrl);
  addLinkWays(server, desk);
}

function addPasskeyWay(
  server: FastifyInstance,
  { access, signIn }: Desk,
  publicUrl: string | undefined,
): void {
  addRoute(server, {
    ...WAY_IN,
    url: '/session/passkey/options',
    summary: 'Begin to sign in by a passkey: what `navigator.credentials.get` is to be given',
    body: noBodySchema,
    answer: ANSWERS.ceremony,
    handle: (_asked, { request }) => signIn.passkeyOptions(originOf(request, publicUrl)),
  });
  addRoute(server, {
    ...WAY_IN,
    url: '/session/passkey',
    summary: 'Sign in by what the passkey answered',
    body: passkeySignInBodySchema,
    handle: async ({ body }, reply) =>
      enter(reply, access, await signIn.byPasskey(body, placeOf(reply.request))),
  });
}

function addLinkWays(server: FastifyInstance, { access, signIn }: Desk): void {
  addRoute(server, {
    ...WAY_IN,
    url: '/session/kiosk',
    summary: "Let a wall screen's browser keep a token that may look alone",
    body: kioskBodySchema,
    handle: async ({ body: { token } }, reply) => {
      const answer = await signIn.byKiosk(token);
      if (!answer.ok) return answerRefusal(answer, reply);
      setKiosk(reply, token);
      return access.view({ kiosk: token, isLocal: reply.request.credential.isLocal });
    },
  });
  addRoute(server, {
    ...WAY_IN,
    url: '/setup',
    summary: 'Make the first administrator, by the link printed at the start, and sign in',
    body: setupBodySchema,
    handle: async ({ body }, reply) =>
      enter(reply, access, await signIn.bySetup(body, placeOf(reply.request))),
  });
  addRoute(server, {
    ...WAY_IN,
    url: '/link',
    summary: "Set the password of a one-time link's account, and sign in",
    body: linkBodySchema,
    handle: async ({ body }, reply) =>
      enter(reply, access, await signIn.byLink(body, placeOf(reply.request))),
  });
}

/** Whoever is let in gets the cookies, and is told at once what `GET /session` tells. */
function enter(
  reply: FastifyReply,
  access: Desk['access'],
  outcome: SignedIn | AccessRefusal,
): object {
  if (!outcome.ok) return answerRefusal(outcome, reply);
  setSignedIn(reply, outcome);
  const { isLocal } = reply.request.credential;
  return access.view({ session: outcome.session, isLocal });
}
