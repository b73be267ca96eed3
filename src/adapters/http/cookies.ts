import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SignedIn } from '../../access-port.ts';
import { cookieOf, KIOSK_COOKIE, SESSION_COOKIE } from './credential.ts';

/** Of a browser that somebody has signed in from before. */
export const DEVICE_COOKIE = '__Host-svitlo-device';

/** Of a sign-in that is under way at the identity provider. */
const STATE_COOKIE = '__Host-svitlo-oidc';

const DEVICE_SECONDS = 365 * 86_400;
const STATE_SECONDS = 10 * 60;

/**
 * What no script reads and no other site's page sends along. A browser that comes from elsewhere gets the
 * page itself without it, and whatever the page then asks is its own.
 */
const STRICT: CookieSerializeOptions = {
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'strict',
};

/** The provider's page sends the browser back, so that this one has to come along. */
const LAX: CookieSerializeOptions = { ...STRICT, sameSite: 'lax' };

export function setSignedIn(reply: FastifyReply, { session, device, expiresAt }: SignedIn): void {
  reply.setCookie(SESSION_COOKIE, session, { ...STRICT, expires: new Date(expiresAt) });
  reply.setCookie(DEVICE_COOKIE, device, { ...STRICT, maxAge: DEVICE_SECONDS });
}

/** The token's own end counts, whatever the browser keeps. */
export function setKiosk(reply: FastifyReply, token: string): void {
  reply.setCookie(KIOSK_COOKIE, token, { ...STRICT, maxAge: DEVICE_SECONDS });
}

export function clearSession(reply: FastifyReply): void {
  reply.clearCookie(SESSION_COOKIE, STRICT);
  reply.clearCookie(KIOSK_COOKIE, STRICT);
}

export function setState(reply: FastifyReply, state: string): void {
  reply.setCookie(STATE_COOKIE, state, { ...LAX, maxAge: STATE_SECONDS });
}

/** What stands for the sign-in at the provider; from now on for none. */
export function takeState({ headers }: FastifyRequest, reply: FastifyReply): string | undefined {
  reply.clearCookie(STATE_COOKIE, LAX);
  return cookieOf(headers.cookie, STATE_COOKIE);
}
