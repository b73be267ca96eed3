import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { Access, Credential } from '../../access-port.ts';
import type { Permission } from '../../contract/access.ts';
import { may, type Principal } from '../../domain/access/principal.ts';
import { SvitloError } from '../../errors.ts';
import { credentialOf } from './credential.ts';
import { foreignnessOf } from './origin.ts';

/** What a route needs: a permission, anybody who is signed in, or nothing. */
export type Needs = Permission | 'signed_in' | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    needs?: Needs;
  }
  interface FastifyInstance {
    /** Every route that there is, each with what it needs; complete once the server is ready. */
    declaredRoutes: readonly RouteOptions[];
  }
  interface FastifyRequest {
    principal: Principal | undefined;
    credential: Credential;
  }
}

/** No route without what it needs, and no request without it. */
export function guardAccess(server: FastifyInstance, access: Access): void {
  const routes: RouteOptions[] = [];
  server.decorate('declaredRoutes', routes);
  server.decorateRequest('principal', undefined);
  server.decorateRequest('credential', null as unknown as Credential);
  server.addHook('onRoute', (route) => {
    routes.push(route);
  });
  server.addHook('onReady', async () => {
    const open = routes.find((route) => route.config?.needs === undefined);
    if (open !== undefined) throw new Error(`${open.url} declares nothing that it needs`);
  });
  server.addHook('onRequest', async (request) => {
    request.credential = credentialOf(request.raw);
    request.principal = access.principal(request.credential);
    const needs = request.routeOptions.config?.needs ?? 'signed_in';
    if (access.mode() === 'open') refuseForeign(request);
    else refuseStranger(request.principal, needs);
  });
}

/** Without accounts, people at this machine alone are let in, to whatever there is. */
function refuseForeign({ credential, raw }: FastifyRequest): void {
  if (credential.isLocal) return;
  const reason = foreignnessOf(raw) ?? 'not_loopback';
  const message =
    'there are no accounts yet: expected a client on this machine, straight and by its own name';
  throw new SvitloError('SVT_FORBIDDEN', message, { params: { reason } });
}

function refuseStranger(principal: Principal | undefined, needs: Needs): void {
  if (needs === 'public') return;
  if (principal === undefined) {
    throw new SvitloError('SVT_SIGN_IN_NEEDED', 'expected somebody who is signed in, or a token');
  }
  if (needs === 'signed_in' || may(principal, needs)) return;
  throw new SvitloError('SVT_FORBIDDEN', `expected the permission ${needs}`, {
    params: { needs, reason: principal.isReadOnly ? 'read_only' : 'role' },
  });
}
