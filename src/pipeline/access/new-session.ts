import type { AccountChange, SignedIn, SignInPlace } from '../../access-port.ts';
import type {
  AccountRecord,
  KnownDeviceRecord,
  PasskeyRecord,
  SessionRecord,
} from '../../contract/account.ts';
import type { Picture } from './directory.ts';
import { accessEvent } from './event.ts';
import { digestOf, newSecret } from './secret.ts';

/** Of one account; the ones that were used least lately end. */
const MOST_SESSIONS = 50;
const MOST_DEVICES = 20;
/** Of `User-Agent`, which a browser chooses itself. */
const AGENT_LENGTH = 200;

interface Begin {
  /** As the sign-in leaves it. */
  account: AccountRecord;
  method: SessionRecord['method'];
  place: SignInPlace;
  /** ms since 1970 UTC */
  now: number;
  absoluteMs: number;
  oidc?: SessionRecord['oidc'];
  passkey?: PasskeyRecord;
}

/**
 * A sign-in that holds: always a new session, and a new cookie by which the browser is known; those that the
 * browser had end. What stands in the cookies is told this once.
 */
export function newSession(
  picture: Picture,
  begin: Begin,
): { change: AccountChange; answer: SignedIn } {
  const { account, method, place, now, absoluteMs, oidc, passkey } = begin;
  const { name } = account;
  const [session, device] = [newSecret(), newSecret()];
  const expiresAt = now + absoluteMs;
  const record: SessionRecord = {
    id: digestOf(session),
    account: name,
    createdAt: now,
    lastUsedAt: now,
    expiresAt,
    address: place.address,
    agent: place.agent.slice(0, AGENT_LENGTH),
    method,
    csrf: newSecret(),
    ...(oidc === undefined ? {} : { oidc }),
  };
  const known: KnownDeviceRecord = { id: digestOf(device), account: name, lastUsedAt: now };
  const by = { at: now, subject: name, actor: name, address: place.address, detail: method };
  const events = [accessEvent('signed_in', by)];
  if (account.isBreakGlass) events.push(accessEvent('break_glass_used', by));
  return {
    change: {
      put: {
        accounts: [{ ...account, lastSignInAt: now }],
        sessions: [record],
        devices: [known],
        ...(passkey === undefined ? {} : { passkeys: [passkey] }),
      },
      remove: {
        sessions: [
          ...heldBy(picture.sessions, place.session),
          ...beyond(picture.sessions, name, MOST_SESSIONS),
        ],
        devices: [
          ...heldBy(picture.devices, place.device),
          ...beyond(picture.devices, name, MOST_DEVICES),
        ],
      },
      events,
    },
    answer: { ok: true, session, device, expiresAt },
  };
}

/** What the browser shows a cookie of, whoever's it is. */
function heldBy(rows: ReadonlyMap<string, unknown>, cookie: string | undefined): string[] {
  if (cookie === undefined) return [];
  const id = digestOf(cookie);
  return rows.has(id) ? [id] : [];
}

/** Of the account's rows those that leave no room for one more. */
function beyond(
  rows: ReadonlyMap<string, { id: string; account: string; lastUsedAt: number }>,
  account: string,
  most: number,
): string[] {
  return [...rows.values()]
    .filter((row) => row.account === account)
    .sort((a, b) => b.lastUsedAt - a.lastUsedAt)
    .slice(most - 1)
    .map(({ id }) => id);
}
