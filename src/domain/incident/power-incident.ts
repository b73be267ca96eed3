import { type BookedAlarm, deviceOf, isActive, isShown } from './alarm-book.ts';
import { type Board, firstDueAt, markCritical, policyMs } from './board.ts';
import { endIncident } from './ending.ts';
import { causeNow, isEndangered, setSlotEnd, severityOf } from './power-cause.ts';
import { type Condition, type IncidentRecord, isOut, type Memory } from './record.ts';
import { isRecovering } from './recovery.ts';
import type { SiteState } from './site-states.ts';
import { isSiteWithoutMains, type SiteSummary } from './site-summary.ts';

/** So long the mains must have been back at the meter (ms); a UPS's alarm has an off-delay of its own. */
const METER_HOLD_MS = 60_000;
/** The schedule is looked at again this often (ms). */
const CAUSE_EVERY_MS = 60_000;
/** After the monitor's start, until when a device that was not heard is not counted as silent (ms). */
export const WARM_UP_MS = 5 * 60_000;

/** Opens, joins, grades and ends the one power incident of a site. */
export function assessPower(board: Board, state: SiteState, now: number): void {
  const alarms = onBatteryAlarms(board, state);
  const current = board.log.openOf('power', state.site);
  const wasOut = isOut(current);
  const revision = current?.incident.revision;
  const isBeginning = alarms.some(({ alarm }) => isShown(alarm)) || isOtherwiseLost(board, state);
  const record = current ?? (isBeginning ? openPower(board, state, now) : undefined);
  if (record !== undefined) {
    joinDevices(board, record, state, alarms, now);
    classify(board, record, state, now);
    carry(board, record, state, now);
    grade(board, record, state, now);
    endWhereOver(board, record, state, now);
  }
  const isNews = record?.incident.revision !== revision && record?.incident.parentId !== undefined;
  const isBegun = current === undefined && record !== undefined;
  // A site that is lost again before its outage ended may be the one that makes a region's.
  const isBack = record !== undefined && isRecovering(board, record);
  const isLostAgain = state.isRecovering === true && !isBack;
  state.isRecovering = isBack;
  if (wasOut !== isOut(record) || isBegun || isNews || isLostAgain) board.moved.add(state);
  board.conditions.set('SITE_OUTAGE', { site: state.site }, siteOutage(record));
}

/** Asks for the cause again: when people are to be told first, then once a minute. */
export function reviewCause(board: Board, record: IncidentRecord, state: SiteState, now: number) {
  const { id } = record.incident;
  if (now < (board.causeDue.get(id) ?? 0)) return;
  const { dueAt } = record.memory;
  board.causeDue.set(id, now < dueAt ? dueAt : now + CAUSE_EVERY_MS);
  const { revision } = record.incident;
  recause(board, record, state, now);
  grade(board, record, state, now);
  if (revision !== record.incident.revision) board.moved.add(state);
}

function onBatteryAlarms(board: Board, { site, facts }: SiteState): BookedAlarm[] {
  const registered = new Set(facts.filter((one) => one.registered).map(({ id }) => id));
  return [...board.book.of(site)].filter(
    ({ alarm }) =>
      alarm.code === 'UPS_ON_BATTERY' && isActive(alarm) && registered.has(deviceOf(alarm)),
  );
}

function isDark(board: Board, site: string): boolean {
  return board.book.isActive(site, `${site}.SITE_DARK`);
}

function isOtherwiseLost(board: Board, { site, summary }: SiteState): boolean {
  return summary.meter === 'lost' || isDark(board, site);
}

function openPower(board: Board, state: SiteState, now: number): IncidentRecord {
  const { site, summary } = state;
  const startedAt = Math.min(summary.lostSince ?? now, now);
  const isSite = isOfWholeSite(board, state, now);
  const dark = isDark(board, site);
  const view = board.options.causeOf(site, startedAt);
  const graded = {
    class: dark ? ('site_dark' as const) : isSite ? ('site' as const) : ('device' as const),
    cause: view.cause,
    slotEndsAt: view.slotEndsAt,
    isEndangered: isEndangered(board, state, view.slotEndsAt, now),
  };
  const record = board.log.begin(
    {
      scope: 'power',
      subject: site,
      class: graded.class,
      cause: view.cause,
      severity: severityOf(board, state, graded, now),
      isConfirmed: isWitnessedTwice(board, state),
      sites: [site],
      startedAt,
      dueAt: firstDueAt(board, startedAt, now),
    },
    now,
  );
  if (isSite) record.memory.isSite = true;
  setSlotEnd(record, view.slotEndsAt);
  board.causeDue.set(record.incident.id, record.memory.dueAt);
  if (dark) board.log.event(record, 'dark', now, { site });
  return record;
}

/** A meter, half of the UPSs together, or the only UPS that there is. */
function isOfWholeSite(board: Board, { summary }: SiteState, now: number): boolean {
  if (isSiteWithoutMains(summary, policyMs(board, 'siteWindow'))) return true;
  const isWarmingUp = now - board.startedAt < WARM_UP_MS;
  const upsCount = isWarmingUp ? summary.upsCount : summary.liveUpsCount;
  return upsCount === 1 && summary.lost.length === 1;
}

function isWitnessedTwice(board: Board, { summary }: SiteState): boolean {
  return summary.lost.length > 1 || isSiteWithoutMains(summary, policyMs(board, 'siteWindow'));
}

