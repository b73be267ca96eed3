import type { Alarm, Severity } from '../../contract/alarm.ts';
import type { IncidentCause, IncidentClass } from '../../contract/incident.ts';
import { ENDANGERING, isActive, isShown, POWER_JOINS } from './alarm-book.ts';
import type { Board, CauseView } from './board.ts';
import { type IncidentRecord, worse } from './record.ts';
import type { SiteState } from './site-states.ts';

/** An announced cut may end so much later than its slot (ms). */
const SLOT_TOLERANCE_MS = 15 * 60_000;

/** What the severity of a site's power incident depends on. */
interface Graded {
  class: IncidentClass;
  cause: IncidentCause;
  slotEndsAt: number | undefined;
  isEndangered: boolean;
}

/** The alarms that a site's power incident consists of, as far as nobody hides them. */
function powerAlarms(board: Board, site: string): Alarm[] {
  return [...board.book.of(site)]
    .map(({ alarm }) => alarm)
    .filter((alarm) => isActive(alarm) && isShown(alarm) && isOfPower(alarm));
}

function isOfPower({ code }: Alarm): boolean {
  return code === 'UPS_ON_BATTERY' || code === 'SITE_DARK' || POWER_JOINS.has(code);
}

/** P3 while an announced cut lasts as announced and the batteries last for it; else by class and alarms. */
export function severityOf(board: Board, state: SiteState, graded: Graded, now: number): Severity {
  const { cause, slotEndsAt } = graded;
  const isInSlot = slotEndsAt === undefined || now <= slotEndsAt + SLOT_TOLERANCE_MS;
  if (cause === 'announced' && isInSlot && !graded.isEndangered) return 'minor';
  return powerAlarms(board, state.site).reduce<Severity>(
    (worst, { severity }) => worse(worst, severity),
    graded.class === 'site_dark' ? 'critical' : 'major',
  );
}

/** An alarm of it says that the load is at risk, or the battery does not reach the slot's end. */
export function isEndangered(
  board: Board,
  { site, summary }: SiteState,
  slotEndsAt: number | undefined,
  now: number,
): boolean {
  const isAlarmed = powerAlarms(board, site).some(
    ({ code, severity }) =>
      ENDANGERING.has(code) || (code !== 'UPS_ON_BATTERY' && severity === 'critical'),
  );
  if (isAlarmed || slotEndsAt === undefined) return isAlarmed;
  const { exhaustedAt, worstMarginSeconds } = summary;
  if (exhaustedAt === undefined) return false;
  const shutdownBy =
    worstMarginSeconds === undefined ? exhaustedAt : now + worstMarginSeconds * 1000;
  return Math.min(exhaustedAt, shutdownBy) < slotEndsAt;
}

/** The cause now: of a device alone, whose neighbours have mains when people are told, it is local. */
export function causeNow(
  board: Board,
  record: IncidentRecord,
  state: SiteState,
  now: number,
): CauseView {
  const { isSite, startedAt, dueAt } = record.memory;
  const isLocal = record.incident.class === 'device' && now >= dueAt && state.summary.hasMains;
  if (isSite !== true && isLocal) return { cause: 'local' };
  return board.options.causeOf(state.site, startedAt);
}

export function setSlotEnd(record: IncidentRecord, slotEndsAt: number | undefined): void {
  const { slotEndsAt: _before, ...incident } = record.incident;
  record.incident = slotEndsAt === undefined ? incident : { ...incident, slotEndsAt };
}
