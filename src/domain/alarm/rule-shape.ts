import type { AlarmCode, Severity, TransitionReason } from '../../contract/alarm.ts';
import type { DeviceConfig } from '../../contract/config.ts';
import type { Kind } from '../../contract/kind.ts';
import type { MetricValue } from '../../contract/metric.ts';
import type { DeviceWatch } from '../watch/device-watch.ts';

/**
 * A condition's current truth, with the reason by name. `unknown` neither raises nor clears: return to
 * normal needs known values. `severity` where the case at hand is worse or milder than the rule's.
 */
export type Condition =
  | {
      truth: 'active';
      reason: TransitionReason;
      value?: number | string;
      limit?: number | string;
      severity?: Severity;
    }
  | { truth: 'inactive'; reason: TransitionReason }
  | { truth: 'unknown' };

/**
 * A device's current values, as the rules see them; `ts` is the device's time (ms since 1970 UTC), and
 * `watch` what its earlier samples have shown.
 */
export interface Subject {
  site: string;
  device: string;
  kind: Kind;
  ts: number;
  values: Readonly<Record<string, MetricValue>>;
  config: DeviceConfig | undefined;
  watch: DeviceWatch;
}

/** When a condition becomes an alarm and stops being one (ms), and what may be done to the alarm. */
export interface Rule {
  code: AlarmCode;
  /** Rules of a site, and of what is above it, are judged by the correlation. */
  kind: Kind | 'site' | 'above';
  severity: Severity;
  isLatched: boolean;
  isShelvable: boolean;
  onDelayMs: number;
  offDelayMs: number;
  /** An alarm that still waits for an answer, or was only acknowledged, asks again after this. */
  reAlarmMs?: number;
  /** The metric whose value is shown with the alarm, where the condition names no other. */
  metric?: string;
  /** `isStanding` lets a rule apply its deadband: the alarm it would clear stands. */
  evaluate(subject: Subject, isStanding: boolean): Condition;
}

/**
 * Whose alarm it is, as `alarmSchema` names it: a device's, a site's own, or above a site (`site` is `*`).
 * `ts` is the time of the source (ms since 1970 UTC).
 */
export interface Target {
  site: string;
  device?: string;
  region?: string;
  ts?: number;
}
