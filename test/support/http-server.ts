import { resolve } from 'node:path';
import { createHttpServer, type HttpOptions } from '../../src/adapters/http/server.ts';
import { loadConfig } from '../../src/config.ts';
import { createTrends } from '../../src/pipeline/trends.ts';
import { fakeAccess } from './fake-access.ts';
import { FakeClock, FakeSeriesStore, recordingLog } from './fake-ports.ts';
import { FakeCommands, FakeQueries } from './fake-queries.ts';
import { START } from './sample.ts';

/** The HTTP server on a state that the test sets, not listening: for `inject`. */
export function createTestServer(changes: Partial<HttpOptions> = {}) {
  const clock = new FakeClock(START);
  const known = new FakeQueries();
  const commands = new FakeCommands();
  const queries = known.queries(clock);
  const { log, messages } = recordingLog();
  const access = fakeAccess(queries, commands);
  const { settings } = loadConfig([], { SVITLO_HTTP_PORT: '0' });
  const server = createHttpServer({
    settings,
    log,
    access,
    queries,
    trends: createTrends({ store: new FakeSeriesStore(), clock, retention: () => ({}) }),
    exposition: { contentType: 'text/plain', text: async () => '' },
    webRoot: resolve(import.meta.dirname, 'no-page'),
    ...changes,
  });
  return {
    server,
    settings,
    access,
    known,
    commands,
    queries,
    fleet: known.fleet,
    clock,
    messages,
  };
}
