import type { DatabaseSync } from 'node:sqlite';

/** A smaller difference is no setting: a time server steers the clock (ms). */
const LEAST_MS = 60_000;
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS clock_setting (
    from_id INTEGER NOT NULL,
    to_id INTEGER NOT NULL,
    by_ms INTEGER NOT NULL,
    latest INTEGER NOT NULL
  ) STRICT;
`;

/** One moment by both clocks: in ms since 1970 UTC, and in ms that no setting changes. */
export interface Moment {
  now: number;
  upMs: number;
}

/**
 * A clock that is set while the monitor runs makes no batch older: the time that this process took it at
 * moves along, and where the clock is put forward, what was found in the file counts as late as it can,
 * at most from this start. A board without a clock of its own may have taken it at any date.
 */
export class ClockSettings {
  readonly #settings;
  readonly #add;
  readonly #forget;
  readonly #last;
  readonly #startedUpMs: number;
  #offsetMs: number;
  /** Of the batches that this process takes; known at the first, as a damaged spool is copied in before. */
  #firstId: number | undefined;

  constructor(database: DatabaseSync, { now, upMs }: Moment) {
    database.exec(SCHEMA);
    this.#settings = database.prepare(
      'SELECT by_ms, latest FROM clock_setting WHERE ? BETWEEN from_id AND to_id ORDER BY rowid',
    );
    this.#add = database.prepare('INSERT INTO clock_setting VALUES (?, ?, ?, ?)');
    this.#forget = database.prepare('DELETE FROM clock_setting WHERE to_id <= ?');
    this.#last = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'batch'");
    this.#startedUpMs = upMs;
    this.#offsetMs = now - upMs;
  }

  /** Before each batch: says whether the clock was set since the one before. */
  follow({ now, upMs }: Moment): boolean {
    this.#firstId ??= this.#lastId() + 1;
    const offsetMs = now - upMs;
    const byMs = offsetMs - this.#offsetMs;
    const isSet = Math.abs(byMs) >= LEAST_MS;
    if (isSet) this.#keep({ byMs, firstId: this.#firstId, now, upMs });
    this.#offsetMs = offsetMs;
    return isSet;
  }

  /** When a batch was taken, by the clock as it is set now; `at` as it was set then. */
  timeOf(id: number, at: number): number {
    let time = at;
    for (const { by_ms, latest } of this.#settings.iterate(id)) {
      time = Math.min(time + Number(by_ms), Number(latest));
    }
    return time;
  }

  /** The batches up to this one are gone. */
  forgetUpTo(id: number): void {
    this.#forget.run(id);
  }

  #keep({ byMs, firstId, now, upMs }: Moment & { byMs: number; firstId: number }): void {
    const startedAt = Math.round(now - (upMs - this.#startedUpMs));
    const by = Math.round(byMs);
    if (by > 0) this.#add.run(0, firstId - 1, by, startedAt);
    this.#add.run(firstId, this.#lastId(), by, now);
  }

  #lastId(): number {
    return Number(this.#last.get()?.seq ?? 0);
  }
}
