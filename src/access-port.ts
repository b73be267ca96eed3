import type {
  AccountRow,
  AccountView,
  Permission,
  Role,
  Scope,
  SessionView,
  TokenRow,
} from './contract/access.ts';
import type {
  AccessEvent,
  AccountRecord,
  KnownDeviceRecord,
  LinkRecord,
  PasskeyRecord,
  SessionRecord,
  TokenRecord,
} from './contract/account.ts';
import type { Principal } from './domain/access/principal.ts';
import type { Actor, Commands, Queries } from './ports.ts';

/** Everything that `accounts.db` holds. */
export interface AccountBook {
  accounts: AccountRecord[];
  passkeys: PasskeyRecord[];
  sessions: SessionRecord[];
  tokens: TokenRecord[];
  links: LinkRecord[];
  devices: KnownDeviceRecord[];
}

/** What one act changes: it is on disk whole or not at all, with the events that tell of it. */
export interface AccountChange {
  put?: Partial<AccountBook>;
  /** Identifiers by table; of accounts their names. What belongs to a removed account goes with it. */
  remove?: Partial<Record<keyof AccountBook, readonly string[]>>;
  events?: readonly AccessEvent[];
}

/** Accounts on disk. A command on the machine may write to the same file meanwhile. */
export interface AccountStore {
  /** `damaged`: rows that cannot be read, which are left out. */
  load(): Promise<AccountBook & { damaged: { table: keyof AccountBook; id: string }[] }>;
  /**
   * Resolves when it is on disk; with `false`, and nothing is, where another process has written to the
   * file since `load`: what the change goes by may no longer be so.
   */
  apply(change: AccountChange): Promise<boolean>;
  /** Calls back, within half a second, when another process has changed the file. */
  onForeignChange(listener: () => void): void;
  /** Events that are not in the journal's audit yet, oldest first, and how to settle them. */
  events(): Promise<{ seq: number; event: AccessEvent }[]>;
  settleEvents(upTo: number): Promise<void>;
  stop(): Promise<void>;
}

/** How a request comes: what it shows, and from where. */
export interface Credential {
  /** The session's cookie. */
  session?: string | undefined;
  /** `Authorization: Bearer …` */
  bearer?: string | undefined;
  /** The cookie of a wall screen: a token that may look alone. */
  kiosk?: string | undefined;
  /** Straight from this machine, by its own name, from no page but ours. */
  isLocal: boolean;
}

/** Who is who; answered from memory at once. */
export interface Access {
  mode(): 'open' | 'accounts';
  /** Undefined: nobody who is known. */
  principal(credential: Credential): Principal | undefined;
  /** What the page is told of itself; `credential` as above. */
  view(credential: Credential): SessionView;
  /** Whether this is the token that the session's page was given. */
  isCsrf(credential: Credential, given: string | undefined): boolean;
  /** Whether this is the cookie of a browser that somebody has signed in from before. */
  knowsBrowser(device: string): boolean;
  /** A socket or request of the session is under way: it is not idle. */
  used(session: string): void;
  /** Calls back when somebody's rights may have changed: an open page is then asked anew. */
  onChange(listener: () => void): void;
}

/** From where somebody signs in. */
export interface SignInPlace {
  address: string;
  /** `User-Agent`, as the list of sessions shows it. */
  agent: string;
  /** The cookie of a browser that its account has signed in from before. */
  device?: string | undefined;
  /** The session cookie that the browser has already: that session ends with the new one. */
  session?: string | undefined;
}

/** Secrets that the client is given once, to keep as cookies. */
export interface SignedIn {
  ok: true;
  session: string;
  device: string;
  /** Of the session cookie (ms since 1970 UTC). */
  expiresAt: number;
}

export interface AccessRefusal {
  ok: false;
  code:
    | 'SVT_SIGN_IN_REFUSED'
    | 'SVT_CODE_NEEDED'
    | 'SVT_TOO_MANY_ATTEMPTS'
    | 'SVT_PASSWORD_WEAK'
    | 'SVT_LINK_SPENT'
    | 'SVT_NOT_FOUND'
    | 'SVT_FORBIDDEN'
    | 'SVT_NAME_TAKEN'
    | 'SVT_LAST_ADMINISTRATOR'
    | 'SVT_SIGN_IN_AGAIN'
    | 'SVT_ADMINISTRATOR_LIMITED'
    | 'SVT_OIDC_FAILED';
  message?: string;
  retryAfterSeconds?: number;
}

export type Answer<T> = ({ ok: true } & T) | AccessRefusal;

/** Signing in and out. A refused sign-in takes as long, and says as much, whatever was wrong. */
export interface SignIn {
  byPassword(
    given: { name: string; password: string; code?: string | undefined },
    place: SignInPlace,
  ): Promise<SignedIn | AccessRefusal>;
  /** The first administrator; only while there are no accounts. */
  bySetup(
    given: { token: string; name: string; password: string },
    place: SignInPlace,
  ): Promise<SignedIn | AccessRefusal>;
  /** Sets the password of a one-time link's account, and signs in. */
  byLink(
    given: { token: string; password: string },
    place: SignInPlace,
  ): Promise<SignedIn | AccessRefusal>;
  /** What the browser is to be given (`PublicKeyCredentialRequestOptionsJSON`); `origin` is the page's. */
  passkeyOptions(origin: string): Promise<{ ceremony: string; options: object }>;
  byPasskey(
    given: { ceremony: string; response: { id: string } },
    place: SignInPlace,
  ): Promise<SignedIn | AccessRefusal>;
  /** Where the browser is sent, and what it keeps as a cookie until it comes back. */
  oidcStart(origin: string): Promise<Answer<{ url: string; state: string }>>;
  byOidc(
    given: { callbackUrl: string; state: string },
    place: SignInPlace,
  ): Promise<SignedIn | AccessRefusal>;
  /** Whether a wall screen's browser may keep this token; refused where it may do more than look. */
  byKiosk(token: string): Promise<Answer<object>>;
  signOut(session: string): Promise<void>;
}

