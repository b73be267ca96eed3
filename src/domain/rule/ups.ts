import type { Condition, Rule, Subject } from '../alarm/rule-shape.ts';
import { upsFlags } from '../watch/ups-input.ts';
import {
  above,
  type Definition,
  ENDED,
  metricOf,
  numberOf,
  RETURNED,
  UNKNOWN,
  WITHIN,
} from './definition.ts';

/** Source = battery (RFC 1628 upsOutputSource 5), by the verdict on the UPS's input. */
const onBattery: Rule['evaluate'] = ({ watch }) => {
  if (watch.input === 'lost') return { truth: 'active', reason: watch.inputReason };
  return watch.input === 'mains' && !watch.isSilent ? RETURNED : UNKNOWN;
};

const NO_LONGER_LOW: Condition = { truth: 'inactive', reason: 'battery_no_longer_low' };

/**
 * The load will drop or has dropped: a forced shutdown, on battery and low, silent on battery, or `OFF`
 * for longer than its delay (NUT upsmon, OFFDURATION). Low battery alone is not (nut#2347).
 */
const critical: Rule['evaluate'] = ({ values, watch, config }) => {
  if (watch.isSilentOnBattery && config !== undefined)
    return { truth: 'active', reason: 'silent_on_battery' };
  if (watch.isSilent) return UNKNOWN;
  const flags = upsFlags(values);
  if (flags.has('FSD')) return { truth: 'active', reason: 'forced_shutdown' };
  if (watch.ups?.isOff) return { truth: 'active', reason: 'output_off' };
  if (watch.input === 'mains') return RETURNED;
  if (watch.input !== 'lost') return UNKNOWN;
  if (flags.has('LB')) return { truth: 'active', reason: 'on_battery_and_low' };
  // A return that is not believed makes no battery less low.
  return watch.ups?.claim === undefined ? NO_LONGER_LOW : UNKNOWN;
};

/** The margin is worth a word only while it is being used up. */
const marginBelow =
  (reason: 'margin_low' | 'margin_gone', limitSeconds: (share: number, safe: number) => number) =>
  ({ limit, deadband }: { limit: number; deadband: number }): Rule['evaluate'] =>
  ({ watch }, isStanding) => {
    const { input, margin, isSilent } = watch;
    if (input === 'mains' && !isSilent) return RETURNED;
    if (input !== 'lost' || margin === undefined) return UNKNOWN;
    const { marginSeconds, safeShutdownSeconds } = margin;
    const seconds = limitSeconds(limit, safeShutdownSeconds);
    const deadbandSeconds = isStanding ? limitSeconds(deadband, safeShutdownSeconds) : 0;
    if (marginSeconds > seconds + deadbandSeconds) {
      return { truth: 'inactive', reason: 'margin_enough' };
    }
    const value = Math.round(marginSeconds);
    return { truth: 'active', reason, value, limit: Math.round(seconds) };
  };

/** What a UPS must have said of its input for the absence of a flag to mean anything. */
function saysItsInput(flags: ReadonlySet<string>): boolean {
  return flags.has('OL') || flags.has('OB');
}

const overload: Definition['evaluator'] = (limits) => {
  const measured = above(metricOf('ups.load'))(limits);
  return (subject, isStanding) => {
    const flags = upsFlags(subject.values);
    const load = measured(subject, isStanding);
    if (load.truth === 'active') return { ...load, reason: 'overloaded' };
    if (flags.has('OVER')) return { truth: 'active', reason: 'overloaded' };
    return load.truth === 'unknown' && saysItsInput(flags) ? WITHIN : load;
  };
};

const bypass: Rule['evaluate'] = ({ values }) => {
  const flags = upsFlags(values);
  if (flags.has('BYPASS')) return { truth: 'active', reason: 'on_bypass' };
  return saysItsInput(flags) ? ENDED : UNKNOWN;
};

/** Texts of `ups.alarm` that other rules speak of. */
const TOLD_ELSEWHERE =
  /on battery|low battery|battery (is )?low|deplet|replace|battery (is )?bad|overload|bypass|test|communication|input|shutdown|temperature/i;
const IS_FAULT = /fault|fail|error|short|internal/i;

