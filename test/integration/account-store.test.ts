import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccountBook, AccountChange, AccountStore } from '../../src/access-port.ts';
import { openAccountFile } from '../../src/adapters/sqlite/account-store.ts';
import { Journal } from '../../src/adapters/sqlite/journal.ts';
import type { AccessEvent, AccountRecord } from '../../src/contract/account.ts';
import { accessDesk, newBrowser } from '../support/access-desk.ts';
import { START } from '../support/sample.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

let folder: TempFolder;
let file: string;
let journal: Journal;
let store: AccountStore;

beforeEach(async () => {
  folder = await tempFolder('accounts');
  file = join(folder.path, 'accounts.db');
  journal = new Journal(join(folder.path, 'journal.db'));
  store = journal.accounts(file);
  await store.load();
});

afterEach(async () => {
  await store?.stop();
  await journal?.stop();
  await folder?.remove();
});

const account = (name: string): AccountRecord => ({
  name,
  role: 'viewer',
  isDisabled: false,
  isBreakGlass: false,
  recoveryCodes: [],
  createdAt: START,
});
const put = (...names: string[]) => store.apply({ put: { accounts: names.map(account) } });
const names = async () => (await store.load()).accounts.map(({ name }) => name);
const event = (subject: string, at = START): AccessEvent => ({
  at,
  type: 'account_added',
  subject,
  actor: 'console',
});

/** As a command does it: anew where the monitor has written meanwhile, as its audit does after each act. */
async function changeElsewhere(change: (book: AccountBook) => AccountChange): Promise<void> {
  const other = openAccountFile(file);
  while (!(await other.apply(change(await other.load()))));
  await other.stop();
}

async function reopen(): Promise<void> {
  await store.stop();
  store = journal.accounts(file);
}

test('the file and what SQLite keeps beside it are their owner’s alone', async () => {
  await put('olena');
  for (const suffix of ['', '-wal', '-shm']) {
    expect((await stat(file + suffix)).mode & 0o777).toBe(0o600);
  }
});

test('what an act has put is there after a restart, with its events', async () => {
  await store.apply({ put: { accounts: [account('olena')] }, events: [event('olena')] });
  await reopen();
  expect(await names()).toEqual(['olena']);
  expect((await store.events()).map((one) => one.event)).toEqual([event('olena')]);
});

test('what is settled does not come again, and what came after stays', async () => {
  await store.apply({ events: [event('a'), event('b')] });
  const [first] = await store.events();
  await store.settleEvents(first?.seq ?? 0);
  await store.apply({ events: [event('c')] });
  expect((await store.events()).map((one) => one.event.subject)).toEqual(['b', 'c']);
});

test('a damaged row takes no other with it, and is named', async () => {
  await put('olena', 'taras', 'ivan', 'petro');
  await store.stop();
  const database = new DatabaseSync(file);
  database.exec(`
    UPDATE accounts SET body = '{' WHERE id = 'olena';
    UPDATE accounts SET body = '{"name":"taras","role":"king","createdAt":0}' WHERE id = 'taras';
    INSERT INTO sessions VALUES ('r', '{"account":'), ('s', 'null');
  `);
  database.close();
  store = journal.accounts(file);
  const { accounts, sessions, damaged } = await store.load();
  expect(accounts.map(({ name }) => name)).toEqual(['ivan', 'petro']);
  expect(sessions).toEqual([]);
  expect(damaged).toEqual([
    { table: 'accounts', id: 'olena' },
    { table: 'accounts', id: 'taras' },
    { table: 'sessions', id: 'r' },
    { table: 'sessions', id: 's' },
  ]);
  expect((await store.apply({ remove: { accounts: ['olena'] } })) && (await names())).toEqual([
    'ivan',
    'petro',
  ]);
});

describe('when another process writes to the file', () => {
  test('the store calls back until it has been read anew', async () => {
    let calls = 0;
    store.onForeignChange(() => {
      calls += 1;
    });
    const other = openAccountFile(file);
    await other.load();
    await other.apply({ put: { accounts: [account('olena')] } });
    await other.stop();
    await until(() => calls > 1, { what: 'two calls' });
    expect(await names()).toEqual(['olena']);
  });

  test('an act that goes by what was before writes nothing', async () => {
    const other = openAccountFile(file);
    await other.load();
    expect(await put('olena')).toBe(true);
    expect(await other.apply({ put: { accounts: [account('taras')] } })).toBe(false);
    await other.load();
    expect(await other.apply({ put: { accounts: [account('taras')] } })).toBe(true);
    await other.stop();
    expect(await names()).toEqual(['olena', 'taras']);
  });
});

