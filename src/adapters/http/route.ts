import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Service } from '../../access-port.ts';
import { errorBodySchema } from '../../contract/http.ts';
import { NOBODY, type Principal } from '../../domain/access/principal.ts';
import type { Needs } from './access.ts';
import { presentTimes } from './present.ts';

declare module 'fastify' {
  interface FastifyInstance {
    serviceOf(principal: Principal): Service;
  }
}

const NEEDS_TEXT: Partial<Record<Needs, string>> = {
  public: 'Needs nothing: it is public.',
  signed_in: 'Needs somebody who is signed_in, or a token.',
};

interface Success {
  /** What a success answers. */
  answer: z.ZodType;
  /** What a success is written in; JSON unless told. */
  mediaType?: string;
  /** Another form that a client may ask for, as text. */
  orAs?: string;
}

/** What a handler is given: what was asked, by whom, and what that one may see and do. */
export interface Asked<P, Q, B> {
  params: P;
  query: Q;
  body: B;
  /** Absent on routes that need nothing. */
  principal: Principal | undefined;
  /** Of a principal that may see nothing where there is none. */
  service: Service;
}

export interface RouteOptions<P, Q, B> extends Success {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  needs: Needs;
  summary: string;
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  body?: z.ZodType<B>;
  /** A failure status that carries the answer's shape too. */
  alsoAt?: number;
  /** It never answers itself: the browser is sent elsewhere, as `redirectTo` says. */
  isRedirect?: boolean;
  handle(asked: Asked<P, Q, B>, reply: FastifyReply): unknown;
}

/** Declares a route: what it needs, takes and answers, what it is for. Times leave as RFC 3339. */
export function addRoute<P, Q, B>(server: FastifyInstance, options: RouteOptions<P, Q, B>): void {
  const { method, url, needs, summary, params, query, body, answer, alsoAt, handle } = options;
  server.route({
    method,
    url,
    config: { needs },
    schema: {
      summary,
      description: NEEDS_TEXT[needs] ?? `Needs the permission ${needs}.`,
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(body === undefined ? {} : { body }),
      response: {
        ...successOf(options),
        ...(alsoAt === undefined ? {} : { [alsoAt]: answer }),
        '4xx': errorBodySchema,
        '5xx': errorBodySchema,
      },
    },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const { params, query, body, principal } = request;
      const service = server.serviceOf(principal ?? NOBODY);
      const asked = { params, query, body, principal, service } as Asked<P, Q, B>;
      return presentTimes(await handle(asked, reply));
    },
  });
}

/** Sends the browser on; what the handler of a redirect answers. */
export function redirectTo(reply: FastifyReply, url: string): string {
  reply.status(302).header('location', url).type('text/plain; charset=utf-8');
  return '';
}

function successOf({ isRedirect, ...success }: Success & { isRedirect?: boolean }) {
  return isRedirect === true
    ? { 302: describeSuccess(success) }
    : { 200: describeSuccess(success) };
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
