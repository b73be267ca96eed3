import type { FastifyInstance } from 'fastify';
import { ANSWERS } from '../../../contract/http.ts';
import type { Exposition } from '../../../ports.ts';
import { addRoute } from '../route.ts';

/** Every metric of the monitor, for Prometheus. */
export function addMetricsRoute(server: FastifyInstance, exposition: Exposition): void {
  addRoute(server, {
    method: 'GET',
    needs: 'scrape',
    url: '/metrics',
    summary: "The monitor's own metrics, in Prometheus' text format",
    answer: ANSWERS.exposition,
    mediaType: 'text/plain',
    handle: (_request, reply) => {
      reply.type(exposition.contentType);
      return exposition.text();
    },
  });
}