test('what another process writes at length is waited for, and the journal is not held', async () => {
  const other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  let isPut = false;
  const putting = put('olena').then(() => {
    isPut = true;
  });
  await journal.commit({ access: [event('taras')] });
  expect(isPut).toBe(false);
  other.exec('ROLLBACK');
  other.close();
  await putting;
  expect(await names()).toEqual(['olena']);
});

test.each([
  ['taken away', false],
  ['replaced', true],
])('a file that is %s while it is open takes nothing any more', async (_what, isReplaced) => {
  await put('olena');
  await rename(file, `${file}.old`);
  if (isReplaced) await openAccountFile(file).stop();
  await expect(put('taras')).rejects.toMatchObject({
    code: 'SVT_ACCOUNTS_FAILED',
    message: expect.stringContaining('restart it'),
  });
});

test('a file that is no database cannot be read', async () => {
  const broken = join(folder.path, 'broken.db');
  const { writeFile } = await import('node:fs/promises');
  await writeFile(broken, 'this is no database, whatever it is called, and never was');
  const other = journal.accounts(broken);
  await expect(other.load()).rejects.toMatchObject({ code: 'SVT_ACCOUNTS_FAILED' });
  await other.stop();
});

test('a file of a later version is not read, and stays as it is', async () => {
  await store.stop();
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 99');
  database.close();
  store = journal.accounts(file);
  await expect(store.load()).rejects.toThrow('later Svitlo');
});

describe('the desk on real files', () => {
  const audit = (events: readonly AccessEvent[]) => journal.commit({ access: events });

  test('the journal remembers that there were accounts', async () => {
    const journal = new Journal(join(folder.path, 'other.db'));
    const before = await journal.hadAccounts();
    await journal.commit({ access: [event('olena')] });
    expect([before, await journal.hadAccounts()]).toEqual([false, true]);
    await journal.stop();
  });

  test('what happens to access stands in the audit’s chain, once, however often it comes', async () => {
    const at = await accessDesk({ store, audit });
    await at.setUp();
    await at.invite('taras');
    await at.desk.stop();
    const { rows, brokenAt } = await journal.verify();
    expect([rows, brokenAt]).toEqual([5, undefined]);
    // As after a kill -9 between the audit’s commit and the outbox’s.
    await audit([event('petro')]);
    store = journal.accounts(file);
    await store.load();
    await store.apply({ events: [event('petro')] });
    const again = await accessDesk({ store, audit });
    await again.desk.stop();
    expect(await journal.verify()).toMatchObject({ rows: 6 });
    store = journal.accounts(file);
    expect(await store.events()).toEqual([]);
  });

  test('sessions go on after a restart, and end where the command on the machine ends them', async () => {
    const before = await accessDesk({ store, audit });
    const { browser } = await before.setUp();
    await before.desk.stop();
    store = journal.accounts(file);
    const at = await accessDesk({ store, audit });
    expect(at.who(browser)?.name).toBe('olena');
    let changes = 0;
    at.desk.access.onChange(() => {
      changes += 1;
    });
    await changeElsewhere(({ sessions }) => ({
      remove: { sessions: sessions.map(({ id }) => id) },
      events: [event('olena')],
    }));
    await until(() => at.who(browser) === undefined, { what: 'the session to end' });
    expect(changes).toBeGreaterThan(0);
    await until(async () => (await store.events()).length === 0, { what: 'the audit' });
    // What is done now goes by what the other process has left.
    expect((await at.signIn(newBrowser(), { name: 'olena' })).ok).toBe(true);
    await at.desk.stop();
    store = journal.accounts(file);
  });

  test('an account that is disabled on the machine is not revived by what was under way', async () => {
    const at = await accessDesk({ store, audit });
    await at.setUp();
    await at.invite('taras');
    await changeElsewhere(({ accounts }) => {
      const taras = accounts.find(({ name }) => name === 'taras');
      if (taras === undefined) throw new Error('expected taras');
      return { put: { accounts: [{ ...taras, isDisabled: true }] } };
    });
    expect((await at.signIn(newBrowser(), { name: 'taras' })).ok).toBe(false);
    await at.desk.stop();
    store = journal.accounts(file);
    const kept = (await store.load()).accounts.find(({ name }) => name === 'taras');
    expect(kept?.isDisabled).toBe(true);
  });
});
