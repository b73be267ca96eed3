import type { DatabaseSync } from 'node:sqlite';
import type { JournalEntry } from '../../ports.ts';
import { openAccountCalls } from './account-thread.ts';
import { openAudit } from './journal-audit.ts';
import { openJournalReads } from './journal-read.ts';
import { openJournalSchema } from './journal-schema.ts';
import { openJournalTables } from './journal-table.ts';
import { type AuditProgress, verifySlice } from './journal-verify.ts';
import { openOrderTable } from './order-table.ts';
import { inTransaction } from './transaction.ts';
import { serve } from './worker-server.ts';

/** Rows of the audit that are checked in one go, some 10 ms: a commit waits for no longer. */
const VERIFIED_AT_ONCE = 1000;

function setUp(database: DatabaseSync) {
  openJournalSchema(database);
  const tables = openJournalTables(database);
  const audit = openAudit(database);
  let gathered: JournalEntry[] = [];
  const gather = (portion: string) => {
    gathered.push(...(JSON.parse(portion) as JournalEntry[]));
  };
  return {
    ...openAccountCalls(),
    ...openOrderTable(database),
    ...openJournalReads(database),
    /** Takes a portion of what the next commit holds. */
    gather,
    /** With the last portion: all of them in one transaction. What fails is sent anew, whole. */
    commit: (portion: string) => {
      gather(portion);
      const entries = gathered;
      gathered = [];
      inTransaction(database, () =>
        audit.extend((append) => {
          for (const entry of entries) tables.put(entry, append);
        }),
      );
    },
    verify: (from: AuditProgress) => verifySlice(database, from, VERIFIED_AT_ONCE),
  };
}

serve({ setUp });
