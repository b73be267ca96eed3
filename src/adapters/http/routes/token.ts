import type { FastifyInstance } from 'fastify';
import type { AccessDesk } from '../../../access-port.ts';
import { addTokenBodySchema } from '../../../contract/access.ts';
import { ANSWERS, idParamsSchema } from '../../../contract/http.ts';
import { answerAccess } from '../access-refusal.ts';
import { addRoute } from '../route.ts';
import { administratorOf } from './administrator.ts';

/** Tokens for kiosks and scripts. */
export function addTokenRoutes(
  server: FastifyInstance,
  { administration }: Pick<AccessDesk, 'administration'>,
): void {
  const needs = 'administer';
  addRoute(server, {
    method: 'GET',
    url: '/tokens',
    needs,
    summary: 'Every token, with what it may; never the token itself',
    answer: ANSWERS.tokens,
    handle: () => administration.tokens(),
  });
  addRoute(server, {
    method: 'POST',
    url: '/tokens',
    needs,
    summary: 'Make a token for a kiosk or a script; it is shown once',
    body: addTokenBodySchema,
    answer: ANSWERS.token,
    handle: async ({ principal, body: { expiresAt, ...rest } }, reply) => {
      const ends = expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) };
      const given = { ...rest, ...ends };
      return answerAccess(
        await administration.addToken(given, administratorOf(principal)),
        reply,
        ({ id, token }) => ({ id, token }),
      );
    },
  });
  addRoute(server, {
    method: 'DELETE',
    url: '/tokens/:id',
    needs,
    summary: 'Remove a token: what it stands for ends at once',
    params: idParamsSchema,
    answer: ANSWERS.entered,
    handle: async ({ principal, params }, reply) =>
      answerAccess(await administration.removeToken(params.id, administratorOf(principal)), reply),
  });
}
