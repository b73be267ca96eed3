import type {
  Alarm,
  AlarmChange,
  AlarmEvent,
  Severity,
  TransitionReason,
} from '../../contract/alarm.ts';
import type { Rule, Target } from './rule-shape.ts';

/** A change of a condition that waits for its delay; times in ms since 1970 UTC. */
export interface Delay {
  event: 'RAISE' | 'CLEAR';
  dueAt: number;
  /** It lasts no longer than this, however our clock is set. */
  delayMs: number;
  reason: TransitionReason;
  severity: Severity;
  value?: number | string;
  limit?: number | string;
  /** The device's time when it first said so. */
  sourceTs?: number;
}

/** What of an alarm is not shown; JSON, every deadline absolute (ms since 1970 UTC). */
export interface Hidden {
  delay?: Delay;
  reAlarmAt?: number;
  /** When its condition last came and went: three at most, the newest last. */
  flips?: readonly number[];
  shelvedAt?: number;
  /** The last step that a person took of this occurrence, and the version that it made. */
  person?: { event: AlarmEvent; by: string; at: number; version: number };
}

/** An alarm with all that decides its next step. */
export interface AlarmRecord {
  alarm: Alarm;
  hidden: Hidden;
}

/** What a step needs to know of its rule. */
export type Settings = Pick<
  Rule,
  'severity' | 'isLatched' | 'onDelayMs' | 'offDelayMs' | 'reAlarmMs'
>;

/** The rule and the moment of a step; `now` in ms since 1970 UTC. */
export interface Context {
  settings: Settings;
  now: number;
}

/** A record after a step, and the transitions that led there; mostly none. */
export type Step = readonly [AlarmRecord, readonly AlarmChange[]];

export const priorityOf: Record<Severity, Alarm['priority']> = {
  critical: 1,
  major: 2,
  minor: 3,
  warning: 4,
};

/** `site.device.CODE`, `site.CODE`, `*.region.CODE` or `*.CODE`. */
export function alarmIdOf({ site, device, region }: Target, code: Alarm['code']): string {
  const owner = device ?? region;
  return owner === undefined ? `${site}.${code}` : `${site}.${owner}.${code}`;
}

/** An alarm that has never been raised: version 0. */
export function newRecord(
  target: Target,
  { code, severity }: Pick<Rule, 'code' | 'severity'>,
  now: number,
): AlarmRecord {
  const { site, device, region } = target;
  const alarm: Alarm = {
    id: alarmIdOf(target, code),
    code,
    site,
    ...(device === undefined ? {} : { device }),
    ...(region === undefined ? {} : { region }),
    severity,
    priority: priorityOf[severity],
    state: 'NORM',
    suppression: 'none',
    occurrence: 0,
    version: 0,
    raisedAt: now,
    changedAt: now,
    reason: 'within_limits',
  };
  return { alarm, hidden: {} };
}
