import type { FastifyInstance, FastifyReply } from 'fastify';
import type { AccessDesk, Answer } from '../../../access-port.ts';
import { addAccountBodySchema, changeAccountBodySchema } from '../../../contract/access.ts';
import { ANSWERS, accountParamsSchema, noBodySchema } from '../../../contract/http.ts';
import { answerAccess } from '../access-refusal.ts';
import { originOf } from '../place.ts';
import { addRoute } from '../route.ts';
import { administratorOf } from './administrator.ts';

type Administration = AccessDesk['administration'];

/** Accounts as an administrator keeps them. */
export function addAdministrationRoutes(
  server: FastifyInstance,
  { administration }: Pick<AccessDesk, 'administration'>,
  publicUrl: string | undefined,
): void {
  addRoute(server, {
    method: 'GET',
    url: '/accounts',
    needs: 'administer',
    summary: 'Every account, with its role and limits',
    answer: ANSWERS.accounts,
    handle: () => administration.accounts(),
  });
  addRoute(server, {
    method: 'POST',
    url: '/accounts',
    needs: 'administer',
    summary: 'Add an account: a one-time link by which its owner sets the password',
    body: addAccountBodySchema,
    answer: ANSWERS.link,
    handle: async ({ principal, body }, reply) =>
      answerLink(await administration.addAccount(body, administratorOf(principal)), {
        reply,
        publicUrl,
      }),
  });
  addAccountChanges(server, administration);
  addAccountActs(server, administration, publicUrl);
}

function addAccountChanges(server: FastifyInstance, administration: Administration): void {
  const account = { needs: 'administer', params: accountParamsSchema } as const;
  addRoute(server, {
    ...account,
    method: 'PATCH',
    url: '/accounts/:name',
    summary: 'Change role or limits, disable or enable; what is not named stays',
    body: changeAccountBodySchema,
    answer: ANSWERS.entered,
    handle: async ({ principal, params, body }, reply) =>
      answerAccess(
        await administration.changeAccount(params.name, body, administratorOf(principal)),
        reply,
      ),
  });
  addRoute(server, {
    ...account,
    method: 'DELETE',
    url: '/accounts/:name',
    summary: 'Remove an account, with its sessions, passkeys and links',
    answer: ANSWERS.entered,
    handle: async ({ principal, params }, reply) =>
      answerAccess(
        await administration.removeAccount(params.name, administratorOf(principal)),
        reply,
      ),
  });
}

function addAccountActs(
  server: FastifyInstance,
  administration: Administration,
  publicUrl: string | undefined,
): void {
  const post = {
    method: 'POST',
    needs: 'administer',
    params: accountParamsSchema,
    body: noBodySchema,
  } as const;
  addRoute(server, {
    ...post,
    url: '/accounts/:name/link',
    summary: 'Make a one-time link by which the password is set anew',
    answer: ANSWERS.link,
    handle: async ({ principal, params }, reply) =>
      answerLink(await administration.makeLink(params.name, administratorOf(principal)), {
        reply,
        publicUrl,
      }),
  });
  addRoute(server, {
    ...post,
    url: '/accounts/:name/sign-out',
    summary: 'End every session of an account',
    answer: ANSWERS.entered,
    handle: async ({ principal, params }, reply) =>
      answerAccess(
        await administration.signOutEverywhere(params.name, administratorOf(principal)),
        reply,
      ),
  });
  addRoute(server, {
    ...post,
    url: '/accounts/:name/remove-second-factor',
    summary: "Remove an account's authenticator, recovery codes and passkeys",
    answer: ANSWERS.entered,
    handle: async ({ principal, params }, reply) =>
      answerAccess(
        await administration.removeSecondFactors(params.name, administratorOf(principal)),
        reply,
      ),
  });
}

/** The link may be a path of the page; its secret stands behind `#`, which browsers send to no server. */
function answerLink(
  answer: Answer<{ link: string; expiresAt: number }>,
  { reply, publicUrl }: { reply: FastifyReply; publicUrl: string | undefined },
): object {
  return answerAccess(answer, reply, ({ link, expiresAt }) => ({
    url: new URL(link, originOf(reply.request, publicUrl)).href,
    expiresAt,
  }));
}
