import type { Alarm, Transition } from '../../src/contract/alarm.ts';
import type { Incident, Intent } from '../../src/contract/incident.ts';
import { getJson } from './monitor-api.ts';

interface Place {
  url: string;
}

/** A shape as HTTP answers it: its times are text. */
type Answered<T> = { [K in keyof T]: T[K] extends number | undefined ? T[K] | string : T[K] };

export interface ToldIncident {
  incident: Answered<Incident>;
  intents: { kind: Intent['kind']; at: string }[];
}

/** Every incident of the monitor, with what was to be told of it. */
export async function toldIncidents(monitor: Place): Promise<ToldIncident[]> {
  const all = await getJson<Incident[]>(monitor, '/api/v1/incidents?state=all&limit=1000');
  return Promise.all(
    all.map(({ id }) =>
      getJson<ToldIncident>(monitor, `/api/v1/incidents/${encodeURIComponent(id)}`),
    ),
  );
}

/** The open incidents that no other has absorbed. */
export async function openTops(monitor: Place): Promise<Incident[]> {
  const all = await getJson<Incident[]>(monitor, '/api/v1/incidents?state=all&limit=1000');
  return all.filter(({ state, parentId }) => state !== 'resolved' && parentId === undefined);
}

/** How often each alarm of the code was raised, by the journal's own steps. */
export async function raisesOf(monitor: Place, code: string): Promise<Map<string, number>> {
  const alarms = await getJson<Alarm[]>(monitor, '/api/v1/alarms?state=all');
  const raises = new Map<string, number>();
  for (const alarm of alarms) {
    if (alarm.code !== code) continue;
    const path = `/api/v1/alarms/${encodeURIComponent(alarm.id)}`;
    const { transitions } = await getJson<{ transitions: Transition[] }>(monitor, path);
    raises.set(
      alarm.id,
      transitions.filter(({ from, to }) => from === 'NORM' && to === 'UNACK').length,
    );
  }
  return raises;
}
