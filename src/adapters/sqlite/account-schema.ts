import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './transaction.ts';

/** `PRAGMA user_version` of what this program writes. */
const ACCOUNTS_VERSION = 1;

/** A table a kind of record, by identifier; bodies are JSON, checked when they are read. */
const SCHEMA = `
  CREATE TABLE accounts (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE passkeys (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE sessions (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE tokens (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE links (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE devices (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE access_event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    body TEXT NOT NULL
  ) STRICT;
`;

/** Makes the tables where they are absent. Throws where the file is of a later version. */
export function openAccountSchema(database: DatabaseSync): void {
  const versionNow = () => Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (versionNow() === ACCOUNTS_VERSION) return;
  inTransaction(database, () => {
    // A command on the machine may have made them while this waited for its turn.
    const version = versionNow();
    if (version > ACCOUNTS_VERSION) {
      throw new Error(
        `written by a later Svitlo (version ${version} of the file, expected ${ACCOUNTS_VERSION} at most)`,
      );
    }
    if (version === ACCOUNTS_VERSION) return;
    database.exec(SCHEMA);
    database.exec(`PRAGMA user_version = ${ACCOUNTS_VERSION}`);
  });
}
