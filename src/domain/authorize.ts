import type { Role } from '../contract/http.ts';

export type Authorization =
  | { isAllowed: true; role: Role }
  | { isAllowed: false; reason: 'not_loopback' };

const LOOPBACK = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/;

/**
 * Whether a client may do what needs `role`. Until sign-in exists a loopback client is an
 * administrator, which includes every role, and nobody else is let in.
 */
export function authorize(
  client: { remoteAddress: string | undefined },
  _role: Role,
): Authorization {
  if (LOOPBACK.test(client.remoteAddress ?? '')) return { isAllowed: true, role: 'administrator' };
  return { isAllowed: false, reason: 'not_loopback' };
}
