import { resolve } from 'node:path';
import { createHttpServer, type HttpOptions } from '../../src/adapters/http/server.ts';
import { loadConfig } from '../../src/config.ts';
import { createQueries } from '../../src/pipeline/queries.ts';
import { createTrends } from '../../src/pipeline/trends.ts';
import { FakeSeriesStore, recordingLog } from './fake-ports.ts';
import { createPipeline } from './pipeline.ts';

/** The HTTP server on a pipeline in memory, not listening: for `inject`. */
export function createTestServer(changes: Partial<HttpOptions> = {}) {
  const pipeline = createPipeline();
  const { fleet, desk, store, rejects, spool, clock } = pipeline;
  const readiness = () => ({ store: { isReady: true, state: 'ok' } }) as const;
  const queries = createQueries({ fleet, desk, store, rejects, spool, clock, readiness });
  const { log, messages } = recordingLog();
  const server = createHttpServer({
    settings: loadConfig([], { SVITLO_HTTP_PORT: '0' }).settings,
    log,
    queries,
    commands: desk,
    trends: createTrends({ store: new FakeSeriesStore(), clock, retention: () => ({}) }),
    exposition: { contentType: 'text/plain', text: async () => '' },
    webRoot: resolve(import.meta.dirname, 'no-page'),
    ...changes,
  });
  return { ...pipeline, queries, server, messages };
}
