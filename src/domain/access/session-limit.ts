import type { Role } from '../../contract/access.ts';
import type { SessionRecord } from '../../contract/account.ts';
import type { AccessPolicy } from '../../contract/config.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A technician's session outlasts a shift, whatever is configured. */
const SHIFT_MS = 14 * HOUR_MS;
const ADMINISTRATOR_IDLE_MS = 30 * MINUTE_MS;
const WARNING_MS = 15 * MINUTE_MS;
/** So long after its end a session may still look, while an incident is open. */
const GRACE_MS = 12 * HOUR_MS;
/** So long an identity provider out of reach changes nothing. */
const PROVIDER_AWAY_MS = 30 * MINUTE_MS;

/** How long sessions of a role last (ms): in all, and unused. */
export interface SessionLimits {
  absoluteMs: number;
  idleMs: number;
}

export function sessionLimits(role: Role, { session }: Pick<AccessPolicy, 'session'>) {
  const absoluteMs = session.absolute * 1000;
  const idleMs = session.idle * 1000;
  if (role === 'administrator') {
    return { absoluteMs, idleMs: Math.min(idleMs, ADMINISTRATOR_IDLE_MS) };
  }
  return { absoluteMs, idleMs: role === 'technician' ? Math.max(idleMs, SHIFT_MS) : idleMs };
}

/** What a session still is: good, good for looking alone while an incident is open, or nothing. */
export type Standing = 'good' | 'grace' | 'over';

type Span = Pick<SessionRecord, 'expiresAt' | 'lastUsedAt' | 'oidc'>;

/** Decides by the clock alone; `now` in ms since 1970 UTC. */
export function standingOf(session: Span, limits: SessionLimits, now: number): Standing {
  const end = endOf(session, limits);
  if (now < end) return 'good';
  return now < end + GRACE_MS ? 'grace' : 'over';
}

function endOf({ expiresAt, lastUsedAt, oidc }: Span, { idleMs }: SessionLimits): number {
  const awaySince = oidc?.unreachableSince ?? Number.POSITIVE_INFINITY;
  return Math.min(expiresAt, lastUsedAt + idleMs, awaySince + PROVIDER_AWAY_MS);
}

/** When the page begins to warn of the end. */
export function warnAtOf({ expiresAt }: Pick<SessionRecord, 'expiresAt'>): number {
  return expiresAt - WARNING_MS;
}
