import type { DatabaseSync } from 'node:sqlite';
import type { StoredMinute } from '../../ports.ts';

const MINUTE_MS = 60_000;

/** Which minutes have points in the store that no rollup has yet. */
export function openStoredMinutes(database: DatabaseSync) {
  const note = database.prepare(`
    INSERT INTO stored_minute (minute, version)
      SELECT DISTINCT value, 1 FROM batch, json_each(batch.minutes) WHERE batch.id <= ?
      ON CONFLICT (minute) DO UPDATE SET version = version + 1`);
  const oldest = database.prepare(
    'SELECT minute, version FROM stored_minute ORDER BY minute LIMIT ?',
  );
  const forget = database.prepare('DELETE FROM stored_minute WHERE minute = ? AND version = ?');
  return {
    /** Called before the batches up to `id` are removed. */
    noteMinutesUpTo: (id: number): void => {
      note.run(id);
    },
    due: (limit: number): StoredMinute[] =>
      oldest.all(limit).map(({ minute, version }) => ({
        ts: Number(minute) * MINUTE_MS,
        version: Number(version),
      })),
    forget: (minutes: readonly StoredMinute[]): void => {
      for (const { ts, version } of minutes) forget.run(ts / MINUTE_MS, version);
    },
  };
}
