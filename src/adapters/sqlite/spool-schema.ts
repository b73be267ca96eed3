import type { DatabaseSync } from 'node:sqlite';

/** What is small stands before `lines`, so that it is read without a long row's further pages. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    crc32 INTEGER NOT NULL,
    minutes TEXT NOT NULL,
    lines BLOB NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS stored_minute (
    minute INTEGER PRIMARY KEY,
    version INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS quarantine (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    line TEXT NOT NULL
  ) STRICT;
`;

/** A batch as it lies in the file; `at` in ms since 1970 UTC, `minutes` a JSON array. */
export interface BatchRow {
  id: number;
  at: number;
  count: number;
  crc32: number;
  minutes: string;
  lines: Uint8Array;
}

/** Makes the tables where they are absent; a spool of an earlier version gets what it lacks. */
export function createSpoolTables(database: DatabaseSync): void {
  database.exec(SCHEMA);
  const columns = database.prepare("SELECT name FROM pragma_table_info('batch')").all();
  if (columns.some(({ name }) => name === 'minutes')) return;
  database.exec(`
    BEGIN;
    ALTER TABLE batch ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE batch ADD COLUMN minutes TEXT NOT NULL DEFAULT '[]';
    COMMIT;
  `);
}
