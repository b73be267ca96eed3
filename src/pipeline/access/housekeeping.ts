import type { AccountChange } from '../../access-port.ts';
import type { AccessPolicy } from '../../contract/config.ts';
import { sessionLimits, standingOf } from '../../domain/access/session-limit.ts';
import type { Picture } from './directory.ts';

/** A browser that has not signed in for so long is a stranger again (ms). */
const KNOWN_MS = 180 * 24 * 3_600_000;

/** Writes down what was used, and removes what is of no use to anybody any longer; undefined: nothing. */
export function housekeeping(
  picture: Picture,
  { used, policy, now }: { used: readonly string[]; policy: AccessPolicy; now: number },
): AccountChange | undefined {
  const { accounts, sessions, tokens, links, devices } = picture;
  const over = [...sessions.values()].filter((session) => {
    const account = accounts.get(session.account);
    if (account === undefined) return true;
    return standingOf(session, sessionLimits(account.role, policy), now) === 'over';
  });
  const remove = {
    sessions: over.map(({ id }) => id),
    links: [...links.values()].filter(({ expiresAt }) => expiresAt <= now).map(({ id }) => id),
    devices: [...devices.values()]
      .filter(({ lastUsedAt }) => lastUsedAt + KNOWN_MS <= now)
      .map(({ id }) => id),
  };
  const put = {
    sessions: used
      .filter((id) => !remove.sessions.includes(id))
      .flatMap((id) => sessions.get(id) ?? []),
    tokens: used.flatMap((id) => tokens.get(id) ?? []),
  };
  const rows = [...Object.values(put), ...Object.values(remove)];
  return rows.every(({ length }) => length === 0) ? undefined : { put, remove };
}
