import type { Incident } from '../../../../src/contract/incident.ts';

/**
 * The open incidents that stand on their own, by priority, then the newest first: what a parent has
 * absorbed is told with it.
 */
export function openIncidents(incidents: ReadonlyMap<string, Incident>): Incident[] {
  const isOpen = (one: Incident | undefined) => one !== undefined && one.state !== 'resolved';
  return [...incidents.values()]
    .filter((one) => isOpen(one))
    .filter(({ parentId }) => parentId === undefined || !isOpen(incidents.get(parentId)))
    .sort((a, b) => a.priority - b.priority || b.openedAt - a.openedAt || (a.id < b.id ? -1 : 1));
}
