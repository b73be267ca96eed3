import type { DatabaseSync } from 'node:sqlite';
import type { Incident } from '../../contract/incident.ts';
import type { JournalEntry } from '../../ports.ts';
import type { Append } from './journal-audit.ts';

const ANSWERS_KEPT = 10_000;

/** Where it is remembered that there were accounts: without them nothing happens to anybody's access. */
export const ACCESS_SPACE = 'access';

/**
 * Writes entries within the owner's transaction. What the audit has already, and an intent or an answer
 * whose key is there, changes nothing: an entry may come twice.
 */
export function openJournalTables(database: DatabaseSync) {
  const putAlarm = database.prepare('INSERT OR REPLACE INTO alarm VALUES (?, ?)');
  const putIncident = database.prepare('INSERT OR REPLACE INTO incident VALUES (?, ?, ?, ?)');
  const putOutage = database.prepare('INSERT OR REPLACE INTO outage VALUES (?, ?, ?, ?, ?)');
  const removeOutage = database.prepare('DELETE FROM outage WHERE id = ?');
  const putIntent = database.prepare('INSERT OR IGNORE INTO intent VALUES (?, ?, ?, ?)');
  const putAnswer = database.prepare(
    'INSERT OR IGNORE INTO answer (key, at, body) VALUES (?, ?, ?)',
  );
  const dropAnswers = database.prepare(
    `DELETE FROM answer WHERE seq <= (SELECT max(seq) FROM answer) - ${ANSWERS_KEPT}`,
  );
  const remember = database.prepare('INSERT OR REPLACE INTO remembered VALUES (?, ?, ?)');
  const forget = database.prepare('DELETE FROM remembered WHERE space = ? AND key = ?');

  const putAlarms = ({ alarms = [] }: JournalEntry, append: Append) => {
    for (const { alarm, transition } of alarms) {
      const { at, version } = transition;
      const body = JSON.stringify(transition);
      if (append({ at, kind: 'transition', subject: alarm.id, version, body }))
        putAlarm.run(alarm.id, JSON.stringify(alarm));
    }
  };
  const putIncidents = ({ incidents = [] }: JournalEntry, append: Append) => {
    for (const { incident, event } of incidents) {
      const { at, revision: version } = event;
      const body = JSON.stringify(event);
      if (append({ at, kind: 'incident_event', subject: incident.id, version, body }))
        putIncident.run(...incidentRow(incident));
    }
  };
  const putOutages = ({ outages = [], removedOutages = [] }: JournalEntry) => {
    for (const outage of outages) {
      const { id, site, startedAt, endedAt } = outage;
      const end = endedAt === undefined ? null : Math.round(endedAt);
      putOutage.run(id, site, Math.round(startedAt), end, JSON.stringify(outage));
    }
    for (const id of removedOutages) removeOutage.run(id);
  };
  const putIntents = ({ intents = [] }: JournalEntry, append: Append) => {
    for (const intent of intents) {
      const { id, incidentId, revision, at } = intent;
      const body = JSON.stringify(intent);
      if (putIntent.run(id, incidentId, Math.round(at), body).changes === 0) continue;
      append({ at, kind: 'intent', subject: incidentId, version: revision, body });
    }
  };
  const putAnswers = ({ answers = [] }: JournalEntry, append: Append) => {
    for (const { key, answer, at } of answers) {
      const body = JSON.stringify(answer);
      if (putAnswer.run(key, Math.round(at), body).changes === 0) continue;
      const version = answer.ok ? answer.version : 0;
      append({ at, kind: 'command', subject: key, version, body });
    }
    if (answers.length > 0) dropAnswers.run();
  };
  const putRemembered = ({ remembered = [] }: JournalEntry) => {
    for (const { space, key, body } of remembered) {
      if (body === undefined) forget.run(space, key);
      else remember.run(space, key, body);
    }
  };
  const auditAccess = ({ access = [] }: JournalEntry, append: Append) => {
    for (const event of access) {
      const { at, subject } = event;
      append({ at, kind: 'access', subject, version: Math.round(at), body: JSON.stringify(event) });
    }
    if (access.length > 0) remember.run(ACCESS_SPACE, 'accounts', 'true');
  };
  const auditSchedule = ({ schedule = [] }: JournalEntry, append: Append) => {
    for (const { at, actor, command } of schedule) {
      const body = JSON.stringify({ at, actor, ...command });
      append({ at, kind: 'schedule', subject: command.type, version: Math.round(at), body });
    }
  };
  return {
    put(entry: JournalEntry, append: Append): void {
      putAlarms(entry, append);
      putIncidents(entry, append);
      putOutages(entry);
      putIntents(entry, append);
      putAnswers(entry, append);
      putRemembered(entry);
      auditAccess(entry, append);
      auditSchedule(entry, append);
    },
  };
}

function incidentRow(incident: Incident): [string, string, number, string] {
  const { id, state, openedAt } = incident;
  return [id, state, Math.round(openedAt), JSON.stringify(incident)];
}
