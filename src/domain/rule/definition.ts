import type { AlarmLimits } from '../../contract/alarm-limit.ts';
import type { Condition, Rule, Subject } from '../alarm/rule-shape.ts';

/** One row of the table of alarms; times in seconds. */
export interface Definition
  extends Pick<Rule, 'code' | 'severity'>,
    Partial<Pick<Rule, 'isLatched' | 'isShelvable' | 'metric'>> {
  kinds: readonly Rule['kind'][];
  onDelay: number;
  offDelay: number;
  reAlarm?: number;
  /** Its truth does not end with the device's silence: it is asked in silence too. */
  hasSilentTruth?: boolean;
  /** The rule's truth, with the limits that stand where it is used. */
  evaluator(limits: Required<AlarmLimits>): Rule['evaluate'];
}

export const UNKNOWN: Condition = { truth: 'unknown' };
export const ENDED: Condition = { truth: 'inactive', reason: 'condition_ended' };
export const WITHIN: Condition = { truth: 'inactive', reason: 'within_limits' };
export const RETURNED: Condition = { truth: 'inactive', reason: 'returned_to_mains' };

type Read = (subject: Subject) => number | undefined;

/** The number of a metric. */
export function numberOf({ values }: Subject, metric: string): number | undefined {
  const value = values[metric];
  return typeof value === 'number' ? value : undefined;
}

export const metricOf =
  (metric: string): Read =>
  (subject) =>
    numberOf(subject, metric);

/** Above its limit; standing, until it is under the limit by the deadband. */
export const above =
  (read: Read): Definition['evaluator'] =>
  ({ limit, deadband }) =>
  (subject, isStanding) => {
    const value = read(subject);
    if (value === undefined) return UNKNOWN;
    const isAbove = value > (isStanding ? limit - deadband : limit);
    return isAbove ? { truth: 'active', reason: 'above_limit', value, limit } : WITHIN;
  };

/** Below its limit; standing, until it is over the limit by the deadband. */
export const below =
  (read: Read): Definition['evaluator'] =>
  ({ limit, deadband }) =>
  (subject, isStanding) => {
    const value = read(subject);
    if (value === undefined) return UNKNOWN;
    const isBelow = value < (isStanding ? limit + deadband : limit);
    return isBelow ? { truth: 'active', reason: 'below_limit', value, limit } : WITHIN;
  };

/** Outside two limits; standing, until it is inside both by the deadband. */
export const outside =
  (read: Read): Definition['evaluator'] =>
  ({ low, high, deadband }) =>
  (subject, isStanding) => {
    const value = read(subject);
    if (value === undefined) return UNKNOWN;
    const by = isStanding ? deadband : 0;
    const isLow = value < low + by;
    if (!isLow && value <= high - by) return WITHIN;
    return { truth: 'active', reason: 'outside_limits', value, limit: isLow ? low : high };
  };
