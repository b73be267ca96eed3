import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { freeBlock, joinBlocks, type LineBlock } from '../../domain/line-block.ts';
import type { SpoolDepth, SpoolPage, StoredMinute, StoredPage } from '../../ports.ts';
import { ClockSettings } from './clock-settings.ts';
import type { SpoolBatch } from './line-buffer.ts';
import { openQuarantine } from './quarantine.ts';
import { SpoolFill } from './spool-fill.ts';
import { refuseBeyond, type SpoolLimits } from './spool-limit.ts';
import { type BatchRow, createSpoolTables } from './spool-schema.ts';
import { openStoredMinutes } from './stored-minutes.ts';
import { inTransaction } from './transaction.ts';
import { serve } from './worker-server.ts';

/** A page ends here (bytes), however few lines it has. */
const PAGE_BYTES = 4 * 2 ** 20;

function setUp(database: DatabaseSync, place: { file: string; options: unknown }) {
  createSpoolTables(database);
  const limits = place.options as SpoolLimits;
  const add = database.prepare(
    'INSERT INTO batch (at, count, crc32, minutes, lines) VALUES (?, ?, ?, ?, ?)',
  );
  const next = database.prepare('SELECT * FROM batch ORDER BY id');
  const remove = database.prepare('DELETE FROM batch WHERE id <= ?');
  const clock = new ClockSettings(database, { now: Date.now(), upMs: performance.now() });
  const fill = new SpoolFill(database, clock);
  const quarantine = openQuarantine(database);
  const minutes = openStoredMinutes(database);
  return {
    append: (batch: SpoolBatch): SpoolDepth => {
      const now = Date.now();
      const { bytes, count } = batch;
      if (clock.follow({ now, upMs: performance.now() })) fill.clockSet();
      refuseBeyond(limits, { file: place.file, fill, now });
      add.run(now, count, crc32(bytes), JSON.stringify(batch.minutes), bytes);
      fill.added(count, bytes.length, now);
      freeBlock(batch);
      return fill.depth();
    },
    /** Whole batches from the oldest on, until `limit` lines are reached; damaged ones are only counted. */
    read: (limit: number): SpoolPage => {
      const blocks: LineBlock[] = [];
      let [upTo, count, bytes, damaged] = [0, 0, 0, 0];
      for (const raw of next.iterate()) {
        const row = raw as unknown as BatchRow;
        upTo = row.id;
        if (crc32(row.lines) === row.crc32) {
          blocks.push({ bytes: row.lines, count: row.count });
          count += row.count;
          bytes += row.lines.length;
        } else damaged += row.count;
        if (count >= limit || bytes >= PAGE_BYTES) break;
      }
      const block = joinBlocks(blocks);
      for (const one of blocks) freeBlock(one);
      return { upTo, block, damaged };
    },
    stored: ({ upTo, refused }: StoredPage): SpoolDepth => {
      const before = fill.depth();
      const sums = fill.sumsUpTo(upTo);
      inTransaction(database, () => {
        minutes.noteMinutesUpTo(upTo);
        quarantine.put(refused, Date.now());
        remove.run(upTo);
        clock.forgetUpTo(upTo);
      });
      if (before.points > 0 || sums.points > 0) fill.removed(sums);
      return fill.depth();
    },
    depth: () => fill.depth(),
    due: minutes.due,
    settle: (settled: readonly StoredMinute[]) =>
      inTransaction(database, () => minutes.forget(settled)),
    quarantined: quarantine.quarantined,
  };
}

type SavedRow = Omit<BatchRow, 'at' | 'minutes'> & Partial<BatchRow>;

/**
 * Copies the batches before the damage and those after it, each with its checksum; a file of an earlier
 * version may be damaged before its batches got their age and minutes. New ids begin beyond
 * every old one, so that removing what was read from the damaged file removes nothing new.
 */
function salvage(damaged: DatabaseSync, into: DatabaseSync): void {
  into.prepare("INSERT INTO sqlite_sequence VALUES ('batch', ?)").run(Date.now());
  const add = into.prepare('INSERT OR IGNORE INTO batch VALUES (?, ?, ?, ?, ?, ?)');
  for (const direction of ['ASC', 'DESC']) {
    inTransaction(into, () => {
      try {
        const rows = damaged.prepare(`SELECT * FROM batch ORDER BY id ${direction}`);
        for (const raw of rows.iterate()) {
          const { id, at = 0, count, crc32, minutes = '[]', lines } = raw as unknown as SavedRow;
          add.run(id, at, count, crc32, minutes, lines);
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
