import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { errorBodySchema, type Role } from '../../contract/http.ts';
import { presentTimes } from './present.ts';

interface Success {
  /** What a success answers. */
  answer: z.ZodType;
  /** What a success is written in; JSON unless told. */
  mediaType?: string;
  /** Another form that a client may ask for, as text. */
  orAs?: string;
}

export interface RouteOptions<P, Q, B> extends Success {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  role: Role;
  summary: string;
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  body?: z.ZodType<B>;
  /** A failure status that carries the answer's shape too. */
  alsoAt?: number;
  handle(request: { params: P; query: Q; body: B }, reply: FastifyReply): unknown;
}

/** Declares a route: what it needs, takes and answers, what it is for. Times leave as RFC 3339. */
export function addRoute<P, Q, B>(server: FastifyInstance, options: RouteOptions<P, Q, B>): void {
  const { method, url, role, summary, params, query, body, answer, alsoAt, handle } = options;
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
      response: {
        200: describeSuccess(options),
        ...(alsoAt === undefined ? {} : { [alsoAt]: answer }),
        '4xx': errorBodySchema,
        '5xx': errorBodySchema,
      },
    },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const given = { params: request.params, query: request.query, body: request.body };
      return presentTimes(await handle(given as { params: P; query: Q; body: B }, reply));
    },
  });
}

function describeSuccess({ answer, mediaType, orAs }: Success) {
  if (mediaType === undefined && orAs === undefined) return answer;
  return {
    content: {
      [mediaType ?? 'application/json']: { schema: answer },
      ...(orAs === undefined ? {} : { [orAs]: { schema: z.string() } }),
    },
  };
}
