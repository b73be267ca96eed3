import { describe, expect, it } from 'vitest';
import type { AlarmCode } from '../../../../src/contract/alarm.ts';
import { DEFAULT_OFF_DELAY_MS, rulesWith } from '../../../../src/domain/alarm/rule.ts';

function conditionOf(code: AlarmCode, values: Record<string, string | number>) {
  return rulesWith()
    .find((rule) => rule.code === code)
    ?.evaluate(values);
}

const active = (reason: string) => ({ truth: 'active', reason });
const inactive = (reason: string) => ({ truth: 'inactive', reason });
const unknown = { truth: 'unknown' };

describe.each([
  {
    status: 'OL',
    onBattery: inactive('returned_to_mains'),
    critical: inactive('returned_to_mains'),
  },
  {
    status: 'OL CHRG LB',
    onBattery: inactive('returned_to_mains'),
    critical: inactive('returned_to_mains'),
  },
  { status: 'OB', onBattery: active('on_battery'), critical: inactive('battery_no_longer_low') },
  { status: 'OB LB', onBattery: active('on_battery'), critical: active('on_battery_and_low') },
  { status: 'OB CAL', onBattery: unknown, critical: inactive('battery_no_longer_low') },
  { status: 'OB LB CAL', onBattery: unknown, critical: active('on_battery_and_low') },
  {
    status: 'OL CAL',
    onBattery: inactive('returned_to_mains'),
    critical: inactive('returned_to_mains'),
  },
  {
    status: 'OL FSD',
    onBattery: inactive('returned_to_mains'),
    critical: active('forced_shutdown'),
  },
  { status: 'FSD OB LB', onBattery: active('on_battery'), critical: active('forced_shutdown') },
  { status: 'LB', onBattery: unknown, critical: unknown },
  { status: 'WAIT', onBattery: unknown, critical: unknown },
  { status: '', onBattery: unknown, critical: unknown },
])('a UPS that says "$status"', ({ status, onBattery, critical }) => {
  it(`is on battery: ${onBattery.truth}`, () => {
    expect(conditionOf('UPS_ON_BATTERY', { 'ups.status': status })).toEqual(onBattery);
  });

  it(`is critical: ${critical.truth}`, () => {
    expect(conditionOf('UPS_CRITICAL', { 'ups.status': status })).toEqual(critical);
  });
});

it.each([{}, { 'ups.status': 7 }])('knows nothing without a status in %j', (values) => {
  expect(conditionOf('UPS_ON_BATTERY', values)).toEqual(unknown);
  expect(conditionOf('UPS_CRITICAL', values)).toEqual(unknown);
});

it('raises both at once and clears them after the off-delay of the configuration', () => {
  const delays = rulesWith(5000).map(({ onDelayMs, offDelayMs }) => ({ onDelayMs, offDelayMs }));
  expect(delays).toEqual([
    { onDelayMs: 0, offDelayMs: 5000 },
    { onDelayMs: 0, offDelayMs: 5000 },
  ]);
  expect(rulesWith().every((rule) => rule.offDelayMs === DEFAULT_OFF_DELAY_MS)).toBe(true);
});
