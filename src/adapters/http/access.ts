import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Role } from '../../contract/http.ts';
import { authorize } from '../../domain/authorize.ts';
import { SvitloError } from '../../errors.ts';
import { foreignnessOf } from './origin.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    role?: Role;
  }
}

/** No route without a role, and no request without it. */
export function guardAccess(server: FastifyInstance): void {
  const routes: RouteOptions[] = [];
  server.addHook('onRoute', (route) => {
    routes.push(route);
  });
  server.addHook('onReady', async () => {
    const open = routes.find((route) => route.config?.role === undefined);
    if (open !== undefined) throw new Error(`${open.url} declares no role`);
  });
  server.addHook('onRequest', async (request) => {
    const role = request.routeOptions.config?.role ?? 'viewer';
    const { remoteAddress } = request.socket;
    const authorization = authorize({ remoteAddress }, role);
    const reason = authorization.isAllowed ? foreignnessOf(request.raw) : authorization.reason;
    if (reason === undefined) return;
    const message = `expected the role ${role}, which a client on this machine has, straight and by its own name`;
    throw new SvitloError('SVT_FORBIDDEN', message, { params: { reason } });
  });
  server.addHook('onSend', async (_request, reply) => {
    reply.headers({
      'content-security-policy':
        "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
  });
}
