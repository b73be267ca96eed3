import type { Permission, Role, Scope } from '../../contract/access.ts';
import { permissionsOf } from './permission.ts';

/** Who stands behind a request, and what that one may do. */
export interface Principal {
  /** `open`: whoever is at this machine while there are no accounts. */
  kind: 'open' | 'user' | 'token';
  /** Of the account or token. */
  name: string;
  role: Role;
  permissions: ReadonlySet<Permission>;
  /** Undefined: everything. */
  scope: Scope | undefined;
  /** An expired session that may still look while an incident is open. */
  isReadOnly: boolean;
  isBreakGlass: boolean;
  /** Identifier of the session (SHA-256 of its cookie). */
  session?: string;
}

/** Until there are accounts, whoever sits at this machine is the administrator. */
export const OPEN_PRINCIPAL: Principal = {
  kind: 'open',
  name: 'local',
  role: 'administrator',
  permissions: permissionsOf('administrator'),
  scope: undefined,
  isReadOnly: false,
  isBreakGlass: false,
};

/** Who has shown nothing. */
export const NOBODY: Principal = {
  ...OPEN_PRINCIPAL,
  name: 'nobody',
  role: 'viewer',
  permissions: new Set(),
  scope: { regions: [], sites: [] },
};

/** Who journal and audit name. No account's name has a colon, so that none passes for a token. */
export function namedInAudit({ kind, name }: Pick<Principal, 'kind' | 'name'>): string {
  return kind === 'token' ? `token:${name}` : name;
}

export function may(principal: Principal | undefined, permission: Permission): boolean {
  return principal?.permissions.has(permission) ?? false;
}

/** Whether a principal still stands for the same rights: a page keeps its feed only then. */
export function isSameAccess(a: Principal, b: Principal | undefined): boolean {
  if (b === undefined || a.kind !== b.kind || a.name !== b.name || a.role !== b.role) return false;
  if (a.isReadOnly !== b.isReadOnly || a.permissions.size !== b.permissions.size) return false;
  if (![...a.permissions].every((one) => b.permissions.has(one))) return false;
  return JSON.stringify(a.scope) === JSON.stringify(b.scope);
}