function joinDevices(
  board: Board,
  record: IncidentRecord,
  { site, facts }: SiteState,
  alarms: readonly BookedAlarm[],
  now: number,
): void {
  for (const booked of alarms) {
    if (!isShown(booked.alarm)) continue;
    board.log.joinDevice(record, site, deviceOf(booked.alarm), now);
    board.book.assign(booked, record.incident.id);
  }
  for (const meter of facts) {
    if (meter.kind !== 'power' || !meter.registered || meter.isSilent) continue;
    if (meter.input !== 'lost') continue;
    board.log.joinDevice(record, site, meter.id, now);
    if (record.memory.hasMeter === true) continue;
    record.memory.hasMeter = true;
    board.log.touch(record);
  }
}

function classify(board: Board, record: IncidentRecord, state: SiteState, now: number): void {
  const { incident, memory } = record;
  const { summary, site } = state;
  if (summary.lostSince !== undefined && summary.lostSince < memory.startedAt) {
    memory.startedAt = summary.lostSince;
    memory.lastStartAt = summary.lostSince;
    board.log.touch(record);
  }
  if (memory.isSite !== true && isOfWholeSite(board, state, now)) {
    memory.isSite = true;
    board.log.touch(record);
    if (incident.class === 'device') {
      board.log.setClass(record, 'site', now);
      recause(board, record, state, now);
    }
  }
  if (isWitnessedTwice(board, state)) board.log.confirm(record, now);
  const dark = isDark(board, site);
  if (dark === (record.incident.class === 'site_dark')) return;
  board.log.setClass(record, dark ? 'site_dark' : memory.isSite ? 'site' : 'device', now);
  board.log.event(record, dark ? 'dark' : 'heard_again', now, { site });
}

function carry(board: Board, record: IncidentRecord, { site, summary }: SiteState, now: number) {
  const { memory } = record;
  const wasCarried = memory.isCarried ?? false;
  const isCarried = isCarriedNow(memory, summary, wasCarried);
  if (isCarried === wasCarried) return;
  memory.isCarried = isCarried;
  board.log.event(record, isCarried ? 'generator_carries' : 'generator_ended', now, { site });
}

/** A person's word counts where no meter tells of mains; what was is so until somebody says otherwise. */
function isCarriedNow({ evidence }: Memory, summary: SiteSummary, wasCarried: boolean): boolean {
  if (summary.isOnGenerator) return true;
  if (summary.meter !== undefined) return false;
  if (evidence !== undefined) return evidence.type === 'generator_connected';
  return wasCarried && !summary.hasLiveMeter;
}

function recause(board: Board, record: IncidentRecord, state: SiteState, now: number): void {
  const view = causeNow(board, record, state, now);
  setSlotEnd(record, view.slotEndsAt);
  board.log.setCause(record, view.cause, now);
}

function grade(board: Board, record: IncidentRecord, state: SiteState, now: number): void {
  const { memory } = record;
  const { slotEndsAt, cause } = record.incident;
  if (memory.isEndangered !== true && isEndangered(board, state, slotEndsAt, now)) {
    memory.isEndangered = true;
    board.log.touch(record);
  }
  const { worstMarginSeconds } = state.summary;
  if (worstMarginSeconds !== undefined) record.incident.worstMarginSeconds = worstMarginSeconds;
  const severity = severityOf(
    board,
    state,
    {
      class: record.incident.class,
      cause,
      slotEndsAt,
      isEndangered: memory.isEndangered ?? false,
    },
    now,
  );
  board.log.setSeverity(record, severity, now);
  if (severity === 'critical') markCritical(board, record, state.site, now);
}

/** Silence never ends an incident: what was lost when last heard is lost. */
function isHeld(board: Board, record: IncidentRecord, state: SiteState): boolean {
  const { memory, devices } = record;
  const { summary, site } = state;
  if (isOtherwiseLost(board, state)) return true;
  const isAlarmed = onBatteryAlarms(board, state).some(
    ({ alarm }) => isShown(alarm) || devices.has(`${site}/${deviceOf(alarm)}`),
  );
  if (isAlarmed || summary.lost.some(({ id }) => devices.has(`${site}/${id}`))) return true;
  if (summary.meter !== undefined) return false;
  if (memory.evidence?.type === 'generator_connected') return true;
  return (
    memory.hasMeter === true &&
    summary.hasMeter &&
    !summary.isMeterBack &&
    memory.evidence?.type !== 'mains_returned'
  );
}

function endWhereOver(board: Board, record: IncidentRecord, state: SiteState, now: number): void {
  const { summary, site } = state;
  board.endings.delete(site);
  if (isHeld(board, record, state)) return;
  if (summary.hasWitness && !summary.hasMains) return;
  const endsAt = record.memory.hasMeter ? summary.meterMainsSince + METER_HOLD_MS : now;
  if (now < endsAt) board.endings.set(site, endsAt);
  else endIncident(board, record, now);
}

function siteOutage(record: IncidentRecord | undefined): Condition {
  if (record === undefined || !isOut(record)) {
    return { truth: 'inactive', reason: 'site_with_mains' };
  }
  if (record.memory.isCarried === true) {
    return { truth: 'active', reason: 'generator_carries_site' };
  }
  const reason = record.incident.isConfirmed ? 'site_without_mains' : 'site_unconfirmed';
  return { truth: 'active', reason };
}
