import type { FastifyInstance } from 'fastify';
import { ANSWERS } from '../../../contract/http.ts';
import type { Queries } from '../../../ports.ts';
import { addRoute } from '../route.ts';

/** Liveness, and readiness with each dependency's state. */
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
    handle: (_request, reply) => {
      const dependencies = queries.readiness();
      const isReady = Object.values(dependencies).every((one) => one.isReady);
      if (!isReady) reply.status(503);
      return { isReady, dependencies };
    },
  });
}
