import type { DatabaseSync } from 'node:sqlite';
import type { AlarmChange } from '../../contract/alarm.ts';
import { openOrderTable } from './order-table.ts';
import { inTransaction, serve } from './worker-server.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS alarm (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS transition (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    alarm_id TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (alarm_id, version)
  ) STRICT;
`;

function setUp(database: DatabaseSync) {
  database.exec(SCHEMA);
  const put = database.prepare(
    'INSERT INTO alarm VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  );
  const add = database.prepare(
    'INSERT INTO transition (alarm_id, occurrence, version, at, body) VALUES (?, ?, ?, ?, ?)',
  );
  const all = database.prepare('SELECT body FROM alarm');
  const ofAlarm = database.prepare('SELECT body FROM transition WHERE alarm_id = ? ORDER BY seq');
  // The index over (alarm_id, version) leads to the newest one from the end.
  const newestSources = database.prepare(`
    SELECT alarm.body AS alarm, (
      SELECT body FROM transition
      WHERE alarm_id = alarm.id AND json_extract(body, '$.sourceTs') IS NOT NULL
      ORDER BY version DESC LIMIT 1
    ) AS transition
    FROM alarm
  `);
  const bodies = (rows: Record<string, unknown>[]) => rows.map(({ body }) => body as string);
  return {
    ...openOrderTable(database),
    load: () => bodies(all.all()),
    transitions: (alarmId: string) => bodies(ofAlarm.all(alarmId)),
    sources: () =>
      newestSources
        .all()
        .filter((row) => row.transition !== null)
        .map(({ alarm, transition }) => [alarm, transition] as [string, string]),
    commit: (changes: readonly AlarmChange[]) =>
      inTransaction(database, () => {
        for (const { alarm, transition } of changes) {
          put.run(alarm.id, JSON.stringify(alarm));
          const { occurrence, version, at } = transition;
          add.run(alarm.id, occurrence, version, at, JSON.stringify(transition));
        }
      }),
  };
}

serve({ setUp });
