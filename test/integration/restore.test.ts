import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAccountFile } from '../../src/adapters/sqlite/account-store.ts';
import { Journal } from '../../src/adapters/sqlite/journal.ts';
import { MANIFEST } from '../../src/contract/backup.ts';
import { runProgram } from '../support/backup-command.ts';
import { journalEntry } from '../support/journal-entry.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const account = 'olena';
const session = {
  account,
  createdAt: 0,
  lastUsedAt: 0,
  expiresAt: 1,
  address: '192.0.2.1',
  agent: 'Firefox',
  method: 'password' as const,
  csrf: 'csrf',
};
/** What `accounts.db` holds of somebody who is signed in at two browsers. */
const PEOPLE = {
  accounts: [
    {
      name: account,
      role: 'administrator' as const,
      isDisabled: false,
      isBreakGlass: false,
      passwordHash: '$argon2id$',
      recoveryCodes: [],
      createdAt: 0,
    },
  ],
  sessions: [
    { ...session, id: 'a' },
    { ...session, id: 'b' },
  ],
  links: [{ id: 'c', account, expiresAt: 1 }],
  tokens: [
    { id: 'd', name: 'kiosk', permissions: ['see' as const], createdAt: 0, createdBy: account },
  ],
};

let folder: TempFolder;
let data: string;
let backup: string;
let restored: string;

beforeEach(async () => {
  folder = await tempFolder('restore');
  [data, backup, restored] = ['data', 'backup', 'restored'].map((name) =>
    join(folder.path, name),
  ) as [string, string, string];
  await mkdir(data);
  const journal = new Journal(join(data, 'journal.db'));
  for (const number of [1, 2]) await journal.commit(journalEntry(number));
  await journal.stop();
});

afterEach(() => folder?.remove());

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

async function makeBackup(): Promise<void> {
  expect((await runProgram('backup', [backup, '--data', data])).status).toBe(0);
}

const restore = (...args: string[]) => runProgram('restore', [backup, '--data', restored, ...args]);

function changeManifest(from: string, to: string): void {
  const file = join(backup, MANIFEST);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replaceAll(from, to));
}

/** Nothing of a copy that was not taken is left, whatever its name. */
function expectNothingLeft(): void {
  const left = readdirSync(folder.path).filter((name) => name.startsWith('restored'));
  expect(left).toEqual([]);
}

test.each([
  {
    name: 'without its manifest, as one that was cut short',
    harm: () => rmSync(join(backup, MANIFEST)),
    says: 'no manifest.json',
  },
  {
    name: 'with a manifest that is cut off',
    harm: () => writeFileSync(join(backup, MANIFEST), '{"format": 1'),
    says: 'cannot be understood',
  },
  {
    name: 'with a file that is missing',
    harm: () => rmSync(join(backup, 'data', 'journal.db')),
    says: 'data/journal.db is missing',
  },
  {
    name: 'with a file that has grown',
    harm: () => appendFileSync(join(backup, 'data', 'journal.db'), 'x'),
    says: 'data/journal.db is not what its manifest says',
  },
  {
    name: 'with one byte changed',
    harm: () => {
      const file = join(backup, 'data', 'journal.db');
      const bytes = readFileSync(file);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      writeFileSync(file, bytes);
    },
    says: 'data/journal.db is not what its manifest says',
  },
  {
    name: 'that leads out of the folder',
    harm: () => changeManifest('data/journal.db', 'data/../../journal.db'),
    says: 'expected a path inside the backup',
  },
  {
    name: 'of an audit that was made anew',
    harm: () => changeManifest('"rows": 10', '"rows": 11'),
    says: 'data/journal.db is not what its manifest says',
  },
  {
    name: 'of a later version',
    harm: () => changeManifest('"journal.db": 1', '"journal.db": 2'),
    says: 'restore it with that version',
  },
])('a backup $name is refused', async ({ harm, says }) => {
  await makeBackup();
  harm();
  const { status, stderr } = await restore();
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(says) });
  expectNothingLeft();
});

test('a folder that is not empty is refused and left as it was', async () => {
  await makeBackup();
  await mkdir(restored);
  writeFileSync(join(restored, 'mine'), '');
  const { status, stderr } = await restore();
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('not empty') });
  expect(readdirSync(restored)).toEqual(['mine']);
});

test('a folder of the backup that leads elsewhere is refused', async () => {
  await makeBackup();
  const outside = join(folder.path, 'outside');
  await mkdir(outside);
  writeFileSync(join(outside, 'secret'), 'x');
  symlinkSync(outside, join(backup, 'data', 'pki'));
  const manifest = JSON.parse(readFileSync(join(backup, MANIFEST), 'utf8'));
  const sha256 = createHash('sha256').update('x').digest('hex');
  manifest.files.push({ path: 'data/pki/secret', size: 1, sha256 });
  writeFileSync(join(backup, MANIFEST), JSON.stringify(manifest));
  expect(await restore()).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('data/pki/secret is not what its manifest says'),
  });
  expectNothingLeft();
});

test('an empty folder is filled', async () => {
  await makeBackup();
  await mkdir(restored);
  expect((await restore()).status).toBe(0);
  expect(readdirSync(restored)).toEqual(['journal.db']);
});

test('an audit that was broken before is restored only where that is asked', async () => {
  const file = join(data, 'journal.db');
  change(file, "DROP TRIGGER audit_no_update; UPDATE audit SET body = '{}' WHERE seq = 3");
  await makeBackup();
  const refused = await restore();
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('broken at row 3') });
  expectNothingLeft();
  const taken = await restore('--accept-broken-audit');
  expect(taken).toMatchObject({ status: 0, stderr: expect.stringContaining('broken at row 3') });
  expect(existsSync(join(restored, 'journal.db'))).toBe(true);
});

test('sessions and one-time links are ended, accounts and tokens stay', async () => {
  const store = openAccountFile(join(data, 'accounts.db'));
  await store.load();
  await store.apply({ put: PEOPLE });
  await store.stop();
  await makeBackup();
  const { status, stdout } = await restore();
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: expect.stringContaining('Sessions and one-time links ended: 3'),
  });
  const back = openAccountFile(join(restored, 'accounts.db'));
  const { accounts, sessions, links, tokens } = await back.load();
  await back.stop();
  expect({ accounts, sessions, links, tokens }).toEqual({ ...PEOPLE, sessions: [], links: [] });
});
