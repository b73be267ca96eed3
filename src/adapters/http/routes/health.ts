import type { FastifyInstance } from 'fastify';
import { ANSWERS } from '../../../contract/http.ts';
import { may } from '../../../domain/access/principal.ts';
import type { Queries } from '../../../ports.ts';
import { addRoute } from '../route.ts';

/** Liveness, and readiness with each dependency's state; details for who may scrape or administer. */
export function addHealthRoutes(
  server: FastifyInstance,
  queries: Pick<Queries, 'readiness'>,
): void {
  const get = { method: 'GET', needs: 'public' } as const;
  addRoute(server, {
    ...get,
    url: '/healthz',
    summary: 'Liveness',
    answer: ANSWERS.alive,
    handle: () => ({ ok: true }),
  });
  addRoute(server, {
    ...get,
    url: '/readyz',
    summary: 'Readiness: 503 where a dependency is not ready',
    answer: ANSWERS.readiness,
    alsoAt: 503,
    handle: ({ principal }, reply) => {
      const known = queries.readiness();
      const isReady = Object.values(known).every((one) => one.isReady);
      if (!isReady) reply.status(503);
      const isTold = may(principal, 'scrape') || may(principal, 'administer');
      return { isReady, dependencies: isTold ? known : withoutDetails(known) };
    },
  });
}

/** A detail may name servers and paths. */
function withoutDetails(known: ReturnType<Queries['readiness']>): typeof known {
  const states = Object.entries(known).map(([name, { isReady, state }]) => [
    name,
    { isReady, state },
  ]);
  return Object.fromEntries(states) as typeof known;
}
