import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { Access, Credential } from '../../access-port.ts';
import type { Permission } from '../../contract/access.ts';
import { may, type Principal } from '../../domain/access/principal.ts';
import { SvitloError } from '../../errors.ts';
import { type Client, createGate, type Gate } from './gate.ts';
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
    /** How it comes, by the word of named proxies alone. */
    client: Client;
  }
}

const READING: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** What tells of nobody's sites may be asked in the clear, by a load balancer say. */
const PROBES: readonly unknown[] = ['/healthz', '/readyz'];

interface GuardOptions {
  gate?: Gate;
  /** Throws where somebody has asked too often. */
  limit?(request: FastifyRequest): Promise<void>;
}

/** No route without what it needs, and no request without it. */
export function guardAccess(
  server: FastifyInstance,
  access: Access,
  { gate = createGate({}), limit }: GuardOptions = {},
): void {
  const routes: RouteOptions[] = [];
  server.decorate('declaredRoutes', routes);
  server.decorateRequest('principal', undefined);
  server.decorateRequest('credential', null as unknown as Credential);
  server.decorateRequest('client', null as unknown as Client);
  server.addHook('onRoute', (route) => {
    routes.push(route);
  });
  server.addHook('onReady', async () => {
    const open = routes.find((route) => route.config?.needs === undefined);
    if (open !== undefined) throw new Error(`${open.url} declares nothing that it needs`);
  });
  server.addHook('onRequest', async (request) => {
    request.client = gate.clientOf(request.raw);
    request.credential = gate.credentialOf(request.raw);
    request.principal = access.principal(request.credential);
    const isOpen = access.mode() === 'open';
    if (isOpen) refuseForeign(request);
    else await limit?.(request);
    if (!READING.includes(request.method) && !gate.isOwnOrigin(request.raw)) throw otherOrigin();
    if (isOpen) return;
    refuseClear(request);
    const needs = request.routeOptions.config?.needs ?? 'signed_in';
    refuseStranger(request.principal, needs);
    if (needs !== 'public') refuseForged(request, access);
    if (request.principal?.session !== undefined) access.used(request.principal.session);
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

function otherOrigin(): SvitloError {
  const message = "expected a page of this server's own origin: SVITLO_PUBLIC_URL names another";
  return new SvitloError('SVT_FORBIDDEN', message, { params: { reason: 'other_origin' } });
}

function refuseClear({ client, routeOptions }: FastifyRequest): void {
  if (!client.isInTheClear || PROBES.includes(routeOptions.url)) return;
  const message =
    'expected HTTPS, straight or through a proxy of SVITLO_TRUSTED_PROXIES that says x-forwarded-proto: https';
  throw new SvitloError('SVT_FORBIDDEN', message, { params: { reason: 'not_secure' } });
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

/** A browser sends its cookie with whatever a page makes it send; the token only our own page knows. */
function refuseForged({ method, principal, credential, headers }: FastifyRequest, access: Access) {
  if (READING.includes(method) || principal?.kind !== 'user') return;
  const given = headers['x-svitlo-csrf'];
  if (access.isCsrf(credential, typeof given === 'string' ? given : undefined)) return;
  const message = "expected the header x-svitlo-csrf with the session's token";
  throw new SvitloError('SVT_FORBIDDEN', message, { params: { reason: 'csrf' } });
}
