import type { Intent } from '../../contract/incident.ts';
import { isShown, isStanding } from './alarm-book.ts';
import { type Board, policyMs } from './board.ts';
import { type IncidentRecord, PRIORITY, siteOf, type Told } from './record.ts';
import { isRecovering } from './recovery.ts';

/** News of sites that became critical is gathered for so long (ms). */
const CRITICAL_EVERY_MS = 60_000;
/** So much more sites than were told of are news. */
const MORE_SITES = 1.2;

/** Says that people are to be told, and remembers of what. */
export function tell(
  board: Board,
  record: IncidentRecord,
  kind: Intent['kind'],
  now: number,
): void {
  const { incident, memory } = record;
  board.intents.push({
    id: `${incident.id}:${incident.revision}`,
    incidentId: incident.id,
    revision: incident.revision,
    kind,
    at: now,
  });
  memory.told = { at: now, ...newsOf(record) };
  board.log.touch(record);
}

/** First words, and updates where what has changed is material; once for whatever is overdue. */
export function tellWhatIsDue(board: Board, now: number): void {
  for (const record of board.log.opened()) {
    if (record.incident.parentId !== undefined) continue;
    const { told, dueAt } = record.memory;
    if (told === undefined) {
      if (now >= dueAt && !isToWait(board, record)) tell(board, record, 'first', now);
    } else if (now >= updateDueAt(board, record, told)) {
      tell(board, record, 'update', now);
    }
  }
}

/** Never, where nothing material has changed since people were told. */
function updateDueAt(board: Board, record: IncidentRecord, told: Told): number {
  const news = newsOf(record);
  if (news.criticalSites > told.criticalSites) return told.at + CRITICAL_EVERY_MS;
  const isMaterial =
    news.class !== told.class ||
    news.cause !== told.cause ||
    PRIORITY[news.severity] < PRIORITY[told.severity] ||
    (news.sites > told.sites && news.sites >= told.sites * MORE_SITES);
  return isMaterial ? told.at + policyMs(board, 'updateEvery') : Number.POSITIVE_INFINITY;
}

function newsOf({ incident, memory }: IncidentRecord): Omit<Told, 'at'> {
  return {
    class: incident.class,
    severity: incident.severity,
    cause: incident.cause,
    sites: incident.sites.length,
    criticalSites: memory.criticalSites.length,
  };
}

/**
 * A device's silence alone waits while its whole site is silent: that has an incident of its own soon.
 * What is hidden, as it may be a consequence, waits until it is shown; an outage that is over by all
 * that is known waits for its end, or for being lost again.
 */
function isToWait(board: Board, record: IncidentRecord): boolean {
  const { scope } = record.memory;
  if (scope === 'platform') return false;
  if (scope !== 'device' && scope !== 'comms') return isRecovering(board, record);
  const members = [...board.book.members(record.incident.id)];
  if (!members.some(({ alarm }) => isStanding(alarm) && isShown(alarm))) return true;
  const isSiteSilent = board.sites.get(siteOf(record))?.silence === 'silent';
  return scope === 'device' && isSiteSilent && isOfSilenceAlone(board, record);
}

export function isOfSilenceAlone(board: Board, record: IncidentRecord): boolean {
  return [...board.book.members(record.incident.id)].every(
    ({ alarm }) => alarm.code === 'DEV_SILENT',
  );
}
