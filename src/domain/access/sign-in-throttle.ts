import { networkOf } from './network.ts';

/** Failures that cost nothing; each one beyond doubles the wait. */
const FREE = {
  /** A browser that has signed in to this account before (OWASP: device cookies). */
  device: 10,
  /** All that come from one address. */
  network: 20,
  /** Strangers at one address, for one account. */
  pair: 5,
  /** Strangers anywhere, for one account. NIST SP 800-63B-4 § 3.2.2 allows 100. */
  account: 50,
} as const;
type Kind = keyof typeof FREE;

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** Failures are forgotten after so long without another. */
const FORGET_MS = 60 * 60_000;
/** Kept of each kind; beyond them the one that has failed least lately goes. */
const MOST_KEPT = 10_000;

export interface Attempt {
  address: string;
  /** The account's name; undefined where none is given, as with a passkey. */
  account?: string | undefined;
  /** Nobody can crowd out what is counted for accounts that exist. */
  isKnownAccount: boolean;
  /** Identifier of the browser, where it has signed in to this very account before. */
  device?: string | undefined;
}

interface Failures {
  count: number;
  lastAt: number;
}

type Slot = [kind: Kind | 'unknown', key: string];

/**
 * Slows guessing down by address and by account. A browser that its account has signed in from counts by
 * itself alone, so that no stranger can lock an account's owner out, nor crowd out its address.
 */
export function createSignInThrottle(mostKept = MOST_KEPT) {
  const kept: Record<Slot[0], Map<string, Failures>> = {
    device: new Map(),
    network: new Map(),
    pair: new Map(),
    account: new Map(),
    unknown: new Map(),
  };
  const countOf = ([kind, key]: Slot, now: number): Failures | undefined => {
    const failures = kept[kind].get(key);
    // One that lies ahead is of a clock that was wrong: nobody waits until then.
    if (failures !== undefined) failures.lastAt = Math.min(failures.lastAt, now);
    return failures !== undefined && now - failures.lastAt < FORGET_MS ? failures : undefined;
  };
  const waitOf = (slot: Slot, now: number): number => {
    const failures = countOf(slot, now);
    const beyond = (failures?.count ?? 0) - FREE[slot[0] === 'unknown' ? 'account' : slot[0]];
    if (failures === undefined || beyond < 0) return 0;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** beyond);
    return Math.max(0, failures.lastAt + wait - now);
  };
  const put = ([kind, key]: Slot, failures: Failures): void => {
    const slots = kept[kind];
    slots.delete(key);
    slots.set(key, failures);
    const [oldest] = slots.keys();
    if (slots.size > mostKept && oldest !== undefined) slots.delete(oldest);
  };
  return {
    /**
     * How long the attempt has to wait (ms); 0: it may go on, and counts as failed until `settle` says
     * otherwise, so that many at once are no way around.
     */
    begin(attempt: Attempt, now: number): number {
      const slots = slotsOf(attempt);
      const wait = Math.max(...slots.map((slot) => waitOf(slot, now)));
      if (wait > 0) return wait;
      for (const slot of slots) {
        put(slot, { count: (countOf(slot, now)?.count ?? 0) + 1, lastAt: now });
      }
      return 0;
    },
    /** `succeeded`: what led here is forgiven. `undecided`: this attempt alone is. */
    settle(attempt: Attempt, outcome: 'succeeded' | 'undecided'): void {
      for (const [kind, key] of slotsOf(attempt)) {
        const failures = kept[kind].get(key);
        if (failures === undefined) continue;
        // Whoever guesses at others would otherwise clear his address by signing in himself.
        const isOwn = outcome === 'succeeded' && (kind === 'device' || kind === 'pair');
        if (isOwn || failures.count <= 1) kept[kind].delete(key);
        else failures.count -= 1;
      }
    },
    size: () => Object.values(kept).reduce((sum, { size }) => sum + size, 0),
  };
}
export type SignInThrottle = ReturnType<typeof createSignInThrottle>;

function slotsOf({ address, account, isKnownAccount, device }: Attempt): Slot[] {
  if (device !== undefined) return [['device', device]];
  const network = networkOf(address);
  if (account === undefined) return [['network', network]];
  return [
    ['network', network],
    ['pair', `${account} ${network}`],
    [isKnownAccount ? 'account' : 'unknown', account],
  ];
}
