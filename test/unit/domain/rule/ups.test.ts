import { describe, expect, it } from 'vitest';
import type { AlarmCode } from '../../../../src/contract/alarm.ts';
import type { MetricValue } from '../../../../src/contract/metric.ts';
import { active, inactive, truthOf, unknown } from '../../../support/conditions.ts';
import { Watched } from '../../../support/watched.ts';

const ups = (metrics: Record<string, MetricValue> | string = 'OL') =>
  new Watched('ups').say(metrics);
const returned = inactive('returned_to_mains');
const ended = inactive('condition_ended');

describe.each([
  { status: 'OL', onBattery: returned, critical: returned },
  { status: 'OL CHRG LB', onBattery: returned, critical: returned },
  { status: 'OB', onBattery: active('on_battery'), critical: inactive('battery_no_longer_low') },
  { status: 'OB LB', onBattery: active('on_battery'), critical: active('on_battery_and_low') },
  { status: 'OB CAL', onBattery: unknown, critical: unknown },
  { status: 'OB LB CAL', onBattery: unknown, critical: unknown },
  { status: 'OL CAL', onBattery: returned, critical: returned },
  { status: 'OL FSD', onBattery: returned, critical: active('forced_shutdown') },
  {
    status: 'FSD OB LB',
    onBattery: active('on_battery'),
    critical: active('forced_shutdown'),
  },
  { status: 'LB', onBattery: unknown, critical: unknown },
  { status: 'WAIT', onBattery: unknown, critical: unknown },
  { status: '', onBattery: unknown, critical: unknown },
])('a UPS that says "$status"', ({ status, onBattery, critical }) => {
  it(`is on battery: ${onBattery.truth}`, () => {
    expect(truthOf('UPS_ON_BATTERY', ups(status))).toEqual(onBattery);
  });

  it(`is critical: ${critical.truth}`, () => {
    expect(truthOf('UPS_CRITICAL', ups(status))).toEqual(critical);
  });
});

describe('on battery and critical', () => {
  it('say why the input counts as lost', () => {
    const tested = ups('OL').pass(5).say({ 'ups.status': 'OB CAL', 'input.voltage': 0 });
    expect(truthOf('UPS_ON_BATTERY', tested)).toEqual(active('test_out_of_bounds'));
    const discharged = ups({ 'ups.status': 'OL DISCHRG', 'input.voltage': 0 });
    expect(truthOf('UPS_ON_BATTERY', discharged)).toEqual(active('discharging_on_mains'));
  });

  it('stay as they are while a return is not believed', () => {
    const watched = ups('OB LB').pass(5).say({ 'ups.status': 'OL', 'input.voltage': 0 });
    expect(truthOf('UPS_ON_BATTERY', watched)).toEqual(active('on_battery'));
    expect(truthOf('UPS_CRITICAL', watched)).toEqual(unknown);
    watched.say({ 'ups.status': 'OL LB' });
    expect(truthOf('UPS_CRITICAL', watched)).toEqual(active('on_battery_and_low'));
  });

  it('assume the worst of a silence on battery, and nothing of one on mains', () => {
    const lost = ups('OB').pass(20);
    expect(truthOf('UPS_ON_BATTERY', lost)).toEqual(active('on_battery'));
    expect(truthOf('UPS_CRITICAL', lost)).toEqual(active('silent_on_battery'));
    const fed = ups('OL').pass(20);
    expect(truthOf('UPS_ON_BATTERY', fed)).toEqual(unknown);
    expect(truthOf('UPS_CRITICAL', fed)).toEqual(unknown);
  });

  it('take OFF for a lost load after its delay', () => {
    const watched = ups('OL OFF');
    expect(truthOf('UPS_CRITICAL', watched)).toEqual(returned);
    watched.go(30, 'OL OFF');
    expect(truthOf('UPS_CRITICAL', watched)).toEqual(active('output_off'));
    expect(truthOf('UPS_CRITICAL', watched.say('OL'))).toEqual(returned);
  });
});

describe('the margin above a safe shutdown', () => {
  const withMargin = (marginSeconds: number, status = 'OB') => {
    const watched = ups(status);
    watched.watch.margin = { marginSeconds, safeShutdownSeconds: 480, runtimeSeconds: 900 };
    return watched;
  };

  it.each([
    [300, false, inactive('margin_enough')],
    [239.6, false, active('margin_low', { value: 240, limit: 240 })],
    [280, true, active('margin_low', { value: 280, limit: 240 })],
    [289, true, inactive('margin_enough')],
  ])('of %d s (standing: %s) is low: %j', (margin, isStanding, condition) => {
    expect(truthOf('UPS_MARGIN_LOW', withMargin(margin), isStanding)).toEqual(condition);
  });

  it.each([
    [61, false, inactive('margin_enough')],
    [60, false, active('margin_gone', { value: 60, limit: 60 })],
    [-30, false, active('margin_gone', { value: -30, limit: 60 })],
    [110, true, active('margin_gone', { value: 110, limit: 60 })],
    [121, true, inactive('margin_enough')],
  ])('of %d s (standing: %s) is gone: %j', (margin, isStanding, condition) => {
    expect(truthOf('SHUTDOWN_NOW', withMargin(margin), isStanding)).toEqual(condition);
  });

  it('counts in silence too, as long as the input is lost', () => {
    expect(truthOf('SHUTDOWN_NOW', withMargin(30).pass(20))).toMatchObject({ truth: 'active' });
  });

  it('is no matter on mains, and unknown in a test, in silence or without a forecast', () => {
    expect(truthOf('SHUTDOWN_NOW', withMargin(30, 'OL'))).toEqual(returned);
    expect(truthOf('SHUTDOWN_NOW', withMargin(30, 'OL').pass(20))).toEqual(unknown);
    expect(truthOf('SHUTDOWN_NOW', withMargin(30, 'OB CAL'))).toEqual(unknown);
    expect(truthOf('SHUTDOWN_NOW', ups('OB'))).toEqual(unknown);
  });
});

