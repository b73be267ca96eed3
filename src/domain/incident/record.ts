import type { AlarmCode, Severity, TransitionReason } from '../../contract/alarm.ts';
import type {
  Evidence,
  Incident,
  IncidentCause,
  IncidentClass,
  IncidentEventType,
} from '../../contract/incident.ts';

/** What an incident is of; its class may change, this does not. */
export type Scope = 'power' | 'device' | 'comms' | 'platform' | 'region' | 'wide_area';

/** What was material when somebody was told last (`at` ms since 1970 UTC). */
export interface Told {
  at: number;
  class: IncidentClass;
  severity: Severity;
  cause: IncidentCause;
  sites: number;
  criticalSites: number;
}

/** What of an incident is remembered beside what is public (times in ms since 1970 UTC). */
export interface Memory {
  scope: Scope;
  /** One incident of a key is open at a time. */
  key: string;
  /** When its cause began: the first loss of mains, of a parent the first of its children's. */
  startedAt: number;
  /** Of a parent the newest begin of its children. */
  lastStartAt: number;
  /** When somebody is told of it first. */
  dueAt: number;
  told?: Told;
  /** The revision of the last event that a person must have seen before taking it. */
  seenRevision: number;
  /** A site is without mains, not a device alone. It stays so until the end. */
  isSite?: boolean;
  /** The battery will not last for the announced slot. It stays so until the end. */
  isEndangered?: boolean;
  /** A generator carries the site. */
  isCarried?: boolean;
  /** A supply meter saw the loss. */
  hasMeter?: boolean;
  /** What was testified last. */
  evidence?: { type: Evidence; at: number };
  /** Sites that became critical. */
  criticalSites: string[];
}

export interface IncidentRecord {
  incident: Incident;
  readonly memory: Memory;
  /** Keys of `incident.devices` and `incident.sites`, for membership. */
  readonly devices: Set<string>;
  readonly sites: Set<string>;
}

/** What an event says beside its type. */
export interface EventDetail {
  site?: string;
  device?: string;
  to?: string;
  actor?: string;
  isActorVerified?: boolean;
  text?: string;
  evidence?: Evidence;
  commandId?: string;
}

/** Events that say nothing which changes what taking the incident means. */
export const QUIET_EVENTS: ReadonlySet<IncidentEventType> = new Set<IncidentEventType>([
  'device_added',
  'site_restored',
  'note',
  'notified',
]);

/** A condition's current truth, as the engine of alarms takes it. */
export type Condition =
  | { truth: 'active'; reason: TransitionReason }
  | { truth: 'inactive'; reason: TransitionReason }
  | { truth: 'unknown' };

/** What an alarm is of; the site of what is above a site is `*`. */
export interface Target {
  site: string;
  region?: string;
}

/** The truth of an alarm of a site, a region or everything. */
export interface ConditionChange {
  code: AlarmCode;
  target: Target;
  condition: Condition;
}

export const PRIORITY = { critical: 1, major: 2, minor: 3, warning: 4 } as const;

/** The more severe of the two. */
export function worse(a: Severity, b: Severity): Severity {
  return PRIORITY[a] <= PRIORITY[b] ? a : b;
}

export function isOpen(record: IncidentRecord | undefined): record is IncidentRecord {
  return record !== undefined && record.incident.state !== 'resolved';
}

/** It is of a whole site without mains, so it counts towards its region. */
export function isOut(record: IncidentRecord | undefined): boolean {
  if (!isOpen(record)) return false;
  return record.memory.isSite === true || record.incident.class === 'site_dark';
}

/** The only site of an incident that is of one site. */
export function siteOf(record: IncidentRecord): string {
  return record.incident.sites[0] ?? '*';
}
