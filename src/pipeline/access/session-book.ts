import type { Access, AccountChange, Credential } from '../../access-port.ts';
import type { Permission, Scope, SessionView, Who } from '../../contract/access.ts';
import type { AccountRecord, SessionRecord, TokenRecord } from '../../contract/account.ts';
import type { AccessPolicy } from '../../contract/config.ts';
import {
  isLookingAlone,
  permissionsOf,
  permissionsWithin,
} from '../../domain/access/permission.ts';
import { OPEN_PRINCIPAL, type Principal } from '../../domain/access/principal.ts';
import { scopeKey } from '../../domain/access/scope.ts';
import { sessionLimits, standingOf, warnAtOf } from '../../domain/access/session-limit.ts';
import type { Clock } from '../../ports.ts';
import type { Directory } from './directory.ts';
import { digestOf, isSameSecret } from './secret.ts';

export interface SessionBookOptions {
  directory: Directory;
  policy: () => AccessPolicy;
  clock: Clock;
  /** Whether an incident is open at a site of this scope. */
  hasOpenIncident(scope: Scope | undefined): boolean;
  isDemo: boolean;
  ways: Pick<SessionView['ways'], 'oidc'> & { passkey: boolean };
}

/** What a session or token is good for at this moment. */
type Worth = 'all' | 'looking' | 'nothing';

export type SessionBook = Access & {
  /** Looks for what has run out since the last time, and calls back. */
  sweep(): void;
  /** The sessions and tokens that were used since the last time. */
  takeUsed(): string[];
};

