import type { Permission, Role, Scope } from '../../contract/access.ts';
import type { AlarmCommand, IncidentCommand } from '../../contract/command.ts';

/** What each role may do. An auditor is told sums alone, and those late. */
const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['see', 'report'],
  technician: ['see', 'report', 'respond'],
  supervisor: ['see', 'report', 'respond', 'supervise'],
  auditor: ['report'],
  administrator: ['see', 'report', 'respond', 'supervise', 'administer', 'scrape'],
};

export function permissionsOf(role: Role): ReadonlySet<Permission> {
  return new Set(ROLE_PERMISSIONS[role]);
}

/** Whoever administers has no limits: he could lift his own. */
export function mayBeLimited(permissions: Iterable<Permission>): boolean {
  return ![...permissions].includes('administer');
}

/** What is left of permissions under limits, where the two do not go together. */
export function permissionsWithin(
  scope: Scope | undefined,
  permissions: Iterable<Permission>,
): ReadonlySet<Permission> {
  const left = new Set(permissions);
  if (scope !== undefined && !mayBeLimited(left)) left.delete('administer');
  return left;
}

/** Whether nothing can be changed with these: a browser that nobody guards may keep them. */
export function isLookingAlone(permissions: Iterable<Permission>): boolean {
  return [...permissions].every((one) => one === 'see' || one === 'report');
}

/** What each command on an alarm needs, over HTTP and in the live feed alike. */
export const ALARM_COMMAND_NEEDS: Readonly<Record<AlarmCommand['type'], Permission>> = {
  acknowledge: 'respond',
  shelve: 'respond',
  unshelve: 'respond',
  reset: 'respond',
  'out-of-service': 'supervise',
  return: 'supervise',
};

export const INCIDENT_COMMAND_NEEDS: Readonly<Record<IncidentCommand['type'], Permission>> = {
  take: 'supervise',
  note: 'supervise',
};

/** What somebody is told who may not see the state of now is older than this (ms). */
export const AUDITOR_DELAY_MS = 24 * 3_600_000;
