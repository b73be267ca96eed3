import type { z } from 'zod';
import type { AccountBook, AccountStore } from '../../access-port.ts';
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
import type { openAccountTables, RawBook } from './account-table.ts';

type Table = keyof AccountBook;
type Loaded = Awaited<ReturnType<AccountStore['load']>>;

const SCHEMAS: { [T in Table]: z.ZodType<AccountBook[T][number]> } = {
  accounts: accountRecordSchema,
  passkeys: passkeyRecordSchema,
  sessions: sessionRecordSchema,
  tokens: tokenRecordSchema,
  links: linkRecordSchema,
  devices: knownDeviceRecordSchema,
};

/** What the rows mean; those that mean nothing are left out and named. */
export function bookOf(raw: RawBook): Loaded {
  const damaged: Loaded['damaged'] = [];
  const read = <T extends Table>(table: T) =>
    raw[table].flatMap(({ id, body }) => {
      const record = parsed(SCHEMAS[table], body);
      if (record === undefined) damaged.push({ table, id });
      return record === undefined ? [] : [record];
    }) as AccountBook[T];
  const book: AccountBook = {
    accounts: read('accounts'),
    passkeys: read('passkeys'),
    sessions: read('sessions'),
    tokens: read('tokens'),
    links: read('links'),
    devices: read('devices'),
  };
  return { ...book, damaged };
}

export function eventsOf(
  raw: ReturnType<ReturnType<typeof openAccountTables>['events']>,
): { seq: number; event: AccessEvent }[] {
  return raw.flatMap(({ seq, body }) => {
    const event = parsed(accessEventSchema, body);
    return event === undefined ? [] : [{ seq, event }];
  });
}

function parsed<T>(schema: z.ZodType<T>, body: string): T | undefined {
  try {
    const answer = schema.safeParse(JSON.parse(body));
    return answer.success ? answer.data : undefined;
  } catch {
    return undefined;
  }
}
