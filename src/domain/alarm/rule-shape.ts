import type { AlarmCode, Severity, TransitionReason } from '../../contract/alarm.ts';
import type { DeviceConfig } from '../../contract/config.ts';
import type { Kind } from '../../contract/kind.ts';
import type { MetricValue } from '../../contract/metric.ts';
import type { DeviceWatch } from '../watch/device-watch.ts';

/**
 * A condition's current truth, with the reason by name. `unknown` neither raises nor clears: return to
 * normal needs known values.
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

/** A device as the rules see it; `ts` is the device's time (ms since 1970 UTC). */
export interface Subject {
  site: string;
  device: string;
  kind: Kind;
  ts: number;
  values: Readonly<Record<string, MetricValue>>;
  config: DeviceConfig | undefined;
  watch: DeviceWatch;
}

/** When a rule's condition becomes an alarm and stops being one (ms). */
export interface Rule {
  code: AlarmCode;
  /** Of a site and of what is above one, the correlation tells the truth. */
  kind: Kind | 'site' | 'above';
  severity: Severity;
  isLatched: boolean;
  isShelvable: boolean;
  onDelayMs: number;
  offDelayMs: number;
  reAlarmMs?: number;
  /** The metric whose value is shown with the alarm, where the condition gives none. */
  metric?: string;
  /** `isStanding` moves a limit by its deadband. */
  evaluate(subject: Subject, isStanding: boolean): Condition;
}

/** What an alarm is of: a device, a site, a region or everything (`site` is `*`). */
export interface Target {
  site: string;
  device?: string;
  region?: string;
  ts?: number;
}
