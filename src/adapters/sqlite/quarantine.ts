import type { DatabaseSync } from 'node:sqlite';
import type { Quarantined } from '../../ports.ts';

/** Lines are kept up to here (bytes), the newest. */
const MAX_BYTES = 64 * 2 ** 20;

/** Lines that the store refused for good, with its reason, for a person to look at. */
export function openQuarantine(database: DatabaseSync) {
  const add = database.prepare('INSERT INTO quarantine (at, reason, line) VALUES (?, ?, ?)');
  const newest = database.prepare(
    'SELECT at, reason, line FROM quarantine ORDER BY id DESC LIMIT ?',
  );
  const sums = database.prepare(
    'SELECT count(*) AS lines, coalesce(sum(length(line) + length(reason)), 0) AS bytes FROM quarantine',
  );
  const dropOldest = database.prepare(
    'DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine ORDER BY id LIMIT 1 + ? / 10)',
  );
  return {
    put: (refused: readonly { line: string; reason: string }[], now: number): void => {
      for (const { line, reason } of refused) add.run(now, reason, line);
      if (refused.length === 0) return;
      for (let sum = sums.get(); Number(sum?.bytes) > MAX_BYTES; sum = sums.get())
        dropOldest.run(Number(sum?.lines));
    },
    /** Newest first. */
    quarantined: (limit: number) => newest.all(limit) as unknown as Quarantined[],
  };
}
