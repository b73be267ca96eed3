import type { Logger } from 'pino';
import type {
  AccessDesk,
  AccountStore,
  IdentityProvider,
  Passkeys,
  Passwords,
  Service,
  Totp,
} from '../../access-port.ts';
import type { Scope } from '../../contract/access.ts';
import type { AccessEvent } from '../../contract/account.ts';
import type { AccessPolicy } from '../../contract/config.ts';
import type { Readiness } from '../../contract/readiness.ts';
import type { Principal } from '../../domain/access/principal.ts';
import { createSignInThrottle } from '../../domain/access/sign-in-throttle.ts';
import type { Clock } from '../../ports.ts';
import { createAccountReading, RETRY_MS } from './account-reading.ts';
import { createAdministration } from './administration.ts';
import { createAuditOutbox } from './audit-outbox.ts';
import { createDirectory } from './directory.ts';
import { housekeeping } from './housekeeping.ts';
import { createOidcSessions } from './oidc-sessions.ts';
import { createOwnAccount } from './own-account.ts';
import { createRefusedSignIns } from './refused-sign-ins.ts';
import { createSessionBook } from './session-book.ts';
import { createSetupLink } from './setup-link.ts';
import { createSignIn } from './sign-in.ts';
import { whileThereAre } from './while-there-are.ts';

/** How often it is looked for sessions that have run out (ms). */
const SWEEP_MS = 200;
/** How often refused sign-ins are written down, and the identity provider may be asked (ms). */
const MINUTE_MS = 60_000;
/** How often it is written down what was used (ms). */
const USES_MS = 3 * MINUTE_MS;

export interface AccessDeskOptions {
  store: AccountStore;
  passwords: Passwords;
  totp: Totp;
  passkeys?: Passkeys | undefined;
  identityProvider?: IdentityProvider | undefined;
  policy: () => AccessPolicy;
  clock: Clock;
  log: Logger;
  /** Whether an incident is open at a site of this scope. */
  hasOpenIncident(scope: Scope | undefined): boolean;
  /** Puts what happened into the journal's audit; resolves when it is on disk. */
  audit(events: readonly AccessEvent[]): Promise<void>;
  /** Whether the audit knows of accounts. */
  hadAccounts?(): Promise<boolean>;
  /** Stands before the path of links; none: whoever shows a link knows where the page is. */
  publicUrl?: string | undefined;
  isDemo: boolean;
  serviceOf(principal: Principal): Service;
}

export interface StartedAccessDesk extends AccessDesk {
  /** Reads the accounts. Where they cannot be read nobody is let in, and it is tried again: alarms go on. */
  start(): Promise<void>;
  readiness(): Readiness;
  stop(): Promise<void>;
  /** The path of the one-time link for the first administrator; undefined once there is an account. */
  setupLink(): string | undefined;
}

/** Accounts, sessions and rights. Until there is an account, whoever is at this machine does everything. */
export function createAccessDesk(options: AccessDeskOptions): StartedAccessDesk {
  const { store, clock, log, passkeys, identityProvider, publicUrl } = options;
  const directory = createDirectory({ store, log, hadAccounts: options.hadAccounts });
  const reading = createAccountReading({ directory, log });
  const refused = createRefusedSignIns();
  const setup = createSetupLink(clock.now());
  const outbox = createAuditOutbox({ store, audit: options.audit, log });
  const ways = { passkey: passkeys !== undefined, oidc: identityProvider?.label };
  const book = createSessionBook({ ...options, directory, ways });
  const parts = {
    ...options,
    directory,
    passkeys,
    identityProvider,
    throttle: createSignInThrottle(),
    refused,
    setup,
  };
  const isOpen = () => book.mode() === 'open';
  const oidcSessions = createOidcSessions(parts);
  const flush = async (decide: Parameters<typeof directory.act<void>>[0]) => {
    if (!directory.isLoaded) return;
    await directory
      .act(decide)
      .catch((error) => log.error({ err: error }, 'accounts: not written'));
  };
  const writeRefused = () =>
    flush(() => {
      const events = refused.take();
      return events.length === 0
        ? { answer: undefined }
        : { change: { events }, answer: undefined };
    });
  const writeUses = () =>
    flush((picture) => {
      const given = { used: book.takeUsed(), policy: options.policy(), now: clock.now() };
      const change = housekeeping(picture, given);
      return change === undefined ? { answer: undefined } : { change, answer: undefined };
    });
  const timers: NodeJS.Timeout[] = [];
  const every = (ms: number, work: () => unknown) => timers.push(setInterval(work, ms).unref());
  directory.onChange((change) => {
    if (change === undefined || (change.events?.length ?? 0) > 0) outbox.move();
  });
  return {
    access: book,
    signIn: createSignIn(parts, isOpen),
    own: createOwnAccount(parts),
    administration: whileThereAre(createAdministration({ directory, clock, publicUrl }), isOpen),
    serviceOf: options.serviceOf,
    readiness: reading.readiness,
    setupLink: () => (isOpen() ? setup.path() : undefined),
    start: async () => {
      await reading.attempt();
      every(RETRY_MS, reading.retry);
      every(SWEEP_MS, book.sweep);
      every(USES_MS, writeUses);
      every(MINUTE_MS, writeRefused);
      // What the journal could not take is tried again, whether anything happens or not.
      every(MINUTE_MS, outbox.move);
      every(MINUTE_MS, () =>
        oidcSessions.check().catch((error) => log.error({ err: error }, 'access: a check failed')),
      );
    },
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await writeRefused();
      await writeUses();
      await outbox.move();
      await store.stop();
    },
  };
}
