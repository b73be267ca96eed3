import { ancestors, type Board, firstDueAt } from './board.ts';
import { tell } from './intents.ts';
import type { IncidentRecord } from './record.ts';
import { isOpen, siteOf } from './record.ts';

/** Ends an incident: what goes on below it stands for itself, what is above it learns of the site. */
export function endIncident(board: Board, record: IncidentRecord, now: number): void {
  const { log } = board;
  log.resolve(record, now);
  board.causeDue.delete(record.incident.id);
  for (const child of log.childrenOf(record)) {
    if (isOpen(child)) log.release(record, child, firstDueAt(board, now, now), now);
  }
  const above = ancestors(board, record);
  if (record.memory.scope === 'power') {
    board.endings.delete(siteOf(record));
    for (const one of above) log.event(one, 'site_restored', now, { site: siteOf(record) });
  }
  // A region may have been renamed: no site of it leads to it any more.
  for (const { incident } of above) {
    if (incident.region !== undefined) board.areas.add(incident.region);
  }
  const isToldAbove = above.some(({ memory }) => memory.told !== undefined);
  if (record.memory.told !== undefined && !isToldAbove) tell(board, record, 'restored', now);
}
