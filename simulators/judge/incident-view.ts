import type { IncidentClass, IncidentEventType, Intent } from '../../src/contract/incident.ts';
import { type JudgeView, timeIfGiven, timeOf } from './view.ts';

/** An incident with its timeline and what was told of it (times in ms since 1970 UTC). */
export interface SeenIncident {
  id: string;
  class: IncidentClass;
  sites: readonly string[];
  region?: string | undefined;
  parentId?: string | undefined;
  openedAt: number;
  resolvedAt?: number;
  events: readonly { type: IncidentEventType; at: number; site?: string | undefined }[];
  intents: readonly { kind: Intent['kind']; at: number }[];
}

interface IncidentAnswer {
  id: string;
  class: IncidentClass;
  sites: string[];
  region?: string;
  parentId?: string;
  openedAt: string;
  resolvedAt?: string;
}

interface DetailAnswer {
  incident: IncidentAnswer;
  events: { type: IncidentEventType; at: string; site?: string }[];
  intents: { kind: Intent['kind']; at: string }[];
}

/** As many as one question may ask for. */
const LIMIT = 1000;

/** Every incident that the monitor knows, over HTTP; the oldest first. */
export async function readIncidents(view: JudgeView): Promise<SeenIncident[]> {
  const path = `/api/v1/incidents?state=all&limit=${LIMIT}`;
  const answers = await view.get<IncidentAnswer[]>(path);
  const incidents: SeenIncident[] = [];
  for (const { id } of answers) {
    const detail = await view.get<DetailAnswer>(`/api/v1/incidents/${encodeURIComponent(id)}`);
    incidents.push(seen(detail));
  }
  return incidents.sort((a, b) => a.openedAt - b.openedAt);
}

function seen({ incident, events, intents }: DetailAnswer): SeenIncident {
  const { id, class: own, sites, region, parentId, openedAt, resolvedAt } = incident;
  return {
    id,
    class: own,
    sites,
    region,
    parentId,
    openedAt: timeOf(openedAt),
    ...timeIfGiven('resolvedAt', resolvedAt),
    events: events.map(({ type, at, site }) => ({ type, at: timeOf(at), site })),
    intents: intents.map(({ kind, at }) => ({ kind, at: timeOf(at) })),
  };
}

const OUTAGES: readonly IncidentClass[] = ['site', 'site_dark', 'region', 'wide_area'];

/** Outages of mains, a dark site's too: those of lost communication and of single devices are something else. */
export function isOutage({ class: own }: SeenIncident): boolean {
  return OUTAGES.includes(own);
}

/** The incident that has absorbed this one and all between, or itself. */
export function topOf(incident: SeenIncident, all: ReadonlyMap<string, SeenIncident>) {
  let top = incident;
  // Parents lead up a few steps; a circle would be the monitor's fault and must not be ours.
  for (let steps = 0; steps < 10 && top.parentId !== undefined; steps++) {
    const parent = all.get(top.parentId);
    if (parent === undefined) break;
    top = parent;
  }
  return top;
}