describe.each<[AlarmCode, Record<string, MetricValue>, boolean, object]>([
  ['UPS_OVERLOAD', { 'ups.load': 101 }, false, active('overloaded', { value: 101, limit: 100 })],
  ['UPS_OVERLOAD', { 'ups.load': 97 }, true, active('overloaded', { value: 97, limit: 100 })],
  ['UPS_OVERLOAD', { 'ups.load': 97 }, false, inactive('within_limits')],
  ['UPS_OVERLOAD', { 'ups.status': 'OL OVER' }, false, active('overloaded')],
  ['UPS_OVERLOAD', { 'ups.status': 'OL OVER', 'ups.load': 50 }, false, active('overloaded')],
  ['UPS_OVERLOAD', { 'ups.status': 'OL' }, true, inactive('within_limits')],
  ['UPS_OVERLOAD', { 'ups.status': 'WAIT' }, true, unknown],
  ['UPS_BYPASS', { 'ups.status': 'OL BYPASS' }, false, active('on_bypass')],
  ['UPS_BYPASS', { 'ups.status': 'OB' }, true, ended],
  ['UPS_BYPASS', { 'ups.status': 'WAIT' }, true, unknown],
  ['UPS_FAULT', { 'ups.status': 'OL ALARM' }, false, active('general_fault')],
  [
    'UPS_FAULT',
    { 'ups.status': 'OL ALARM', 'ups.alarm': 'Inverter fault' },
    false,
    active('general_fault', { value: 'Inverter fault' }),
  ],
  ['UPS_FAULT', { 'ups.status': 'OL ALARM', 'ups.alarm': 'Replace battery!' }, false, ended],
  [
    'UPS_FAULT',
    { 'ups.status': 'OL ALARM', 'ups.alarm': 'On bypass; fan failure' },
    false,
    active('general_fault', { value: 'On bypass; fan failure' }),
  ],
  ['UPS_FAULT', { 'ups.status': 'OL', 'ups.alarm': 'Inverter fault' }, true, ended],
  ['UPS_FAULT', { 'ups.status': '' }, true, unknown],
  [
    'BATT_TEMP',
    { 'battery.temperature': 36 },
    false,
    active('above_limit', { value: 36, limit: 35 }),
  ],
  [
    'BATT_TEMP',
    { 'battery.temperature': 34 },
    true,
    active('above_limit', { value: 34, limit: 35 }),
  ],
  ['BATT_TEMP', { 'battery.temperature': 34 }, false, inactive('within_limits')],
  ['BATT_TEMP', { 'battery.temperature': 33 }, true, inactive('within_limits')],
  ['BATT_TEMP', {}, true, unknown],
  ['BATT_REPLACE', { 'ups.status': 'OL RB' }, false, active('replace_battery')],
  [
    'BATT_REPLACE',
    { 'ups.test.result': 'Done and error' },
    false,
    active('test_failed', { value: 'Done and error' }),
  ],
  ['BATT_REPLACE', { 'ups.status': 'OL', 'ups.test.result': 'Done and passed' }, true, ended],
  ['BATT_REPLACE', { 'ups.test.result': 'Aborted' }, true, unknown],
])('%s with %j (standing: %s)', (code, metrics, isStanding, condition) => {
  it(`is ${JSON.stringify(condition)}`, () => {
    expect(truthOf(code, new Watched('ups').say(metrics), isStanding)).toEqual(condition);
  });

  it('is unknown in silence', () => {
    const watched = new Watched('ups').say(metrics).pass(20);
    expect(truthOf(code, watched, isStanding)).toEqual(unknown);
  });
});

describe('the state of health', () => {
  it.each([
    [79.6, false, active('below_limit', { value: 80, limit: 80 })],
    [81, true, active('below_limit', { value: 81, limit: 80 })],
    [82, true, ended],
    [80, false, ended],
  ])('of %d %% (standing: %s) asks for a new battery: %j', (health, isStanding, condition) => {
    const watched = ups('OL');
    watched.watch.batteryHealthPercent = health;
    expect(truthOf('BATT_REPLACE', watched, isStanding)).toEqual(condition);
  });
});

describe('a charger', () => {
  it.each([
    ['resting', active('not_charging', { value: 80, limit: 99 })],
    ['discharging', active('not_charging', { value: 80, limit: 99 })],
    ['charging', ended],
    ['floating', ended],
  ])('that is %s below full is %j', (status, condition) => {
    const metrics = { 'battery.charger.status': status, 'battery.charge': 80 };
    expect(truthOf('UPS_CHARGER', ups('OL').say(metrics))).toEqual(condition);
  });

  it('is judged by CHRG where it has ever said that', () => {
    const silent = ups({ 'ups.status': 'OL', 'battery.charge': 80 });
    expect(truthOf('UPS_CHARGER', silent)).toEqual(unknown);
    expect(truthOf('UPS_CHARGER', silent.say('OL CHRG'))).toEqual(ended);
    expect(truthOf('UPS_CHARGER', silent.say('OL'))).toMatchObject(active('not_charging'));
  });

  it('is not judged at full charge, without mains or without a charge', () => {
    const full = { 'battery.charger.status': 'resting', 'battery.charge': 99 };
    expect(truthOf('UPS_CHARGER', ups('OL').say(full))).toEqual(ended);
    expect(truthOf('UPS_CHARGER', ups('OB').say(full))).toEqual(unknown);
    expect(truthOf('UPS_CHARGER', ups('OL'))).toEqual(unknown);
  });
});
