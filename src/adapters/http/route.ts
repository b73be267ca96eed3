import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Role } from '../../contract/http.ts';
import { presentTimes } from './present.ts';

export interface RouteOptions<P, Q, B> {
  method: 'GET' | 'POST';
  url: string;
  role: Role;
  summary: string;
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  body?: z.ZodType<B>;
  handle(request: { params: P; query: Q; body: B }, reply: FastifyReply): unknown;
}

/** Declares a route: what it needs, what it takes, what it is for. Times leave as RFC 3339. */
export function addRoute<P, Q, B>(server: FastifyInstance, options: RouteOptions<P, Q, B>): void {
  const { method, url, role, summary, params, query, body, handle } = options;
  server.route({
    method,
    url,
    config: { role },
    schema: {
      summary,
      description: `Needs the role ${role}.`,
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(body === undefined ? {} : { body }),
    },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const given = { params: request.params, query: request.query, body: request.body };
      return presentTimes(await handle(given as { params: P; query: Q; body: B }, reply));
    },
  });
}
