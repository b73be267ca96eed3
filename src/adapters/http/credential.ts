import type { IncomingMessage } from 'node:http';
import type { Credential } from '../../access-port.ts';
import { foreignnessOf } from './origin.ts';

const LOOPBACK = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/;

export function isLoopbackAddress(address: string): boolean {
  return LOOPBACK.test(address);
}

/**
 * Browsers keep a `__Host-` cookie to one host and to HTTPS, or to this machine's own names: no other host
 * and no page in the clear can set it.
 */
export const SESSION_COOKIE = '__Host-svitlo';

/** Of a wall screen, beside which nobody sits: a token that may look alone. */
export const KIOSK_COOKIE = '__Host-svitlo-kiosk';

/** What a request shows of who sends it; `client` is how it comes. */
export function credentialOf(
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  client: { isThroughProxy: boolean },
): Credential {
  const { headers, socket } = request;
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const isFromHere = !client.isThroughProxy && isLoopbackAddress(socket.remoteAddress ?? '');
  return {
    session: cookieOf(headers.cookie, SESSION_COOKIE),
    bearer,
    kiosk: cookieOf(headers.cookie, KIOSK_COOKIE),
    isLocal: isFromHere && foreignnessOf(request) === undefined,
  };
}

/** RFC 6265 § 5.4; of several cookies of this name the first counts. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
