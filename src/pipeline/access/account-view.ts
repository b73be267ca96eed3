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
  const { accounts, passkeys, sessions } = picture;
  return [...accounts.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((account) => ({
      ...common(account),
      isDisabled: account.isDisabled,
      isBreakGlass: account.isBreakGlass,
      isExternal: account.external !== undefined,
      passkeys: countOf(passkeys, account.name),
      sessions: countOf(sessions, account.name),
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

function countOf(rows: ReadonlyMap<string, { account: string }>, name: string): number {
  return [...rows.values()].filter(({ account }) => account === name).length;
}

export function passkeysOf({ passkeys }: Picture, name: string) {
  return [...passkeys.values()].filter(({ account }) => account === name);
}
