import type { AccountRecord } from '../../contract/account.ts';
import { permissionsOf, permissionsWithin } from './permission.ts';

/** What somebody can sign in by. */
export interface WaysIn {
  account: AccountRecord;
  passkeys: number;
}

/** An administrator who can sign in: an invitation that nobody has taken yet is none. */
export function isAbleAdministrator({ account, passkeys }: WaysIn): boolean {
  const { role, scope, isDisabled, passwordHash, external } = account;
  const permissions = permissionsWithin(scope, permissionsOf(role));
  if (!permissions.has('administer') || isDisabled) return false;
  return passwordHash !== undefined || passkeys > 0 || external !== undefined;
}
