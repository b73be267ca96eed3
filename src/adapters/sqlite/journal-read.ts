import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { AlarmStore } from '../../ports.ts';
import type { AuditKind } from './journal-audit.ts';
import { ACCESS_SPACE } from './journal-table.ts';

const DAY_MS = 86_400_000;
/** What of the past is loaded at the start. */
const RESOLVED_LOADED = 500;
const OUTAGES_LOADED = 1000;
const OUTAGE_DAYS_LOADED = 30;
/** Of one answer; the newest. */
const OUTAGES_READ = 10_000;
const INTENTS_READ = 1000;
const CHILDREN_READ = 1000;

/** Everything that the start needs, as JSON bodies. */
export interface LoadedBodies {
  alarms: string[];
  incidents: string[];
  outages: string[];
  intents: string[];
  remembered: { space: string; key: string; body: string }[];
  answers: { key: string; body: string }[];
}

const INCIDENTS_LOADED = `
  SELECT opened_at, body FROM incident WHERE state <> 'resolved'
  UNION ALL
  SELECT * FROM (
    SELECT opened_at, body FROM incident WHERE state = 'resolved'
    ORDER BY opened_at DESC LIMIT ${RESOLVED_LOADED}
  )
  ORDER BY opened_at
`;

const OUTAGES_LOADED_SQL = `
  SELECT started_at, body FROM outage WHERE ended_at IS NULL
  UNION ALL
  SELECT * FROM (
    SELECT started_at, body FROM outage
    WHERE ended_at IS NOT NULL
      AND started_at >= (SELECT max(started_at) FROM outage) - ${OUTAGE_DAYS_LOADED * DAY_MS}
    ORDER BY started_at DESC LIMIT ${OUTAGES_LOADED}
  )
  ORDER BY started_at
`;

const INTENTS_LOADED = `
  SELECT intent.body FROM incident JOIN intent ON intent.incident_id = incident.id
  WHERE incident.state <> 'resolved' ORDER BY intent.at, intent.id
`;

/** The index over (subject, kind, version) leads to the newest one from the end. */
const SOURCES = `
  SELECT alarm.body AS alarm, (
    SELECT body FROM audit
    WHERE subject = alarm.id AND kind = 'transition' AND json_extract(body, '$.sourceTs') IS NOT NULL
    ORDER BY version DESC LIMIT 1
  ) AS transition
  FROM alarm WHERE json_extract(alarm.body, '$.device') IS NOT NULL
`;

/** Reads what the file holds, as JSON bodies; for the thread that owns it. */
export function openJournalReads(database: DatabaseSync) {
  const bodies = (sql: string, ...values: SQLInputValue[]) =>
    database
      .prepare(sql)
      .all(...values)
      .map(({ body }) => body as string);
  const audited = (subject: string, kind: AuditKind) =>
    bodies('SELECT body FROM audit WHERE subject = ? AND kind = ? ORDER BY seq', subject, kind);
  return {
    load: (): LoadedBodies => ({
      alarms: bodies('SELECT body FROM alarm'),
      incidents: bodies(INCIDENTS_LOADED),
      outages: bodies(OUTAGES_LOADED_SQL),
      intents: bodies(INTENTS_LOADED),
      remembered: database
        .prepare('SELECT space, key, body FROM remembered ORDER BY space, key')
        .all() as unknown as LoadedBodies['remembered'],
      answers: database
        .prepare('SELECT key, body FROM answer ORDER BY seq')
        .all() as unknown as LoadedBodies['answers'],
    }),
    transitions: (alarmId: string) => audited(alarmId, 'transition'),
    incidentEvents: (incidentId: string) => audited(incidentId, 'incident_event'),
    incident: (id: string) => bodies('SELECT body FROM incident WHERE id = ?', id)[0],
    incidents: ({ state, limit }: Parameters<AlarmStore['incidents']>[0]) =>
      bodies(
        `SELECT body FROM incident ${state === 'open' ? "WHERE state <> 'resolved'" : ''}
         ORDER BY opened_at DESC LIMIT ?`,
        limit,
      ),
    children: (incidentId: string) =>
      bodies(
        `SELECT body FROM incident WHERE json_extract(body, '$.parentId') = ?
         ORDER BY opened_at DESC LIMIT ${CHILDREN_READ}`,
        incidentId,
      ),
    intents: (incidentId: string | undefined) =>
      incidentId === undefined
        ? bodies(`SELECT body FROM intent ORDER BY at DESC LIMIT ${INTENTS_READ}`).reverse()
        : bodies('SELECT body FROM intent WHERE incident_id = ? ORDER BY at, id', incidentId),
    /** Those that touch `[fromMs, toMs)`. */
    outages: ({ site, fromMs, toMs }: Parameters<AlarmStore['outages']>[0]) => {
      const terms: [string, SQLInputValue][] = [];
      if (site !== undefined) terms.push(['site = ?', site]);
      if (fromMs !== undefined) terms.push(['(ended_at IS NULL OR ended_at > ?)', fromMs]);
      if (toMs !== undefined) terms.push(['started_at < ?', toMs]);
      const where = ['TRUE', ...terms.map(([term]) => term)].join(' AND ');
      return bodies(
        `SELECT body FROM outage WHERE ${where} ORDER BY started_at DESC LIMIT ${OUTAGES_READ}`,
        ...terms.map(([, value]) => value),
      ).reverse();
    },
    hadAccounts: () =>
      bodies('SELECT body FROM remembered WHERE space = ?', ACCESS_SPACE).length > 0,
    sources: () =>
      database
        .prepare(SOURCES)
        .all()
        .filter((row) => row.transition !== null)
        .map(({ alarm, transition }) => [alarm, transition] as [string, string]),
  };
}
