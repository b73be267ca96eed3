import type { Condition, Rule, Subject } from '../../src/domain/alarm/rule-shape.ts';
import type { DeviceWatch } from '../../src/domain/watch/device-watch.ts';

const MAINS: Condition = { truth: 'inactive', reason: 'returned_to_mains' };
const UNKNOWN: Condition = { truth: 'unknown' };

function flagsOf({ values }: Subject): string[] {
  return `${values['ups.status']}`.split(' ');
}

function onBattery(subject: Subject): Condition {
  const flags = flagsOf(subject);
  if (flags.includes('CAL')) return UNKNOWN;
  if (flags.includes('OB')) return { truth: 'active', reason: 'on_battery' };
  return flags.includes('OL') ? MAINS : UNKNOWN;
}

function critical(subject: Subject): Condition {
  const flags = flagsOf(subject);
  if (!flags.includes('OB')) return flags.includes('OL') ? MAINS : UNKNOWN;
  if (flags.includes('LB')) return { truth: 'active', reason: 'on_battery_and_low' };
  return { truth: 'inactive', reason: 'battery_no_longer_low' };
}

/** A plain rule of a UPS: its alarm stands while the UPS says `OB`. */
export function alarmRule(changes: Partial<Rule> = {}): Rule {
  return {
    code: 'UPS_ON_BATTERY',
    kind: 'ups',
    severity: 'major',
    isLatched: false,
    isShelvable: true,
    onDelayMs: 0,
    offDelayMs: 60_000,
    metric: 'ups.status',
    evaluate: onBattery,
    ...changes,
  };
}

/** UPS_ON_BATTERY and UPS_CRITICAL (on battery and low). */
export function alarmRules(changes: Partial<Rule> = {}): readonly Rule[] {
  const severe = { code: 'UPS_CRITICAL', severity: 'critical', evaluate: critical } as const;
  return [alarmRule(changes), alarmRule({ ...severe, ...changes })];
}

/** `krakivets/ups-1` that says `status`. */
export function alarmSubject(status: string, ts: number, changes: Partial<Subject> = {}): Subject {
  return {
    site: 'krakivets',
    device: 'ups-1',
    kind: 'ups',
    ts,
    values: { 'ups.status': status },
    config: undefined,
    watch: {} as DeviceWatch,
    ...changes,
  };
}
