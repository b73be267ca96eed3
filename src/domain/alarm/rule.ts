import type { AlarmCode, Severity, TransitionReason } from '../../contract/alarm.ts';
import type { Kind } from '../../contract/kind.ts';
import type { MetricValue } from '../../contract/metric.ts';
import { decodeUpsStatus } from '../../contract/ups-status.ts';

/**
 * A condition's current truth, with the reason by name. `unknown` neither raises nor clears: return to
 * normal needs known values.
 */
export type Condition =
  | { truth: 'active'; reason: TransitionReason }
  | { truth: 'inactive'; reason: TransitionReason }
  | { truth: 'unknown' };

/** When a rule's condition becomes an alarm and stops being one (ms). */
export interface Rule {
  code: AlarmCode;
  kind: Kind;
  severity: Severity;
  isLatched: boolean;
  onDelayMs: number;
  offDelayMs: number;
  /** The metric whose value is shown with the alarm. */
  metric: string;
  evaluate(values: Readonly<Record<string, MetricValue>>): Condition;
}

const UNKNOWN: Condition = { truth: 'unknown' };
const MAINS: Condition = { truth: 'inactive', reason: 'returned_to_mains' };

function flagsOf(values: Readonly<Record<string, MetricValue>>): ReadonlySet<string> {
  const status = values['ups.status'];
  return decodeUpsStatus(typeof status === 'string' ? status : '');
}

/** Source = battery (RFC 1628 upsOutputSource 5); a runtime calibration is not an outage. */
function onBattery(values: Readonly<Record<string, MetricValue>>): Condition {
  const flags = flagsOf(values);
  if (flags.has('OB')) {
    return flags.has('CAL') ? UNKNOWN : { truth: 'active', reason: 'on_battery' };
  }
  return flags.has('OL') ? MAINS : UNKNOWN;
}

/** The load will drop: a forced shutdown, or on battery and low. Low battery alone is not (NUT upsmon). */
function critical(values: Readonly<Record<string, MetricValue>>): Condition {
  const flags = flagsOf(values);
  if (flags.has('FSD')) return { truth: 'active', reason: 'forced_shutdown' };
  if (flags.has('OB') && flags.has('LB')) return { truth: 'active', reason: 'on_battery_and_low' };
  if (flags.has('OB')) return { truth: 'inactive', reason: 'battery_no_longer_low' };
  return flags.has('OL') ? MAINS : UNKNOWN;
}

/** The grid flaps on its return: an alarm ends only after mains has held this long (ms). */
export const DEFAULT_OFF_DELAY_MS = 60_000;

const ups = { kind: 'ups', isLatched: false, onDelayMs: 0, metric: 'ups.status' } as const;

/** The rules of a fleet, with the off-delay of its configuration (ms). */
export function rulesWith(offDelayMs: number = DEFAULT_OFF_DELAY_MS): readonly Rule[] {
  return [
    { ...ups, code: 'UPS_ON_BATTERY', severity: 'major', offDelayMs, evaluate: onBattery },
    { ...ups, code: 'UPS_CRITICAL', severity: 'critical', offDelayMs, evaluate: critical },
  ];
}
