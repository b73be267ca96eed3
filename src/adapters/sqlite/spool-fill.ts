import type { DatabaseSync } from 'node:sqlite';
import type { SpoolDepth } from '../../ports.ts';
import type { ClockSettings } from './clock-settings.ts';

/** A file with more to spare than this (bytes) gives some back to the disk. */
const SPARE_BYTES = 64 * 2 ** 20;
const SHRINK_PAGES = 1024;

/** How full the spool is: measured once, then kept beside the file, so that no append has to ask. */
export class SpoolFill {
  readonly #database: DatabaseSync;
  readonly #clock: ClockSettings;
  readonly #sums;
  readonly #oldest;
  readonly #spare;
  readonly #pageBytes: number;
  #points = 0;
  #bytes = 0;
  #oldestAt: number | undefined;
  #isMeasured = false;

  constructor(database: DatabaseSync, clock: ClockSettings) {
    this.#database = database;
    this.#clock = clock;
    this.#sums = database.prepare(
      'SELECT coalesce(sum(count), 0) AS points, coalesce(sum(length(lines)), 0) AS bytes FROM batch WHERE id <= ?',
    );
    this.#oldest = database.prepare('SELECT id, at FROM batch ORDER BY id LIMIT 1');
    this.#spare = database.prepare('PRAGMA freelist_count');
    this.#pageBytes = Number(database.prepare('PRAGMA page_size').get()?.page_size);
  }

  /** Measured at its first use, as a damaged spool's points are copied in before. */
  depth(): SpoolDepth {
    if (!this.#isMeasured) {
      const { points, bytes } = this.sumsUpTo(Number.MAX_SAFE_INTEGER);
      this.#points = points;
      this.#bytes = bytes;
      this.#isMeasured = true;
      this.#readOldest();
    }
    const oldestAt = this.#oldestAt;
    const common = { points: this.#points, bytes: this.#bytes };
    return oldestAt === undefined ? common : { ...common, oldestAt };
  }

  /** What the file has to spare inside (bytes). */
  spareBytes(): number {
    return Number(this.#spare.get()?.freelist_count) * this.#pageBytes;
  }

  sumsUpTo(id: number): { points: number; bytes: number } {
    const row = this.#sums.get(id);
    return { points: Number(row?.points), bytes: Number(row?.bytes) };
  }

  added(points: number, bytes: number, at: number): void {
    this.#points += points;
    this.#bytes += bytes;
    this.#oldestAt ??= at;
  }

  /** A file that has become nearly empty gives back what an outage made it grow by, a little at a time. */
  removed({ points, bytes }: { points: number; bytes: number }): void {
    this.#points -= points;
    this.#bytes -= bytes;
    this.#readOldest();
    if (this.#bytes < SPARE_BYTES / 4 && this.spareBytes() > SPARE_BYTES)
      this.#database.exec(`PRAGMA incremental_vacuum(${SHRINK_PAGES})`);
  }

  /** The clock was set: what is oldest was taken at another time. */
  clockSet(): void {
    this.#readOldest();
  }

  #readOldest(): void {
    const row = this.#oldest.get();
    this.#oldestAt = row && this.#clock.timeOf(Number(row.id), Number(row.at));
  }
}
