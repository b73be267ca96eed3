import type { Role } from '../../src/contract/access.ts';
import { permissionsOf } from '../../src/domain/access/permission.ts';
import type { Principal } from '../../src/domain/access/principal.ts';

/** Somebody of this role who has signed in, without limits. */
export function signedInAs(role: Role, changes: Partial<Principal> = {}): Principal {
  return {
    kind: 'user',
    name: role,
    role,
    permissions: permissionsOf(role),
    scope: undefined,
    isReadOnly: false,
    isBreakGlass: false,
    session: `session-of-${role}`,
    ...changes,
  };
}
