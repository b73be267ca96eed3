import { hash as digest } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

export type AuditKind =
  | 'transition'
  | 'incident_event'
  | 'intent'
  | 'command'
  | 'access'
  | 'schedule';

/**
 * What happened to whom; `at` in ms since 1970 UTC, `version` of the alarm or revision of the incident; of
 * what happened to somebody's access, or to the schedule, its time again.
 */
export interface AuditEvent {
  at: number;
  kind: AuditKind;
  subject: string;
  version: number;
  body: string;
}

export interface AuditRow extends AuditEvent {
  seq: number;
  /** Of this row and, through the row before it, of all earlier ones. */
  hash: string;
}

export interface AuditHead {
  seq: number;
  hash: string;
}

/** What the first row is chained to. */
export const AUDIT_BEGIN: AuditHead = { seq: 0, hash: '0'.repeat(64) };

/**
 * SHA-256, hexadecimal, of the previous row's hash and the JSON array
 * `[seq, at, kind, subject, version, body]`, in which no field can be taken for part of another.
 */
export function auditHash(previous: string, row: Omit<AuditRow, 'hash'>): string {
  const { seq, at, kind, subject, version, body } = row;
  return digest('sha256', previous + JSON.stringify([seq, at, kind, subject, version, body]));
}

/** Where the chain ends by its own account: rows that were taken from its end are missed by it. */
export function auditHeadOf(database: DatabaseSync): AuditHead {
  const head = database.prepare('SELECT seq, hash FROM audit_head').get();
  return head === undefined ? AUDIT_BEGIN : (head as unknown as AuditHead);
}

/** Adds a row, unless the very same event is there already: then it answers false. */
export type Append = (event: AuditEvent) => boolean;

/** The writing end of the audit, for the thread that owns the file. */
export function openAudit(database: DatabaseSync) {
  const same = database.prepare(
    'SELECT 1 FROM audit WHERE subject = ? AND kind = ? AND version = ? AND body = ?',
  );
  const add = database.prepare('INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)');
  const setHead = database.prepare('INSERT OR REPLACE INTO audit_head VALUES (1, ?, ?)');
  return {
    /** Within a transaction: what `work` appends becomes the chain's new end. */
    extend(work: (append: Append) => void): void {
      let head = auditHeadOf(database);
      const begin = head;
      work((event) => {
        const { kind, version, body } = event;
        // As SQLite stores them: the hash is made again from what it gives back.
        const subject = event.subject.toWellFormed();
        const at = Math.round(event.at);
        if (same.get(subject, kind, version, body) !== undefined) return false;
        const seq = head.seq + 1;
        const hash = auditHash(head.hash, { seq, at, kind, subject, version, body });
        add.run(seq, at, kind, subject, version, body, hash);
        head = { seq, hash };
        return true;
      });
      if (head !== begin) setHead.run(head.seq, head.hash);
    },
  };
}
