import type { DatabaseSync } from 'node:sqlite';
import type { OrderRecord } from '../../domain/order-record.ts';
import type { SavedOrder } from '../../ports.ts';
import { inTransaction } from './transaction.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS device_order (
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

interface Row {
  site: string;
  id: string;
  kind: Exclude<OrderRecord['kind'], undefined>;
  newest_ts: number;
  newest_seq: number | null;
  clock_offset: number | null;
  clock_since: number | null;
  held: string | null;
  saved_at: number;
}

function toSaved(row: Row): SavedOrder {
  const { site, id: device, kind, newest_ts: newestTs, newest_seq: newestSeq } = row;
  const record: OrderRecord = { site, device, kind, newestTs };
  if (newestSeq !== null) record.newestSeq = newestSeq;
  if (row.clock_offset !== null && row.clock_since !== null) {
    record.clock = { offsetMs: row.clock_offset, sinceTs: row.clock_since };
  }
  if (row.held !== null) record.held = JSON.parse(row.held) as NonNullable<OrderRecord['held']>;
  return { record, savedAt: row.saved_at };
}

/** A row a device: what is remembered of its order. For the thread that owns the file. */
export function openOrderTable(database: DatabaseSync) {
  database.exec(SCHEMA);
  const all = database.prepare('SELECT * FROM device_order ORDER BY saved_at DESC');
  const put = database.prepare(
    'INSERT OR REPLACE INTO device_order VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM device_order WHERE site = ? AND id = ?');
  return {
    loadOrders: () => all.all().map((row) => toSaved(row as unknown as Row)),
    saveOrders: (orders: readonly SavedOrder[]) =>
      inTransaction(database, () => {
        for (const { record, savedAt } of orders) {
          const { site, device, kind = null, newestTs, newestSeq = null, clock, held } = record;
          const kept = held === undefined ? null : JSON.stringify(held);
          const [offset, since] = [clock?.offsetMs ?? null, clock?.sinceTs ?? null];
          put.run(site, device, kind, newestTs, newestSeq, offset, since, kept, savedAt);
        }
      }),
    forgetOrders: (orders: readonly SavedOrder[]) =>
      inTransaction(database, () => {
        for (const { record } of orders) remove.run(record.site, record.device);
      }),
  };
}
