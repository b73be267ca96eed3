import { chmodSync, chownSync, closeSync, openSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountChange, AccountStore } from '../../access-port.ts';
import { SvitloError } from '../../errors.ts';
import { bookOf, eventsOf } from './account-record.ts';
import { openAccountTables } from './account-table.ts';
import type { AccountAnswer, AccountCall } from './account-thread.ts';
import type { WorkerClient } from './worker-client.ts';

/** How often the file is looked at for what another process has written (ms). */
const LOOK_MS = 500;
const BUSY_MS = 5000;
const BUSY_LOOK_MS = 20;

/**
 * The file is its owner's alone; SQLite gives what it keeps beside it the same owner and rights. What the
 * superuser makes belongs to the folder's owner, as whom the monitor runs.
 */
function claimFile(file: string): Stats {
  try {
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    const { uid, gid } = statSync(dirname(file));
    if (process.getuid?.() === 0 && uid !== 0) chownSync(file, uid, gid);
    return statSync(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failed(reason, error);
  }
}

/** What is written to a file that has been taken away or replaced would be gone with the next start. */
function refuseReplaced(file: string, { dev, ino }: Stats): void {
  const now = statSync(file, { throwIfNoEntry: false });
  if (now?.dev === dev && now.ino === ino) return;
  const message = 'accounts.db was taken away or replaced while the monitor runs: restart it';
  throw new SvitloError('SVT_ACCOUNTS_FAILED', message);
}

/** `accounts.db` in the thread that `worker` speaks to, the journal's; fails with `SVT_ACCOUNTS_FAILED`. */
export function openAccountStore(file: string, worker: WorkerClient): AccountStore {
  const own = claimFile(file);
  const call = async <T>(method: AccountCall['method'], argument?: unknown): Promise<T> => {
    const until = performance.now() + BUSY_MS;
    for (;;) {
      const answer = await asked(
        worker.call<AccountAnswer>('accounts', { file, method, argument }),
      );
      if (answer !== 'busy') return answer.value as T;
      if (performance.now() > until) throw failed('another process holds the file');
      await sleep(BUSY_LOOK_MS);
    }
  };
  const listeners: (() => void)[] = [];
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      const isChanged = await call<boolean>('isChanged');
      if (isChanged) for (const listener of listeners) listener();
    } catch {
      // The next call that needs the file tells of it.
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return {
    load: async () => bookOf(await call('load')),
    apply: async (change: AccountChange) => {
      refuseReplaced(file, own);
      return call<boolean>('apply', change);
    },
    onForeignChange: (listener) => {
      listeners.push(listener);
    },
    events: async () => eventsOf(await call('events')),
    settleEvents: (upTo) => call('settleEvents', upTo),
    stop: async () => {
      clearInterval(timer);
      await asked(worker.call('closeAccounts', file));
    },
  };
}

/** What the journal's thread could not do for the accounts is no failure of the journal. */
async function asked<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw failed(error instanceof Error ? error.message : String(error), error);
  }
}

function failed(reason: string, cause?: unknown): SvitloError {
  return new SvitloError('SVT_ACCOUNTS_FAILED', reason, { cause, retryable: true });
}

/** The same file within this thread, for a command that does one thing and ends. */
export function openAccountFile(file: string): AccountStore {
  claimFile(file);
  const database = new DatabaseSync(file, { timeout: BUSY_MS });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  return accountsIn(database);
}

/** The same in a database that is open already; nobody looks for what others write to it. */
export function accountsIn(database: DatabaseSync): AccountStore {
  const tables = openAccountTables(database);
  return {
    load: async () => bookOf(tables.load()),
    apply: async (change) => tables.apply(change),
    onForeignChange: () => {},
    events: async () => eventsOf(tables.events()),
    settleEvents: async (upTo) => tables.settleEvents(upTo),
    stop: async () => database.close(),
  };
}