/** What a signed-in person does with its own account. */
export interface OwnAccount {
  view(principal: Principal): AccountView | undefined;
  changePassword(
    principal: Principal,
    given: { current: string; password: string },
  ): Promise<Answer<object>>;
  beginTotp(principal: Principal): Promise<Answer<{ secret: string; uri: string }>>;
  confirmTotp(principal: Principal, code: string): Promise<Answer<{ recoveryCodes: string[] }>>;
  removeTotp(principal: Principal, password: string): Promise<Answer<object>>;
  passkeyOptions(
    principal: Principal,
    origin: string,
  ): Promise<Answer<{ ceremony: string; options: object }>>;
  addPasskey(
    principal: Principal,
    given: { ceremony: string; label: string; response: { id: string } },
  ): Promise<Answer<object>>;
  removePasskey(principal: Principal, id: string): Promise<Answer<object>>;
  revokeSession(principal: Principal, id: string): Promise<Answer<object>>;
}

/** What an administrator does; `actor` is his account, or `console`. */
export interface Administration {
  accounts(): AccountRow[];
  tokens(): TokenRow[];
  addAccount(
    given: { name: string; role: Role; scope?: Scope | undefined; isBreakGlass: boolean },
    actor: string,
  ): Promise<Answer<{ link: string; expiresAt: number }>>;
  changeAccount(
    name: string,
    given: {
      role?: Role | undefined;
      scope?: Scope | null | undefined;
      isDisabled?: boolean | undefined;
    },
    actor: string,
  ): Promise<Answer<object>>;
  removeAccount(name: string, actor: string): Promise<Answer<object>>;
  /** A one-time link by which the password is set anew. */
  makeLink(name: string, actor: string): Promise<Answer<{ link: string; expiresAt: number }>>;
  removeSecondFactors(name: string, actor: string): Promise<Answer<object>>;
  signOutEverywhere(name: string, actor: string): Promise<Answer<object>>;
  addToken(
    given: {
      name: string;
      permissions: readonly Permission[];
      scope?: Scope | undefined;
      expiresAt?: number | undefined;
    },
    actor: string,
  ): Promise<Answer<{ id: string; token: string }>>;
  removeToken(id: string, actor: string): Promise<Answer<object>>;
}

/** What one principal may ask and do: its sites alone, whatever it names. */
export interface Service {
  queries: Queries;
  commands: Commands;
  /** Who the journal names; a name that is given counts only while there are no accounts. */
  actor(given: string | undefined): Actor;
}

/** All that HTTP needs of it. */
export interface AccessDesk {
  access: Access;
  signIn: SignIn;
  own: OwnAccount;
  administration: Administration;
  serviceOf(principal: Principal): Service;
}

/**
 * WebAuthn ceremonies (W3C Web Authentication Level 3); `origin` is that of the page, `ceremony` names a
 * challenge that is answered once, within minutes. `undefined`: it does not hold.
 */
export interface Passkeys {
  register(account: {
    name: string;
    passkeys: readonly PasskeyRecord[];
    origin: string;
  }): Promise<{ ceremony: string; options: object }>;
  registered(given: {
    account: string;
    ceremony: string;
    label: string;
    response: { id: string };
  }): Promise<PasskeyRecord | undefined>;
  authenticate(origin: string): Promise<{ ceremony: string; options: object }>;
  /** The passkey as it is after this use; `find` by the credential's identifier. */
  authenticated(
    given: { ceremony: string; response: { id: string } },
    find: (id: string) => PasskeyRecord | undefined,
  ): Promise<PasskeyRecord | undefined>;
}

/** Somebody as the identity provider tells; `subject` is `issuer sub`. */
export interface ExternalPerson {
  subject: string;
  /** What an account is called: `preferred_username`, else the e-mail address, else `sub`. */
  name: string;
  claims: Readonly<Record<string, unknown>>;
  refreshToken?: string;
}

/** OpenID Connect by the authorization code flow with PKCE. Throws `SVT_OIDC_FAILED` out of reach. */
export interface IdentityProvider {
  readonly label: string;
  start(origin: string): Promise<{ url: string; state: string }>;
  /** `state` is what `start` answered: it carries nothing that the browser could change unseen. */
  finish(given: { callbackUrl: string; state: string }): Promise<ExternalPerson>;
  /** Whether somebody still counts there. */
  refresh(
    refreshToken: string,
  ): Promise<
    { outcome: 'valid'; person: ExternalPerson } | { outcome: 'ended' } | { outcome: 'unreachable' }
  >;
}

/** Hashes and compares passwords, a few at a time; refuses with `SVT_TOO_MANY_ATTEMPTS` where too many wait. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /**
   * Takes as long without a `hash` as with one, and is then wrong. `isPreferred` waits in a line of its own,
   * before strangers. `isOutdated`: the hash is weaker than those that are made now.
   */
  verify(given: {
    password: string;
    hash: string | undefined;
    isPreferred: boolean;
  }): Promise<{ isRight: boolean; isOutdated: boolean }>;
}

/** Codes by time (RFC 6238), six digits and 30 s; secrets in base32. */
export interface Totp {
  newSecret(): string;
  /** `otpauth://totp/…`, as authenticators read it from a QR code. */
  uri(account: string, secret: string): string;
  /** The step that the code is of, within one of now and after `lastStep`; undefined: it does not hold. */
  stepOf(
    code: string,
    given: { secret: string; lastStep: number | undefined; now: number },
  ): number | undefined;
}
