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
  const isOurs = (row: { account: string }) => row.account === account.name;
  return {
    account,
    put: { accounts: [account] },
    remove: {
      sessions: [...sessions.values()]
        .filter(isOurs)
        .map(({ id }) => id)
        .filter((id) => id !== keep),
      links: [...links.values()].filter(isOurs).map(({ id }) => id),
    },
    events: [accessEvent('password_changed', by)],
  };
}
