import type { AccountChange } from '../../access-port.ts';
import { isAbleAdministrator } from '../../domain/access/last-administrator.ts';
import type { Picture } from './directory.ts';

/** Whether no administrator could sign in after the change. */
export function hasNobody(
  { accounts, passkeys }: Picture,
  { put, remove }: AccountChange = {},
): boolean {
  const gone = new Set(remove?.passkeys);
  const next = new Map(accounts);
  for (const name of remove?.accounts ?? []) next.delete(name);
  for (const account of put?.accounts ?? []) next.set(account.name, account);
  return ![...next.values()].some((account) => {
    const kept = [...passkeys.values()].filter((one) => one.account === account.name);
    return isAbleAdministrator({
      account,
      passkeys: kept.filter(({ id }) => !gone.has(id)).length,
    });
  });
}

/** Where nobody could before either, it is no fault of the change. */
export function leavesNobody(picture: Picture, change: AccountChange | undefined): boolean {
  return change !== undefined && hasNobody(picture, change) && !hasNobody(picture);
}
