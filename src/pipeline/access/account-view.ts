import type { AccountRow, AccountView, TokenRow } from '../../contract/access.ts';
import type { AccountRecord } from '../../contract/account.ts';
import type { Principal } from '../../domain/access/principal.ts';
import type { Picture } from './directory.ts';

/** What somebody sees of its own account; undefined for whoever has none. */
export function accountViewOf(
  picture: Picture,
  { kind, name, session: current }: Principal,
): AccountView | undefined {
  const account = kind === 'user' ? picture.accounts.get(name) : undefined;
  if (account === undefined) return undefined;
  const isOwn = (row: { account: string }) => row.account === name;
  return {
    ...common(account),
    recoveryCodesLeft: account.recoveryCodes.length,
    passkeys: [...picture.passkeys.values()]
      .filter(isOwn)
      .map(({ id, label, createdAt, lastUsedAt }) => ({ id, label, createdAt, lastUsedAt })),
    sessions: [...picture.sessions.values()]
      .filter(isOwn)
      .sort((a, b) => b.lastUsedAt - a.lastUsedAt)
      .map(({ id, createdAt, lastUsedAt, address, agent }) => ({
        id,
        createdAt,
        lastUsedAt,
        address,
        agent,
        isCurrent: id === current,
      })),
  };
}

/** By name. */
export function accountRowsOf(picture: Picture): AccountRow[] {
  const { accounts } = picture;
  const passkeys = countsByAccount(picture.passkeys);
  const sessions = countsByAccount(picture.sessions);
  return [...accounts.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((account) => ({
      ...common(account),
      isDisabled: account.isDisabled,
      isBreakGlass: account.isBreakGlass,
      isExternal: account.external !== undefined,
      passkeys: passkeys.get(account.name) ?? 0,
      sessions: sessions.get(account.name) ?? 0,
      createdAt: account.createdAt,
      lastSignInAt: account.lastSignInAt,
    }));
}

/** The oldest first. */
export function tokenRowsOf({ tokens }: Picture): TokenRow[] {
  return [...tokens.values()].sort((a, b) => a.createdAt - b.createdAt);
}

function common({ name, role, scope, passwordHash, totp }: AccountRecord) {
  return {
    name,
    role,
    ...(scope === undefined ? {} : { scope }),
    hasPassword: passwordHash !== undefined,
    hasTotp: totp !== undefined,
  };
}

function countsByAccount(rows: ReadonlyMap<string, { account: string }>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { account } of rows.values()) counts.set(account, (counts.get(account) ?? 0) + 1);
  return counts;
}

export function passkeysOf({ passkeys }: Picture, name: string) {
  return [...passkeys.values()].filter(({ account }) => account === name);
}
