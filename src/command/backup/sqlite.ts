import { backup, DatabaseSync } from 'node:sqlite';
import { type AuditHead, auditHeadOf } from '../../adapters/sqlite/journal-audit.ts';

/**
 * All pages in one step, which reads one moment of the file and holds no writer up: a step that is cut
 * up begins anew whenever another process commits, under load for ever.
 */
const ALL_PAGES = 2 ** 31 - 1;
const PATIENCE_MS = 10_000;

/** Copies a SQLite file that may be in use, by SQLite's online backup; the copy is one file. */
export async function copyDatabase(source: string, target: string): Promise<void> {
  const database = new DatabaseSync(source, { readOnly: true, timeout: PATIENCE_MS });
  try {
    await backup(database, target, { rate: ALL_PAGES });
  } finally {
    database.close();
  }
  const copy = new DatabaseSync(target);
  try {
    copy.exec('PRAGMA journal_mode = DELETE');
  } finally {
    copy.close();
  }
}

export interface Facts {
  /** `PRAGMA user_version`. */
  version: number;
  audit?: AuditHead;
}

/** What a manifest says of a database. */
export function factsOf(file: string): Facts {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
    return hasTable(database, 'audit_head')
      ? { version, audit: auditHeadOf(database) }
      : { version };
  } finally {
    database.close();
  }
}

export function hasTable(database: DatabaseSync, name: string): boolean {
  const text = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";
  return database.prepare(text).get(name) !== undefined;
}
