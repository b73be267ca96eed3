import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { joinBlocks, type LineBlock } from '../../domain/line-block.ts';
import type { SpoolPage } from '../../ports.ts';
import { inTransaction, serve } from './worker-server.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    count INTEGER NOT NULL,
    crc32 INTEGER NOT NULL,
    lines BLOB NOT NULL
  ) STRICT;
`;

interface Row {
  id: number;
  count: number;
  crc32: number;
  lines: Uint8Array;
}

function setUp(database: DatabaseSync) {
  database.exec(SCHEMA);
  const add = database.prepare('INSERT INTO batch (count, crc32, lines) VALUES (?, ?, ?)');
  const next = database.prepare('SELECT * FROM batch ORDER BY id');
  const remove = database.prepare('DELETE FROM batch WHERE id <= ?');
  const total = database.prepare('SELECT coalesce(sum(count), 0) AS count FROM batch');
  return {
    append: ({ bytes, count }: LineBlock) => {
      add.run(count, crc32(bytes), bytes);
    },
    /** Whole batches from the oldest on, until `limit` lines are reached; damaged ones are only counted. */
    read: (limit: number): SpoolPage => {
      const blocks: LineBlock[] = [];
      let [upTo, count, damaged] = [0, 0, 0];
      for (const raw of next.iterate()) {
        const row = raw as unknown as Row;
        upTo = row.id;
        if (crc32(row.lines) === row.crc32) {
          blocks.push({ bytes: row.lines, count: row.count });
          count += row.count;
        } else damaged += row.count;
        if (count >= limit) break;
      }
      return { upTo, block: joinBlocks(blocks), damaged };
    },
    remove: (upTo: number) => {
      remove.run(upTo);
    },
    count: () => total.get()?.count,
  };
}

/**
 * Copies the batches before the damage and those after it, each with its checksum. New ids begin beyond
 * every old one, so that removing what was read from the damaged file removes nothing new.
 */
function salvage(damaged: DatabaseSync, into: DatabaseSync): void {
  into.prepare("INSERT INTO sqlite_sequence VALUES ('batch', ?)").run(Date.now());
  const add = into.prepare('INSERT OR IGNORE INTO batch VALUES (?, ?, ?, ?)');
  for (const direction of ['ASC', 'DESC']) {
    inTransaction(into, () => {
      try {
        const rows = damaged.prepare(`SELECT * FROM batch ORDER BY id ${direction}`);
        for (const raw of rows.iterate()) {
          const row = raw as unknown as Row;
          add.run(row.id, row.count, row.crc32, row.lines);
        }
      } catch {
        // The damage begins here: what was read until now is kept.
      }
    });
  }
}

function buffersOf(answer: unknown): ArrayBuffer[] {
  const page = answer as Partial<SpoolPage> | undefined;
  const buffer = page?.block?.bytes.buffer;
  return buffer instanceof ArrayBuffer && buffer.byteLength > 0 ? [buffer] : [];
}

serve({ setUp, salvage, buffersOf });
