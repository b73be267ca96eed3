import { DatabaseSync } from 'node:sqlite';
import type { AlarmChange } from '../../src/contract/alarm.ts';
import { START } from './sample.ts';

/** The tables of version 0, as they were. */
const SCHEMA = `
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  CREATE TABLE alarm (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE transition (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    alarm_id TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (alarm_id, version)
  ) STRICT;
  CREATE TABLE device_order (
    site TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    newest_ts INTEGER NOT NULL,
    newest_seq INTEGER,
    clock_offset INTEGER,
    clock_since INTEGER,
    held TEXT,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (site, id)
  ) STRICT, WITHOUT ROWID;
`;

/** A journal of the version before incidents, with these changes and one device's order. */
export function writeOldJournal(file: string, changes: readonly AlarmChange[]): void {
  const database = new DatabaseSync(file);
  database.exec(SCHEMA);
  const put = database.prepare('INSERT OR REPLACE INTO alarm VALUES (?, ?)');
  const add = database.prepare(
    'INSERT INTO transition (alarm_id, occurrence, version, at, body) VALUES (?, ?, ?, ?, ?)',
  );
  for (const { alarm, transition } of changes) {
    put.run(alarm.id, JSON.stringify(alarm));
    const { occurrence, version, at } = transition;
    add.run(alarm.id, occurrence, version, at, JSON.stringify(transition));
  }
  database
    .prepare('INSERT INTO device_order VALUES (?, ?, ?, ?, NULL, NULL, NULL, NULL, ?)')
    .run('krakivets', 'ups-1', 'ups', START, START);
  database.close();
}