/** Who is who, from the picture in memory. */
export function createSessionBook(options: SessionBookOptions): SessionBook {
  const { directory, policy, clock, hasOpenIncident } = options;
  const listeners: (() => void)[] = [];
  const seen = new Map<string, Worth>();
  const used = new Set<string>();
  let hadAccounts = false;
  const mode = () => {
    const { isLoaded, picture } = directory;
    // Accounts are never all removed: where they are gone, the file was changed by something else.
    hadAccounts ||= picture.accounts.size > 0 || picture.hasDamagedAccount;
    return isLoaded && !hadAccounts ? 'open' : 'accounts';
  };
  const sessionOf = (cookie: string | undefined) =>
    cookie === undefined ? undefined : directory.picture.sessions.get(digestOf(cookie));
  const standing = (session: SessionRecord, account: AccountRecord) =>
    standingOf(session, sessionLimits(account.role, policy()), clock.now());
  const worthOfSession = (session: SessionRecord, isOpenIn = hasOpenIncident): Worth => {
    const account = directory.picture.accounts.get(session.account);
    if (account === undefined || account.isDisabled) return 'nothing';
    const stands = standing(session, account);
    if (stands === 'good') return 'all';
    return stands === 'grace' && isOpenIn(account.scope) ? 'looking' : 'nothing';
  };
  const worthOfToken = ({ expiresAt }: TokenRecord): Worth =>
    expiresAt === undefined || clock.now() < expiresAt ? 'all' : 'nothing';
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const byBearer = (bearer: string): Principal | undefined => {
    const token = directory.picture.tokens.get(digestOf(bearer));
    if (token === undefined || worthOfToken(token) === 'nothing') return undefined;
    token.lastUsedAt = clock.now();
    used.add(token.id);
    return principalOfToken(token);
  };
  const byKiosk = (token: string): Principal | undefined => {
    const found = byBearer(token);
    return found !== undefined && isLookingAlone(found.permissions) ? found : undefined;
  };
  const bySession = (session: SessionRecord): Principal | undefined => {
    const account = directory.picture.accounts.get(session.account);
    const worth = worthOfSession(session);
    if (account === undefined || worth === 'nothing') return undefined;
    return principalOfAccount(account, session.id, worth === 'looking');
  };
  const principal = ({
    session: cookie,
    bearer,
    kiosk,
    isLocal,
  }: Credential): Principal | undefined => {
    if (mode() === 'open') return isLocal ? OPEN_PRINCIPAL : undefined;
    if (bearer !== undefined) return byBearer(bearer);
    const session = sessionOf(cookie);
    const person = session && bySession(session);
    return person ?? (kiosk === undefined ? undefined : byKiosk(kiosk));
  };
  directory.onChange((change) => {
    if (change === undefined || touchesRights(change)) tell();
  });
  return {
    mode,
    principal,
    view: (credential) => {
      if (mode() === 'open') {
        return { mode: 'open', isDemo: options.isDemo, ways: { password: false, passkey: false } };
      }
      const who = principal(credential);
      const session = who?.kind === 'user' ? sessionOf(credential.session) : undefined;
      return {
        mode: 'accounts',
        isDemo: options.isDemo,
        ...(who === undefined ? {} : { who: whoOf(who) }),
        ...(session === undefined
          ? {}
          : { expiresAt: session.expiresAt, warnAt: warnAtOf(session), csrf: session.csrf }),
        ways: waysOf(options),
      };
    },
    isCsrf: ({ session: cookie, bearer }, given) => {
      // A page elsewhere can make a browser send a cookie, never a token.
      if (mode() === 'open' || bearer !== undefined) return true;
      const csrf = sessionOf(cookie)?.csrf;
      return csrf !== undefined && given !== undefined && isSameSecret(given, csrf);
    },
    knowsBrowser: (device) => directory.picture.devices.has(digestOf(device)),
    used: (id) => {
      const { sessions } = directory.picture;
      const session = sessions.get(id) ?? sessions.get(digestOf(id));
      if (session === undefined || worthOfSession(session) !== 'all') return;
      session.lastUsedAt = clock.now();
      used.add(session.id);
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
    sweep: () => {
      const { sessions, tokens } = directory.picture;
      const now = new Map<string, Worth>();
      const isOpenIn = onceAScope(hasOpenIncident);
      for (const session of sessions.values()) {
        now.set(session.id, worthOfSession(session, isOpenIn));
      }
      for (const token of tokens.values()) now.set(token.id, worthOfToken(token));
      const isOther = [...now].some(([id, worth]) => (seen.get(id) ?? worth) !== worth);
      seen.clear();
      for (const [id, worth] of now) seen.set(id, worth);
      if (isOther) tell();
    },
    takeUsed: () => {
      const ids = [...used];
      used.clear();
      return ids;
    },
  };
}

/** In a storm there are many incidents, and as many sessions that ran out may look. */
function onceAScope(ask: (scope: Scope | undefined) => boolean) {
  const known = new Map<string, boolean>();
  return (scope: Scope | undefined): boolean => {
    const key = scopeKey(scope);
    const answer = known.get(key) ?? ask(scope);
    known.set(key, answer);
    return answer;
  };
}

function touchesRights({ put = {}, remove = {} }: AccountChange): boolean {
  const isRemoved = [remove.accounts, remove.sessions, remove.tokens].some((ids) => ids?.length);
  return isRemoved || (put.accounts?.length ?? 0) > 0;
}

function principalOfToken({ name, permissions, scope }: TokenRecord): Principal {
  return {
    kind: 'token',
    name,
    role: 'viewer',
    permissions: permissionsWithin(scope, permissions),
    scope,
    isReadOnly: false,
    isBreakGlass: false,
  };
}

function principalOfAccount(
  { name, role, scope, isBreakGlass }: AccountRecord,
  session: string,
  isReadOnly: boolean,
): Principal {
  const all = permissionsWithin(scope, permissionsOf(role));
  const looking = new Set<Permission>(all.has('see') ? ['see'] : []);
  const permissions = isReadOnly ? looking : all;
  return { kind: 'user', name, role, permissions, scope, isReadOnly, isBreakGlass, session };
}

function whoOf({ session: _, permissions, scope, ...who }: Principal): Who {
  return { ...who, permissions: [...permissions], ...(scope === undefined ? {} : { scope }) };
}

function waysOf({ directory, policy, ways }: SessionBookOptions): SessionView['ways'] {
  const accounts = [...directory.picture.accounts.values()];
  const isLocal = policy().localSignIn || accounts.some(({ isBreakGlass }) => isBreakGlass);
  const { oidc, passkey } = ways;
  return {
    password: isLocal,
    passkey: isLocal && passkey,
    ...(oidc === undefined ? {} : { oidc }),
  };
}
