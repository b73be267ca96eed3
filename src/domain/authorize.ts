import type { AlarmCommand, IncidentCommand } from '../contract/command.ts';
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

/** What each command on an alarm needs, over HTTP and in the live feed alike. */
export const ALARM_COMMAND_ROLES: Readonly<Record<AlarmCommand['type'], Role>> = {
  acknowledge: 'technician',
  shelve: 'technician',
  unshelve: 'technician',
  reset: 'technician',
  'out-of-service': 'supervisor',
  return: 'supervisor',
};

export const INCIDENT_COMMAND_ROLES: Readonly<Record<IncidentCommand['type'], Role>> = {
  take: 'technician',
  note: 'technician',
};
