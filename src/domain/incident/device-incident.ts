import type { Alarm, Severity } from '../../contract/alarm.ts';
import {
  ABOVE_DEVICE,
  type BookedAlarm,
  deviceOf,
  isActive,
  isShown,
  isStanding,
  POWER_JOINS,
} from './alarm-book.ts';
import { type Board, firstDueAt } from './board.ts';
import { endIncident } from './ending.ts';
import { isOfSilenceAlone } from './intents.ts';
import { type IncidentRecord, isOpen, worse } from './record.ts';
import type { SiteState } from './site-states.ts';
import { PLATFORM_FAULT_ID } from './suppressions.ts';

/** Gives each alarm of a site its incident, and ends the incidents of which no alarm stands. */
export function assessAlarms(board: Board, state: SiteState, now: number): void {
  endComms(board, state, now);
  for (const booked of board.book.of(state.site)) {
    if (!isActive(booked.alarm) || isAtHome(board, booked)) continue;
    const home = homeOf(board, booked.alarm, state, now);
    if (home === undefined) continue;
    board.book.assign(booked, home.incident.id);
    if (booked.alarm.device !== undefined && home.memory.scope !== 'platform') {
      board.log.joinDevice(home, state.site, booked.alarm.device, now);
    }
  }
  for (const record of state.deviceIncidents) gradeDevice(board, state, record, now);
  absorbComms(board, state, now);
}

/** Of the platform's fault; what stands at each site because of it follows by `assessAlarms`. */
export function assessPlatform(board: Board, now: number): void {
  const booked = board.book.get('*', PLATFORM_FAULT_ID);
  const current = board.log.openOf('platform', '');
  if (booked === undefined || !isActive(booked.alarm)) {
    if (current !== undefined) endIncident(board, current, now);
    return;
  }
  if (current !== undefined || !isShown(booked.alarm)) return;
  const silent = [...board.sites.all()].filter(({ silence }) => silence === 'silent');
  const record = board.log.begin(
    {
      scope: 'platform',
      subject: '',
      class: 'platform',
      cause: 'unknown',
      severity: booked.alarm.severity,
      isConfirmed: true,
      sites: silent.map(({ site }) => site),
      startedAt: now,
      dueAt: firstDueAt(board, now, now),
    },
    now,
  );
  board.book.assign(booked, record.incident.id);
}

/** Its incident is open, or it ended with an incident that is not appended to. */
function isAtHome(board: Board, { alarm, incidentId }: BookedAlarm): boolean {
  if (incidentId === undefined) return false;
  return isOpen(board.log.record(incidentId)) || POWER_JOINS.has(alarm.code);
}

function homeOf(
  board: Board,
  alarm: Alarm,
  state: SiteState,
  now: number,
): IncidentRecord | undefined {
  const { log } = board;
  const power = log.openOf('power', state.site);
  if (alarm.code === 'UPS_ON_BATTERY') return undefined;
  if (alarm.code === 'SITE_OUTAGE' || alarm.code === 'SITE_DARK') return power;
  const sourceId = board.suppressions.sourceOf(alarm, state);
  if (sourceId !== undefined) return incidentOfSource(board, sourceId, state);
  if (!isShown(alarm)) return undefined;
  if (alarm.code === 'COMMS_LOSS') return openComms(board, alarm, now);
  if (ABOVE_DEVICE.has(alarm.code) || !isRegistered(state, deviceOf(alarm))) return undefined;
  if (power !== undefined && POWER_JOINS.has(alarm.code)) return power;
  const isSilenceOpen = state.silence === 'silent' || state.silence === 'unheard';
  if (alarm.code === 'DEV_SILENT' && isSilenceOpen) return undefined;
  if (alarm.severity !== 'critical' && alarm.severity !== 'major') return undefined;
  return log.openOf('device', subjectOf(alarm)) ?? openDevice(board, alarm, state, now);
}

function incidentOfSource(
  board: Board,
  sourceId: string,
  { site }: SiteState,
): IncidentRecord | undefined {
  if (sourceId === PLATFORM_FAULT_ID) return board.log.openOf('platform', '');
  if (sourceId === `${site}.COMMS_LOSS`) return board.log.openOf('comms', site);
  return sourceId === `${site}.SITE_DARK` ? board.log.openOf('power', site) : undefined;
}

function subjectOf(alarm: Alarm): string {
  return `${alarm.site}/${deviceOf(alarm)}`;
}

function isRegistered({ facts }: SiteState, device: string): boolean {
  return facts.some(({ id, registered }) => registered && id === device);
}

function openDevice(board: Board, alarm: Alarm, state: SiteState, now: number): IncidentRecord {
  const record = board.log.begin(
    { scope: 'device', subject: subjectOf(alarm), class: 'device', ...seedOf(board, alarm, now) },
    now,
  );
  state.deviceIncidents.add(record);
  return record;
}

function openComms(board: Board, alarm: Alarm, now: number): IncidentRecord {
  const seed = { ...seedOf(board, alarm, now), cause: 'unknown' as const };
  return (
    board.log.openOf('comms', alarm.site) ??
    board.log.begin({ scope: 'comms', subject: alarm.site, class: 'comms', ...seed }, now)
  );
}

function seedOf(board: Board, alarm: Alarm, now: number) {
  const startedAt = Math.min(alarm.raisedAt, now);
  return {
    cause: 'local' as const,
    severity: alarm.severity,
    isConfirmed: true,
    sites: [alarm.site],
    startedAt,
    dueAt: firstDueAt(board, startedAt, now),
  };
}

function gradeDevice(board: Board, state: SiteState, record: IncidentRecord, now: number): void {
  const standing = [...board.book.members(record.incident.id)]
    .map(({ alarm }) => alarm)
    .filter(isStanding);
  if (standing.length === 0) {
    state.deviceIncidents.delete(record);
    endIncident(board, record, now);
    return;
  }
  const severities = standing.filter(isShown).map(({ severity }) => severity);
  const severity = severities.reduce<Severity>(worse, severities[0] ?? record.incident.severity);
  board.log.setSeverity(record, severity, now);
  if (record.incident.parentId !== undefined) return;
  const parent = parentFor(board, state, record, standing);
  if (parent !== undefined) board.log.absorb(parent, record, now);
}

/** What is of power alone belongs to the site's outage, silence alone to the site's silence. */
function parentFor(
  board: Board,
  { site, silence }: SiteState,
  record: IncidentRecord,
  standing: readonly Alarm[],
): IncidentRecord | undefined {
  const { log, book } = board;
  const power = log.openOf('power', site);
  if (standing.every(({ code }) => POWER_JOINS.has(code))) return power;
  if (!isOfSilenceAlone(board, record)) return undefined;
  if (book.isActive(site, `${site}.SITE_DARK`)) return power;
  return (
    log.openOf('comms', site) ?? (silence === 'silent' ? log.openOf('platform', '') : undefined)
  );
}

function endComms(board: Board, { site }: SiteState, now: number): void {
  const record = board.log.openOf('comms', site);
  if (record === undefined || board.book.isActive(site, `${site}.COMMS_LOSS`)) return;
  endIncident(board, record, now);
}

function absorbComms(board: Board, { site }: SiteState, now: number): void {
  const record = board.log.openOf('comms', site);
  const platform = board.log.openOf('platform', '');
  if (record === undefined || platform === undefined) return;
  if (record.incident.parentId === undefined) board.log.absorb(platform, record, now);
}
