import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { JOURNAL_VERSION, journalVersionOf } from '../../adapters/sqlite/journal-schema.ts';
import { type Check, find, reasonOf } from './check.ts';

/** Opens it as the monitor does; whether its audit holds is the matter of `npm run journal`. */
export const journal: Check = {
  name: 'journal',
  timeoutSeconds: 15,
  run: ({ settings }, outcome) => {
    const path = join(resolve(settings.dataDir), 'journal.db');
    if (!existsSync(path)) return;
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
      const version = journalVersionOf(database);
      if (version > JOURNAL_VERSION) {
        find(outcome, 'journal_later', { path, version, known: JOURNAL_VERSION });
        return;
      }
      for (const table of tablesOf(database))
        database.prepare(`SELECT * FROM "${table}" LIMIT 1`).all();
    } catch (error) {
      find(outcome, 'journal_damaged', { path, reason: reasonOf(error) });
    } finally {
      database?.close();
    }
  },
};

function tablesOf(database: DatabaseSync): string[] {
  const rows = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  return rows.map(({ name }) => String(name));
}
