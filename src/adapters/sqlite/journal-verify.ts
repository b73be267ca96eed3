import type { DatabaseSync } from 'node:sqlite';
import {
  AUDIT_BEGIN,
  type AuditHead,
  type AuditRow,
  auditHash,
  auditHeadOf,
} from './journal-audit.ts';

/**
 * The first row that does not hold: its hash is another (`changed`), it is not there (`missing`), it
 * stands beyond the chain's own end (`surplus`), or cannot be read (`unreadable`).
 */
export interface AuditFault {
  seq: number;
  what: 'changed' | 'missing' | 'surplus' | 'unreadable';
  /** A hash, a row's number, or an error. */
  expected: string;
  found: string;
  row?: Pick<AuditRow, 'at' | 'kind' | 'subject'>;
}

/** How far the chain has been walked: it holds up to the row `head`. */
export interface AuditProgress {
  head: AuditHead;
  isDone: boolean;
  fault?: AuditFault;
}

export const AUDIT_UNSEEN: AuditProgress = { head: AUDIT_BEGIN, isDone: false };

/** A row's number is never below this; one that is there all the same is found. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;
/** SQLITE_CORRUPT and SQLITE_NOTADB, https://sqlite.org/rescode.html */
const DAMAGED = new Set([11, 26]);

/** Rows between which the monitor's own work on the file is not held up. */
const SLICE = 1000;

/** Walks the whole chain. */
export function verifyAudit(database: DatabaseSync): AuditProgress {
  let progress = AUDIT_UNSEEN;
  while (!progress.isDone) progress = verifySlice(database, progress, SLICE);
  return progress;
}

/**
 * Walks the next `limit` rows; throws what is not the fault of the rows. A running monitor may commit
 * meanwhile, so the rows and the chain's end are read in one transaction.
 */
export function verifySlice(
  database: DatabaseSync,
  from: AuditProgress,
  limit: number,
): AuditProgress {
  try {
    database.exec('BEGIN');
    return walkSlice(database, from, limit);
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK');
  }
}

function walkSlice(database: DatabaseSync, from: AuditProgress, limit: number): AuditProgress {
  let { head } = from;
  let seen = 0;
  const after = head.seq === 0 ? BEFORE_ALL : head.seq;
  const rows = database.prepare('SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?');
  try {
    for (const raw of rows.iterate(after, limit)) {
      const row = raw as unknown as AuditRow;
      const fault = faultOf(row, head);
      if (fault !== undefined) return { head, isDone: true, fault };
      head = { seq: row.seq, hash: row.hash };
      seen += 1;
    }
    if (seen === limit) return { head, isDone: false };
    const fault = faultOfEnd(auditHeadOf(database), head);
    return { head, isDone: true, ...(fault === undefined ? {} : { fault }) };
  } catch (error) {
    const fault = unreadable(error, head.seq + 1);
    return { head, isDone: true, fault };
  }
}

function faultOf(row: AuditRow, before: AuditHead): AuditFault | undefined {
  const { at, kind, subject } = row;
  const seq = before.seq + 1;
  if (row.seq > seq) return { seq, what: 'missing', expected: `${seq}`, found: `${row.seq}` };
  if (row.seq < seq) {
    return { seq: row.seq, what: 'surplus', expected: `${seq}`, found: `${row.seq}` };
  }
  const expected = auditHash(before.hash, row);
  if (row.hash === expected) return undefined;
  return { seq, what: 'changed', expected, found: row.hash, row: { at, kind, subject } };
}

/** Compares where the rows end with where the chain says that it ends. */
function faultOfEnd(end: AuditHead, last: AuditHead): AuditFault | undefined {
  const found = `${last.seq}`;
  const expected = `${end.seq}`;
  if (end.seq > last.seq) return { seq: last.seq + 1, what: 'missing', expected, found };
  if (end.seq < last.seq) return { seq: end.seq + 1, what: 'surplus', expected, found };
  if (end.hash === last.hash) return undefined;
  return { seq: last.seq, what: 'changed', expected: end.hash, found: last.hash };
}

function unreadable(error: unknown, seq: number): AuditFault {
  const isError = error instanceof Error;
  const isDamage = isError && 'errcode' in error && DAMAGED.has(Number(error.errcode) & 0xff);
  const isNumberTooLarge = isError && 'code' in error && error.code === 'ERR_OUT_OF_RANGE';
  if (!isDamage && !isNumberTooLarge) throw error;
  return { seq, what: 'unreadable', expected: `${seq}`, found: error.message };
}
