import type { FastifyRequest } from 'fastify';
import type { SignInPlace } from '../../access-port.ts';
import { DEVICE_COOKIE } from './cookies.ts';
import { cookieOf } from './credential.ts';

const AGENT_MOST = 300;

/** From where somebody signs in. */
export function placeOf({ ip, headers, credential }: FastifyRequest): SignInPlace {
  return {
    address: ip,
    agent: (headers['user-agent'] ?? '').slice(0, AGENT_MOST),
    device: cookieOf(headers.cookie, DEVICE_COOKIE),
    session: credential.session,
  };
}

/** The origin of the page that a request comes from, as its browser sees it. */
export function originOf(request: FastifyRequest, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return new URL(publicUrl).origin;
  return `${request.protocol}://${request.host}`;
}
