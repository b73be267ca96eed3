import { describe, expect, it } from 'vitest';
import type { ScannerState } from '../../../src/contract/scanner-state.ts';
import { type DeviceWatch, newDeviceWatch } from '../../../src/domain/watch/device-watch.ts';
import { lateMark, liveMark, measuredAt } from '../../../src/pipeline/ledger-mark.ts';
import { START, sampleOf } from '../../support/sample.ts';

describe('a live word of a UPS or a supply', () => {
  it.each(['mains', 'test', 'unknown'] as const)('is its verdict: %s', (input) => {
    expect(liveMark({ ...newDeviceWatch('ups'), input }, {})).toBe(input);
  });

  it('tells a load that is gone from one on battery', () => {
    const watch: DeviceWatch = { ...newDeviceWatch('ups'), input: 'lost' };
    expect(liveMark(watch, {})).toBe('lost');
    if (watch.ups !== undefined) watch.ups.isOff = true;
    expect(liveMark(watch, {})).toBe('off');
  });

  it('tells of the generator that carries the site', () => {
    const watch: DeviceWatch = { ...newDeviceWatch('power'), input: 'lost' };
    expect(liveMark(watch, { 'ats.position': 'generator' })).toBe('generator');
    expect(liveMark(watch, { 'ats.position': 'mains' })).toBe('lost');
  });
});

describe('a live word of a scanner', () => {
  const markOf = (state: ScannerState | undefined, isProperlyOff = false) => {
    const watch = newDeviceWatch('scanner');
    if (watch.scanner !== undefined) Object.assign(watch.scanner, { state, isProperlyOff });
    return liveMark(watch, {});
  };

  it('tells a scanner that was switched off from one that lost its supply', () => {
    expect(markOf('off', true)).toBe('planned_off');
    expect(markOf('off', false)).toBe('off');
  });

  it('counts maintenance as planned, and every other state as on', () => {
    expect(markOf('maintenance')).toBe('planned_off');
    expect(markOf('scanning')).toBe('on');
    expect(markOf(undefined)).toBe('unknown');
  });
});

describe('a late word', () => {
  it.each([
    ['OL', 'mains'],
    ['OL CHRG', 'mains'],
    ['OB DISCHRG', 'lost'],
    ['OB OFF', 'off'],
    ['OB CAL', 'test'],
    ['BYPASS', 'unknown'],
    [7, 'unknown'],
    [undefined, 'unknown'],
  ])('of a UPS, %s, is read alone: %s', (status, mark) => {
    expect(lateMark('ups', { 'ups.status': status })).toBe(mark);
  });

  it.each([
    [true, undefined, 'mains'],
    [false, 'generator', 'generator'],
    [false, undefined, 'lost'],
    [undefined, 'generator', 'unknown'],
  ])('of a supply, mains %s and switch %s: %s', (isPresent, position, mark) => {
    const metrics = { 'mains.present': isPresent, 'ats.position': position };
    expect(lateMark('power', metrics)).toBe(mark);
  });

  it.each([
    ['off', 'planned_off'],
    ['maintenance', 'planned_off'],
    ['ready', 'on'],
    [undefined, 'unknown'],
  ])('of a scanner, %s: %s', (state, mark) => {
    expect(lateMark('scanner', { state })).toBe(mark);
  });
});

describe('when it was measured', () => {
  const sample = sampleOf({ ts: START, receivedAt: START + 4000 });

  it('is what the device says, less what its clock is off', () => {
    expect(measuredAt(sample, undefined)).toBe(START);
    expect(measuredAt(sample, 1000)).toBe(START - 1000);
  });

  it('is not yet to come', () => {
    expect(measuredAt(sample, -3_600_000)).toBe(START + 4000);
  });

  it('is the receipt where the device has no time', () => {
    expect(measuredAt({ ...sample, hasOwnTime: false }, 1000)).toBe(START + 4000);
  });
});
