import type { Permission, Scope } from '../../contract/access.ts';
import { permissionsOf } from './permission.ts';
import type { Principal } from './principal.ts';

/** Whose accounts and tokens somebody may keep: nobody gives, takes or sees more than there is of one's own. */
export interface Reach {
  /** Without limits to regions and sites. */
  isUnlimited: boolean;
  /** Whether these limits are within one's own. */
  covers(scope: Scope | undefined): boolean;
  /** Whether one has all of this oneself. */
  includes(grant: { permissions: Iterable<Permission>; scope?: Scope | undefined }): boolean;
}

type Giver = Pick<Principal, 'permissions' | 'scope'>;

/** Of whoever is at the machine's console. */
export const FULL_REACH = reachOf(
  { permissions: permissionsOf('administrator'), scope: undefined },
  () => true,
);

/** `coversSite`: whether a site that is not named in the giver's limits is within them, by its region. */
export function reachOf(
  { permissions: own, scope: limits }: Giver,
  coversSite: (site: string) => boolean,
): Reach {
  const covers = (scope: Scope | undefined) => {
    if (limits === undefined) return true;
    if (scope === undefined) return false;
    const hasRegions = scope.regions.every((region) => limits.regions.includes(region));
    return hasRegions && scope.sites.every((id) => limits.sites.includes(id) || coversSite(id));
  };
  return {
    isUnlimited: limits === undefined,
    covers,
    includes: ({ permissions, scope }) =>
      covers(scope) && [...permissions].every((one) => own.has(one)),
  };
}
