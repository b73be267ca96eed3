import type { DatabaseSync } from 'node:sqlite';
import type { AccountBook, AccountChange } from '../../access-port.ts';
import { openAccountSchema } from './account-schema.ts';
import { inTransaction } from './transaction.ts';

type Table = keyof AccountBook;

/** As it stands in the file: what a row means is not looked at in this thread. */
export type RawBook = Record<Table, { id: string; body: string }[]>;

const TABLES = [
  'accounts',
  'passkeys',
  'sessions',
  'tokens',
  'links',
  'devices',
] as const satisfies readonly Table[];

/** What belongs to an account, and goes with it. */
const OWNED = ['passkeys', 'sessions', 'links', 'devices'] as const satisfies Table[];

/** Events that are handed over at once. */
const EVENTS_READ = 1000;

/** Reads and writes `accounts.db`, for whoever has opened it. */
export function openAccountTables(database: DatabaseSync) {
  openAccountSchema(database);
  const statements = Object.fromEntries(
    TABLES.map((table) => [
      table,
      {
        all: database.prepare(`SELECT id, body FROM ${table} ORDER BY id`),
        put: database.prepare(`INSERT OR REPLACE INTO ${table} VALUES (?, ?)`),
        remove: database.prepare(`DELETE FROM ${table} WHERE id = ?`),
      },
    ]),
  ) as Record<Table, Record<'all' | 'put' | 'remove', ReturnType<DatabaseSync['prepare']>>>;
  const disown = OWNED.map((table) =>
    database.prepare(
      // Of a damaged row nobody knows whose it is, and it lets nobody in.
      `DELETE FROM ${table} WHERE CASE WHEN json_valid(body) THEN body ->> '$.account' END = ?`,
    ),
  );
  const addEvent = database.prepare('INSERT INTO access_event (body) VALUES (?)');
  const oldEvents = database.prepare(
    `SELECT seq, body FROM access_event ORDER BY seq LIMIT ${EVENTS_READ}`,
  );
  const settle = database.prepare('DELETE FROM access_event WHERE seq <= ?');
  const version = () => Number(database.prepare('PRAGMA data_version').get()?.data_version);
  let loadedVersion = version();

  const write = ({ put = {}, remove = {}, events = [] }: AccountChange) => {
    for (const table of TABLES) {
      for (const id of remove[table] ?? []) {
        statements[table].remove.run(id);
        if (table === 'accounts') for (const statement of disown) statement.run(id);
      }
      for (const record of put[table] ?? []) {
        statements[table].put.run(idOf(record), JSON.stringify(record));
      }
    }
    for (const event of events) addEvent.run(JSON.stringify(event));
  };
  return {
    load(): RawBook {
      const read = (table: Table) => [table, statements[table].all.all()] as const;
      let book: unknown;
      inTransaction(database, () => {
        loadedVersion = version();
        book = Object.fromEntries(TABLES.map(read));
      });
      return book as RawBook;
    },
    apply(change: AccountChange): boolean {
      let isCurrent = false;
      inTransaction(database, () => {
        isCurrent = version() === loadedVersion;
        if (isCurrent) write(change);
      });
      return isCurrent;
    },
    /** Whether another connection has written to the file since `load`. */
    isChanged: () => version() !== loadedVersion,
    events: () => oldEvents.all() as unknown as { seq: number; body: string }[],
    settleEvents: (upTo: number) => {
      settle.run(upTo);
    },
  };
}

function idOf(record: AccountBook[Table][number]): string {
  return 'id' in record ? record.id : record.name;
}
