import type { Incident } from '../../src/contract/incident.ts';
import { START } from './sample.ts';

/** An open outage of Krakivets that nobody has taken. */
export function incidentOf(changes: Partial<Incident> = {}): Incident {
  return {
    id: 'i-1',
    class: 'site',
    cause: 'unknown',
    state: 'open',
    severity: 'major',
    priority: 2,
    isConfirmed: true,
    sites: ['krakivets'],
    devices: ['krakivets/ups-1'],
    revision: 1,
    openedAt: START,
    changedAt: START,
    ...changes,
  };
}
