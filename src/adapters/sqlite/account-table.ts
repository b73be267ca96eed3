import type { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';
import type { AccountBook, AccountChange, AccountStore } from '../../access-port.ts';
import {
  type AccessEvent,
  accessEventSchema,
  accountRecordSchema,
  knownDeviceRecordSchema,
  linkRecordSchema,
  passkeyRecordSchema,
  sessionRecordSchema,
  tokenRecordSchema,
} from '../../contract/account.ts';
import { openAccountSchema } from './account-schema.ts';
import { inTransaction } from './transaction.ts';

type Table = keyof AccountBook;
type Damaged = Awaited<ReturnType<AccountStore['load']>>['damaged'];

const SCHEMAS: { [T in Table]: z.ZodType<AccountBook[T][number]> } = {
  accounts: accountRecordSchema,
  passkeys: passkeyRecordSchema,
  sessions: sessionRecordSchema,
  tokens: tokenRecordSchema,
  links: linkRecordSchema,
  devices: knownDeviceRecordSchema,
};
const TABLES = Object.keys(SCHEMAS) as Table[];

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
      `DELETE FROM ${table} WHERE json_valid(body) AND json_extract(body, '$.account') = ?`,
    ),
  );
  const addEvent = database.prepare('INSERT INTO access_event (body) VALUES (?)');
  const oldEvents = database.prepare(
    `SELECT seq, body FROM access_event ORDER BY seq LIMIT ${EVENTS_READ}`,
  );
  const settle = database.prepare('DELETE FROM access_event WHERE seq <= ?');
  const version = () => Number(database.prepare('PRAGMA data_version').get()?.data_version);
  let loadedVersion = version();

  const readTable = <T extends Table>(table: T, damaged: Damaged): AccountBook[T] =>
    statements[table].all.all().flatMap(({ id, body }) => {
      const record = parsed(SCHEMAS[table], String(body));
      if (record !== undefined) return [record];
      damaged.push({ table, id: String(id) });
      return [];
    }) as AccountBook[T];
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
    load(): Awaited<ReturnType<AccountStore['load']>> {
      const damaged: Damaged = [];
      let book: AccountBook | undefined;
      inTransaction(database, () => {
        loadedVersion = version();
        book = {
          accounts: readTable('accounts', damaged),
          passkeys: readTable('passkeys', damaged),
          sessions: readTable('sessions', damaged),
          tokens: readTable('tokens', damaged),
          links: readTable('links', damaged),
          devices: readTable('devices', damaged),
        };
      });
      return { ...(book as unknown as AccountBook), damaged };
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
    events: (): { seq: number; event: AccessEvent }[] =>
      oldEvents.all().flatMap(({ seq, body }) => {
        const event = parsed(accessEventSchema, String(body));
        return event === undefined ? [] : [{ seq: Number(seq), event }];
      }),
    settleEvents: (upTo: number) => {
      settle.run(upTo);
    },
  };
}

function idOf(record: AccountBook[Table][number]): string {
  return 'id' in record ? record.id : record.name;
}

function parsed<T>(schema: z.ZodType<T>, body: string): T | undefined {
  try {
    const answer = schema.safeParse(JSON.parse(body));
    return answer.success ? answer.data : undefined;
  } catch {
    return undefined;
  }
}
