import type { Server as TlsServer } from 'node:tls';
import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { AccessDesk } from '../../access-port.ts';
import type { Settings } from '../../contract/config.ts';
import type { Exposition, Queries, Trends } from '../../ports.ts';
import { guardAccess } from './access.ts';
import { limitConnections, requestLimits } from './connection-limit.ts';
import {
  answerBadPath,
  answerFailures,
  answerUnreadable,
  BODY_MOST,
  newRequestId,
} from './failure.ts';
import { createGate, type Gate } from './gate.ts';
import { addSecurityHeaders } from './headers.ts';
import { servePage } from './page.ts';
import { limitRates } from './rate-limit.ts';
import { logRefusals } from './refusal-log.ts';
import { addAccessRoutes } from './routes/access.ts';
import { addAlarmRoutes } from './routes/alarm.ts';
import { addAlarmCommandRoutes } from './routes/alarm-command.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addIncidentRoutes } from './routes/incident.ts';
import { addMetricsRoute } from './routes/metrics.ts';
import { addOidcRoutes } from './routes/oidc.ts';
import { addOutageRoutes } from './routes/outage.ts';
import { addScheduleRoutes } from './routes/schedule.ts';
import { addStateRoutes } from './routes/state.ts';
import { describeSchema, validateByZod } from './schema.ts';
import { followTls, readTls, type TlsFiles } from './tls.ts';

export interface HttpOptions {
  settings: Settings;
  log: Logger;
  access: AccessDesk;
  /** Of the monitor itself: everything. */
  queries: Pick<Queries, 'readiness'>;
  trends: Trends;
  exposition: Exposition;
  /** Folder of the built page. */
  webRoot: string;
}

/** The HTTP server with every route, not yet listening. HTTPS where both files are set. */
export function createHttpServer(options: HttpOptions): FastifyInstance {
  const { settings, access, queries, trends, webRoot } = options;
  const gate = createGate(settings);
  const server = createServer(options, gate);
  limitConnections(server.server, { isProxy: gate.trusts });
  validateByZod(server);
  answerFailures(server, settings.lang);
  addSecurityHeaders(server);
  logRefusals(server, options.log);
  guardAccess(server, access.access, { gate, limit: limitRates(server, access.access) });
  server.decorate('serviceOf', access.serviceOf);
  server.register(swagger, {
    openapi: { info: { title: 'Svitlo', version: '1' } },
    transform: ({ schema, url }) => ({
      schema: describeSchema((schema ?? {}) as Record<string, unknown>),
      url,
    }),
  });
  server.register(cookie);
  server.register(async (root) => {
    addOidcRoutes(root, access, settings.publicUrl);
    addHealthRoutes(root, queries);
    addMetricsRoute(root, options.exposition);
    root.get('/docs', { config: { needs: 'signed_in' }, schema: { hide: true } }, () =>
      server.swagger(),
    );
    await root.register(
      async (api) => {
        addStateRoutes(api, trends);
        addAlarmRoutes(api);
        addAlarmCommandRoutes(api);
        addIncidentRoutes(api);
        addOutageRoutes(api);
        addScheduleRoutes(api);
        addAccessRoutes(api, access, settings.publicUrl);
      },
      { prefix: '/api/v1' },
    );
  });
  servePage(server, webRoot);
  return server;
}

function createServer({ settings, log }: HttpOptions, gate: Gate): FastifyInstance {
  const files = tlsFilesOf(settings);
  const hasProxy = settings.trustedProxies !== undefined;
  const { http, https, ...limits } = requestLimits({ hasProxy });
  const common = {
    ...limits,
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_MOST,
    forceCloseConnections: true,
    genReqId: newRequestId,
    trustProxy: hasProxy ? gate.trusts : false,
    // An alarm's identifier is up to 191 characters long, a passkey's up to 1,023 bytes.
    routerOptions: { maxParamLength: 1400 },
    frameworkErrors: answerBadPath,
    clientErrorHandler: answerUnreadable,
  };
  if (files === undefined) return Fastify({ ...common, http }) as unknown as FastifyInstance;
  const options = { ...common, https: { ...https, ...readTls(files) } };
  const server = Fastify(options) as unknown as FastifyInstance;
  const stopFollowing = followTls(server.server as unknown as TlsServer, files, log);
  server.addHook('onClose', async () => stopFollowing());
  return server;
}

function tlsFilesOf({ tlsCert: cert, tlsKey: key }: Settings): TlsFiles | undefined {
  return cert === undefined || key === undefined ? undefined : { cert, key };
}
