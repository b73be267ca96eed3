import type { Incident, IncidentChange, IncidentEventType } from '../../src/contract/incident.ts';
import type { Outage } from '../../src/contract/outage.ts';
import type { JournalEntry } from '../../src/ports.ts';
import { alarmChange } from './alarm-change.ts';
import { START } from './sample.ts';

/** The incident `id` as its event number `revision` leaves it. */
export function incidentChange(
  revision: number,
  { id = 'krakivets-1', state = 'open', openedAt = START }: Partial<Incident> = {},
): IncidentChange {
  const type: IncidentEventType = revision === 1 ? 'opened' : 'note';
  const at = START + revision;
  return {
    incident: {
      id,
      class: 'site',
      cause: 'unknown',
      state,
      severity: 'major',
      priority: 2,
      isConfirmed: true,
      sites: ['krakivets'],
      devices: ['krakivets/ups-1'],
      revision,
      openedAt,
      changedAt: at,
    },
    event: { incidentId: id, revision, at, type },
  };
}

export function outageOf(id: string, startedAt: number, endedAt?: number): Outage {
  return {
    id,
    site: 'krakivets',
    startedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    duration: 'sustained',
    evidence: ['ups-1'],
    cause: 'unknown',
    coverage: 1,
    isLate: false,
    generatorSeconds: 0,
    scanners: [],
  };
}

/** The entry number 1, 2, 3 …, with something of every part; the alarm moves twice in each. */
export function journalEntry(number: number): Required<JournalEntry> {
  const at = START + number;
  const id = `krakivets-1:${number}`;
  return {
    alarms: [alarmChange(2 * number - 1), alarmChange(2 * number)],
    incidents: [incidentChange(number)],
    outages: [outageOf('krakivets-1', START, at)],
    removedOutages: [`krakivets-${number}-part`],
    intents: [{ id, incidentId: 'krakivets-1', revision: number, kind: 'update', at }],
    remembered: [{ space: 'count', key: 'entries', body: `${number}` }],
    answers: [{ key: `command-${number} x`, answer: { ok: true, version: number }, at }],
    access: [],
    schedule: [],
  };
}
