import type { DatabaseSync } from 'node:sqlite';
import { openAudit } from './journal-audit.ts';
import { inTransaction } from './transaction.ts';

/** `PRAGMA user_version` of what this program writes; 0 had a table of transitions and no audit. */
export const JOURNAL_VERSION = 1;

/**
 * What stands now has a row each that is replaced; what happened stands in `audit` alone, once. Times
 * are ms since 1970 UTC, bodies JSON.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS alarm (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE incident (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX incident_opened ON incident (opened_at);
  CREATE INDEX incident_open ON incident (opened_at) WHERE state <> 'resolved';
  CREATE TABLE outage (
    id TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX outage_started ON outage (started_at);
  CREATE INDEX outage_site ON outage (site, started_at);
  CREATE INDEX outage_open ON outage (started_at) WHERE ended_at IS NULL;
  CREATE TABLE intent (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX intent_incident ON intent (incident_id);
  CREATE INDEX intent_at ON intent (at);
  CREATE TABLE remembered (
    space TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (space, key)
  ) STRICT;
  CREATE TABLE answer (
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_subject ON audit (subject, kind, version);
  CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
  CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
`;

/** Came later than the tables, and changes nothing that is in them. */
const LATER_INDEX = `
  CREATE INDEX IF NOT EXISTS incident_parent ON incident (json_extract(body, '$.parentId'));
`;

export function journalVersionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

/**
 * Makes the tables where they are absent and brings a file of an earlier version up to this one, all
 * in one transaction. Throws, and changes nothing, where the file is of a later version.
 */
export function openJournalSchema(database: DatabaseSync): void {
  const version = journalVersionOf(database);
  if (version === JOURNAL_VERSION) {
    database.exec(LATER_INDEX);
    return;
  }
  if (version > JOURNAL_VERSION) {
    throw new Error(
      `written by a later Svitlo (version ${version} of the file, expected ${JOURNAL_VERSION} at most)`,
    );
  }
  inTransaction(database, () => {
    database.exec(SCHEMA);
    database.exec(LATER_INDEX);
    chainTransitions(database);
    database.exec(`PRAGMA user_version = ${JOURNAL_VERSION}`);
  });
}

interface TransitionRow {
  alarm_id: string;
  version: number;
  at: number;
  body: string;
}

/** Moves the transitions of a file of version 0 into the audit, in their order. */
function chainTransitions(database: DatabaseSync): void {
  const table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'transition'";
  if (database.prepare(table).get() === undefined) return;
  const old = database.prepare('SELECT alarm_id, version, at, body FROM transition ORDER BY seq');
  openAudit(database).extend((append) => {
    for (const raw of old.iterate()) {
      const { alarm_id: subject, version, at, body } = raw as unknown as TransitionRow;
      append({ at, kind: 'transition', subject, version, body });
    }
  });
  database.exec('DROP TABLE transition');
}