/** `ALARM` with a text that names a fault, or none that another alarm covers. */
const fault: Rule['evaluate'] = ({ values }) => {
  const flags = upsFlags(values);
  const text = values['ups.alarm'];
  const isTold = typeof text === 'string' && TOLD_ELSEWHERE.test(text) && !IS_FAULT.test(text);
  if (flags.has('ALARM') && !isTold) {
    return {
      truth: 'active',
      reason: 'general_fault',
      ...(typeof text === 'string' ? { value: text } : {}),
    };
  }
  return saysItsInput(flags) ? ENDED : UNKNOWN;
};

/** Whether the charger works: by its own status, else by the flag of a UPS that is known to use it. */
function isCharging({ values, watch }: Subject): boolean | undefined {
  const charger = values['battery.charger.status'];
  if (charger !== undefined) return charger === 'charging' || charger === 'floating';
  if (upsFlags(values).has('CHRG')) return true;
  return watch.ups?.saysCharging ? false : undefined;
}

const charger: Definition['evaluator'] =
  ({ limit }) =>
  (subject) => {
    const charge = numberOf(subject, 'battery.charge');
    if (subject.watch.input !== 'mains' || charge === undefined) return UNKNOWN;
    if (charge >= limit) return ENDED;
    const isWorking = isCharging(subject);
    if (isWorking === undefined) return UNKNOWN;
    return isWorking ? ENDED : { truth: 'active', reason: 'not_charging', value: charge, limit };
  };

/** Done with a failure, in the words of NUT's drivers or of RFC 1628 (doneError). */
const TEST_FAILED = /fail|error|bad/i;

const replace: Definition['evaluator'] =
  ({ limit, deadband }) =>
  ({ values, watch }, isStanding) => {
    const flags = upsFlags(values);
    const result = values['ups.test.result'];
    const health = watch.batteryHealthPercent;
    if (flags.has('RB')) return { truth: 'active', reason: 'replace_battery' };
    if (typeof result === 'string' && TEST_FAILED.test(result)) {
      return { truth: 'active', reason: 'test_failed', value: result };
    }
    if (health !== undefined && health < (isStanding ? limit + deadband : limit)) {
      return { truth: 'active', reason: 'below_limit', value: Math.round(health), limit };
    }
    return saysItsInput(flags) ? ENDED : UNKNOWN;
  };

const kinds = ['ups'] as const;
const metric = 'ups.status';

export const upsDefinitions: readonly Definition[] = [
  {
    ...{ code: 'UPS_ON_BATTERY', severity: 'major', kinds, onDelay: 0, offDelay: 60, metric },
    hasSilentTruth: true,
    evaluator: () => onBattery,
  },
  {
    ...{ code: 'UPS_CRITICAL', severity: 'critical', kinds, onDelay: 0, offDelay: 60, metric },
    hasSilentTruth: true,
    evaluator: () => critical,
  },
  {
    ...{ code: 'UPS_MARGIN_LOW', severity: 'major', kinds, onDelay: 10, offDelay: 60 },
    hasSilentTruth: true,
    evaluator: marginBelow('margin_low', (share, safe) => share * safe),
  },
  {
    ...{ code: 'SHUTDOWN_NOW', severity: 'critical', kinds, onDelay: 0, offDelay: 60 },
    hasSilentTruth: true,
    evaluator: marginBelow('margin_gone', (seconds) => seconds),
  },
  {
    ...{ code: 'UPS_OVERLOAD', severity: 'major', kinds, onDelay: 10, offDelay: 10 },
    metric: 'ups.load',
    evaluator: overload,
  },
  {
    ...{ code: 'UPS_BYPASS', severity: 'major', kinds, onDelay: 60, offDelay: 10, metric },
    evaluator: () => bypass,
  },
  {
    ...{ code: 'UPS_FAULT', severity: 'critical', kinds, onDelay: 0, offDelay: 10, metric },
    evaluator: () => fault,
  },
  {
    ...{ code: 'UPS_CHARGER', severity: 'major', kinds, onDelay: 600, offDelay: 60 },
    metric: 'battery.charge',
    evaluator: charger,
  },
  {
    ...{ code: 'BATT_TEMP', severity: 'minor', kinds, onDelay: 300, offDelay: 60 },
    metric: 'battery.temperature',
    evaluator: above(metricOf('battery.temperature')),
  },
  {
    // Cheap units say RB now and then for nothing (nut#2347).
    ...{ code: 'BATT_REPLACE', severity: 'minor', kinds, onDelay: 300, offDelay: 300, metric },
    evaluator: replace,
  },
];
