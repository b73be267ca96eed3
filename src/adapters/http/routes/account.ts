import type { FastifyInstance } from 'fastify';
import type { AccessDesk } from '../../../access-port.ts';
import {
  addPasskeyBodySchema,
  codeBodySchema,
  passwordBodySchema,
  proofBodySchema,
} from '../../../contract/access.ts';
import { ANSWERS, idParamsSchema, noBodySchema } from '../../../contract/http.ts';
import type { Principal } from '../../../domain/access/principal.ts';
import { SvitloError } from '../../../errors.ts';
import { answerAccess } from '../access-refusal.ts';
import { originOf } from '../place.ts';
import { addRoute } from '../route.ts';

type Own = AccessDesk['own'];

/** What somebody does with the own account; a token has none, and an expired session only looks. */
export function addAccountRoutes(
  server: FastifyInstance,
  { own }: Pick<AccessDesk, 'own'>,
  publicUrl: string | undefined,
): void {
  addRoute(server, {
    method: 'GET',
    url: '/account',
    needs: 'signed_in',
    summary: 'The own account: its role, second factors, passkeys and sessions',
    answer: ANSWERS.account,
    handle: ({ principal }) => {
      const account = own.view(personOf(principal));
      if (account !== undefined) return account;
      throw new SvitloError('SVT_NOT_FOUND', 'there is no account of this name any more');
    },
  });
  addRoute(server, {
    method: 'POST',
    url: '/account/password',
    needs: 'signed_in',
    summary: 'Change the password; every other session of the account ends',
    body: passwordBodySchema,
    answer: ANSWERS.entered,
    handle: async ({ principal, body }, reply) =>
      answerAccess(await own.changePassword(personOf(principal), body), reply),
  });
  addRoute(server, {
    method: 'DELETE',
    url: '/account/sessions/:id',
    needs: 'signed_in',
    summary: 'End one of the own sessions',
    params: idParamsSchema,
    answer: ANSWERS.entered,
    handle: async ({ principal, params }, reply) =>
      answerAccess(await own.revokeSession(personOf(principal), params.id), reply),
  });
  addTotpRoutes(server, own);
  addPasskeyRoutes(server, own, publicUrl);
}

function addTotpRoutes(server: FastifyInstance, own: Own): void {
  const post = { method: 'POST', needs: 'signed_in' } as const;
  addRoute(server, {
    ...post,
    url: '/account/totp',
    summary: 'Begin to add an authenticator (TOTP): its secret, once; it counts when confirmed',
    body: noBodySchema,
    answer: ANSWERS.totp,
    handle: async ({ principal }, reply) =>
      answerAccess(await own.beginTotp(personOf(principal)), reply, ({ secret, uri }) => ({
        secret,
        uri,
      })),
  });
  addRoute(server, {
    ...post,
    url: '/account/totp/confirm',
    summary: 'Confirm the authenticator by its code: recovery codes, once; other sessions end',
    body: codeBodySchema,
    answer: ANSWERS.recoveryCodes,
    handle: async ({ principal, body }, reply) =>
      answerAccess(
        await own.confirmTotp(personOf(principal), body.code),
        reply,
        ({ recoveryCodes }) => ({ recoveryCodes }),
      ),
  });
  addRoute(server, {
    ...post,
    url: '/account/totp/remove',
    summary: 'Remove the authenticator and its recovery codes; other sessions end',
    body: proofBodySchema,
    answer: ANSWERS.entered,
    handle: async ({ principal, body }, reply) =>
      answerAccess(await own.removeTotp(personOf(principal), body.password), reply),
  });
}

function addPasskeyRoutes(server: FastifyInstance, own: Own, publicUrl: string | undefined): void {
  const post = { method: 'POST', needs: 'signed_in' } as const;
  addRoute(server, {
    ...post,
    url: '/account/passkeys/options',
    summary: 'Begin to add a passkey: what `navigator.credentials.create` is to be given',
    body: noBodySchema,
    answer: ANSWERS.ceremony,
    handle: async ({ principal }, reply) =>
      answerAccess(
        await own.passkeyOptions(personOf(principal), originOf(reply.request, publicUrl)),
        reply,
        ({ ceremony, options }) => ({ ceremony, options }),
      ),
  });
  addRoute(server, {
    ...post,
    url: '/account/passkeys',
    summary: 'Add the passkey that the browser made; other sessions end',
    body: addPasskeyBodySchema,
    answer: ANSWERS.entered,
    handle: async ({ principal, body }, reply) =>
      answerAccess(await own.addPasskey(personOf(principal), body), reply),
  });
  addRoute(server, {
    method: 'DELETE',
    needs: 'signed_in',
    url: '/account/passkeys/:id',
    summary: 'Remove a passkey; other sessions end',
    params: idParamsSchema,
    answer: ANSWERS.entered,
    handle: async ({ principal, params }, reply) =>
      answerAccess(await own.removePasskey(personOf(principal), params.id), reply),
  });
}

function personOf(principal: Principal | undefined): Principal {
  if (principal?.kind !== 'user') {
    throw new SvitloError('SVT_FORBIDDEN', 'expected somebody with an account', {
      params: { reason: 'no_account' },
    });
  }
  if (!principal.isReadOnly) return principal;
  throw new SvitloError('SVT_FORBIDDEN', 'the session has run out: sign in again', {
    params: { reason: 'read_only' },
  });
}
