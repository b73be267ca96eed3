import { DatabaseSync } from 'node:sqlite';
import type { AccountStore, Credential, SignedIn } from '../../src/access-port.ts';
import { createPasswords } from '../../src/adapters/credential/password-hash.ts';
import { createTotp } from '../../src/adapters/credential/totp.ts';
import { accountsIn } from '../../src/adapters/sqlite/account-store.ts';
import type { Scope } from '../../src/contract/access.ts';
import type { AccessEvent } from '../../src/contract/account.ts';
import { topologySchema } from '../../src/contract/config.ts';
import { type AccessDeskOptions, createAccessDesk } from '../../src/pipeline/access/desk.ts';
import { FakeClock, recordingLog } from './fake-ports.ts';
import { FakeCommands, FakeQueries } from './fake-queries.ts';
import { START } from './sample.ts';

export const PASSWORD = 'correct horse battery staple';
export const HOUR = 3_600_000;

/** Without the pauses that protect a monitor at work, nor what makes guessing expensive. */
const passwords = createPasswords({
  cost: { memoryKib: 64, passes: 1, lanes: 1 },
  strangersGapMs: 0,
});

/** The tables of `accounts.db` in memory. */
export function memoryAccounts(): AccountStore & { database: DatabaseSync } {
  const database = new DatabaseSync(':memory:');
  return { ...accountsIn(database), stop: async () => {}, database };
}

/** Somebody at a browser: what it keeps and shows. */
export interface Browser {
  session?: string | undefined;
  device?: string | undefined;
  address: string;
}

/** The access desk on accounts in memory, with a clock and incidents that the test sets. */
export async function accessDesk(changes: Partial<AccessDeskOptions> & { access?: object } = {}) {
  const clock = new FakeClock(START);
  const store = memoryAccounts();
  const audited: AccessEvent[] = [];
  const { log, messages } = recordingLog();
  const world = { hasIncident: false };
  const { access = {}, ...options } = changes;
  const policy = topologySchema.parse({ access }).access;
  const queries = new FakeQueries().queries(clock);
  const desk = createAccessDesk({
    store,
    passwords,
    totp: createTotp(),
    policy: () => policy,
    clock,
    log,
    hasOpenIncident: (_scope: Scope | undefined) => world.hasIncident,
    audit: async (events) => {
      audited.push(...events);
    },
    isDemo: false,
    serviceOf: () => ({
      queries,
      commands: new FakeCommands(),
      actor: () => ({ name: 'test', isVerified: true }),
    }),
    ...options,
  });
  await desk.start();
  const signIn = async (
    browser: Browser,
    given: { name: string; password?: string; code?: string },
  ) => {
    const { name, password = PASSWORD, code } = given;
    const answer = await desk.signIn.byPassword({ name, password, code }, placeOf(browser));
    if (answer.ok) keep(browser, answer);
    return answer;
  };
  return {
    desk,
    clock,
    store,
    audited,
    messages,
    world,
    signIn,
    /** The first administrator, signed in at a browser. */
    setUp: async (name = 'olena') => {
      const browser = newBrowser();
      const token = desk.setupLink()?.split('#')[1] ?? '';
      const answer = await desk.signIn.bySetup(
        { token, name, password: PASSWORD },
        placeOf(browser),
      );
      if (answer.ok) keep(browser, answer);
      return { browser, answer };
    },
    /** An account with the password, by an invitation. */
    invite: async (
      name: string,
      role: 'viewer' | 'technician' | 'supervisor' | 'auditor' | 'administrator' = 'technician',
      more: { isBreakGlass?: boolean; scope?: Scope } = {},
    ) => {
      const { isBreakGlass = false, scope } = more;
      const added = await desk.administration.addAccount(
        { name, role, scope, isBreakGlass },
        'olena',
      );
      const token = added.ok ? (added.link.split('#')[1] ?? '') : '';
      const browser = newBrowser('198.51.100.20');
      const answer = await desk.signIn.byLink({ token, password: PASSWORD }, placeOf(browser));
      if (answer.ok) keep(browser, answer);
      return { browser, answer, token };
    },
    who: (browser: Browser) => desk.access.principal(shown(browser)),
  };
}

export function newBrowser(address = '198.51.100.10'): Browser {
  return { address };
}

/** What a browser sends with a request. */
export function shown({ session }: Browser): Credential {
  return { session, isLocal: false };
}

export function placeOf({ address, device, session }: Browser) {
  return { address, agent: 'Firefox', device, session };
}

export function keep(browser: Browser, { session, device }: SignedIn): void {
  browser.session = session;
  browser.device = device;
}
