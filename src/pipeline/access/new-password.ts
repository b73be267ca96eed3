import type { AccessEvent, AccountRecord } from '../../contract/account.ts';
import type { Picture } from './directory.ts';
import { accessEvent } from './event.ts';

/** A new password ends every session but the one it was changed in, and every link to set another. */
export function withPassword(
  { sessions, links }: Picture,
  given: {
    account: AccountRecord;
    hash: string;
    by: Omit<AccessEvent, 'type'>;
    /** Identifier of the session that stays. */
    keep?: string | undefined;
  },
) {
  const { hash, by, keep } = given;
  const account = { ...given.account, passwordHash: hash };
  return {
    account,
    put: { accounts: [account] },
    remove: {
      sessions: otherSessions({ sessions }, { name: account.name, session: keep }),
      links: [...links.values()].filter((row) => row.account === account.name).map(({ id }) => id),
    },
    events: [accessEvent('password_changed', by)],
  };
}

/** Sessions of an account but this one; they end where a way to sign in has changed: whoever holds one of them may not be the owner. */
export function otherSessions(
  { sessions }: Pick<Picture, 'sessions'>,
  { name, session }: { name: string; session?: string | undefined },
): string[] {
  return [...sessions.values()]
    .filter(({ account, id }) => account === name && id !== session)
    .map(({ id }) => id);
}
