import { DatabaseSync } from 'node:sqlite';
import { openAccountTables } from './account-table.ts';

const SQLITE_BUSY = 5;

type Tables = ReturnType<typeof openAccountTables>;

export interface AccountCall {
  file: string;
  method: keyof Tables;
  argument: unknown;
}

/** Who asks waits outside, and asks again: the journal does not wait for a lock on the accounts. */
export type AccountAnswer = { value: unknown } | 'busy';

/**
 * `accounts.db` in the journal's thread: a thread of its own would take some 14 MB. It is opened at the first
 * call, whose failure is no failure of the journal.
 */
export function openAccountCalls() {
  const opened = new Map<string, { database: DatabaseSync; tables: Tables }>();
  const open = (file: string) => {
    const known = opened.get(file);
    if (known !== undefined) return known;
    const database = new DatabaseSync(file, { timeout: 0 });
    try {
      database.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA cache_size = -1024;
      `);
      const one = { database, tables: openAccountTables(database) };
      opened.set(file, one);
      return one;
    } catch (error) {
      database.close();
      throw error;
    }
  };
  return {
    accounts: ({ file, method, argument }: AccountCall): AccountAnswer => {
      try {
        return { value: open(file).tables[method](argument as never) };
      } catch (error) {
        if (isBusy(error)) return 'busy';
        throw error;
      }
    },
    closeAccounts: (file: string) => {
      opened.get(file)?.database.close();
      opened.delete(file);
    },
  };
}

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY
  );
}
