import type { Board } from './board.ts';
import { type IncidentRecord, isOpen, siteOf } from './record.ts';

/**
 * The mains are back everywhere and only off-delays keep it open: nobody is told first of what is over.
 * Lost again before the end, it is told of after all.
 */
export function isRecovering(board: Board, record: IncidentRecord): boolean {
  if (record.memory.scope === 'power') return isSiteRecovering(board, record);
  const parts = board.log.childrenOf(record).filter(isOpen);
  return parts.length > 0 && parts.every((part) => isRecovering(board, part));
}

function isSiteRecovering({ sites }: Board, record: IncidentRecord): boolean {
  const { hasMeter, isCarried } = record.memory;
  const summary = sites.get(siteOf(record))?.summary;
  const isMeterBack = hasMeter !== true || summary?.isMeterBack === true;
  const isMainsAlone = summary?.hasMains === true && !summary.wasOnBattery;
  // A generator goes on for a while after a meter has seen the mains come back.
  const isStillCarried = isCarried === true && summary?.meter !== 'mains';
  return isMainsAlone && isMeterBack && !isStillCarried;
}
