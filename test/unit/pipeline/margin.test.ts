import { describe, expect, it, test } from 'vitest';
import type { ScannerState } from '../../../src/contract/scanner-state.ts';
import { newDeviceWatch } from '../../../src/domain/watch/device-watch.ts';
import { type FedScanner, marginOf, readingOf } from '../../../src/pipeline/margin.ts';
import { START } from '../../support/sample.ts';

const expected = { runtimeSeconds: 1800, low: 1500, high: 2000, method: 'reported' } as const;

const scanner = (state: ScannerState | undefined, safeShutdownSeconds = 480): FedScanner => ({
  id: 's',
  poweredBy: ['ups-1'],
  isMobile: false,
  safeShutdownSeconds,
  state,
});

const margin = (fed: readonly FedScanner[], values = {}) => marginOf({ expected, values, fed });

describe('a margin', () => {
  it('is what the forecast leaves above the longest safe shutdown', () => {
    expect(margin([scanner('ready'), scanner('scanning', 600)])).toEqual({
      marginSeconds: 1200,
      safeShutdownSeconds: 600,
      runtimeSeconds: 1800,
    });
  });

  it('is less by what the UPS keeps for itself', () => {
    expect(margin([scanner('ready')], { 'battery.runtime.low': 120 })?.marginSeconds).toBe(1200);
  });

  it('counts a scanner that was not heard as one that is to be shut down', () => {
    expect(margin([scanner(undefined)])?.marginSeconds).toBe(1320);
  });

  it.each(['off', 'maintenance'] as const)('leaves one out that is in state %s', (state) => {
    expect(margin([scanner(state, 600), scanner('ready')])?.marginSeconds).toBe(1320);
    expect(margin([scanner(state)])).toMatchObject({ marginSeconds: Infinity });
  });

  it('asks of one in standby only what is left of its shutdown', () => {
    expect(margin([scanner('standby', 600)])?.marginSeconds).toBe(1620);
    expect(margin([scanner('standby', 60)])?.marginSeconds).toBe(1740);
  });

  it('is none without a forecast, or where nothing is fed', () => {
    expect(marginOf({ expected: undefined, values: {}, fed: [scanner('ready')] })).toBeUndefined();
    expect(margin([])).toBeUndefined();
  });
});

test('a reading has the numbers that a UPS gives, and nothing of what it does not', () => {
  const watch = newDeviceWatch('ups');
  const values = {
    'ups.status': 'OB LB OFF',
    'battery.charge': 40,
    'battery.runtime': 'a while',
    'ups.realpower': 1200,
  };
  expect(readingOf(values, { ...watch, input: 'lost' }, START)).toEqual({
    ts: START,
    input: 'lost',
    isLow: true,
    isOff: true,
    charge: 40,
    realpowerW: 1200,
  });
  expect(readingOf({}, watch, START)).toEqual({
    ts: START,
    input: 'unknown',
    isLow: false,
    isOff: false,
  });
});
