import { describe, expect, it } from 'vitest';
import { stepCharge } from '../../../../simulators/physics/battery.ts';
import { followRuntime } from '../../../../src/domain/runtime/follow.ts';
import { newRuntimeMemory, type RuntimeMemory } from '../../../../src/domain/runtime/memory.ts';
import type { UpsReading } from '../../../../src/domain/runtime/reading.ts';
import { rechargeForecast } from '../../../../src/domain/runtime/recharge.ts';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 0, 1);
const quiet: UpsReading = { ts: START, input: 'mains', isLow: false, isOff: false };

/** Charges from 10 % for so many hours, `rate` times as fast as the simulators' charger. */
function charge(memory: RuntimeMemory, hours: number, rate = 1): number {
  let left = 0.1;
  for (let minute = 0; minute <= 60 * hours; minute++) {
    const ts = START + 60_000 * minute;
    followRuntime(memory, { ...quiet, ts, charge: 100 * left }, {});
    left = stepCharge(left, 60 * rate);
  }
  return left;
}

describe('the forecast of a recharge', () => {
  it.each([4, 8])('after %i hours from 10 %% is that of the physics', (hours) => {
    const memory = newRuntimeMemory();
    followRuntime(memory, { ...quiet, charge: 10 }, {});
    const truth = 100 * charge(newRuntimeMemory(), hours);
    const made = rechargeForecast(memory, START + hours * HOUR_MS) ?? 0;
    expect(Math.abs(made - truth)).toBeLessThan(2);
  });

  it('learns how fast this charger is', () => {
    const memory = newRuntimeMemory();
    charge(memory, 5, 0.5);
    const truth = 100 * charge(newRuntimeMemory(), 9, 0.5);
    expect(memory.chargeRate).toBeCloseTo(0.5, 1);
    expect(Math.abs((rechargeForecast(memory, START + 9 * HOUR_MS) ?? 0) - truth)).toBeLessThan(3);
  });

  it('ends full, stays where no time goes by, and is unknown on battery or without a charge', () => {
    const memory = newRuntimeMemory();
    expect(rechargeForecast(memory, START)).toBeUndefined();
    followRuntime(memory, quiet, {});
    expect(rechargeForecast(memory, START)).toBeUndefined();
    followRuntime(memory, { ...quiet, ts: START + 1, charge: 60 }, {});
    expect(rechargeForecast(memory, START)).toBe(60);
    expect(rechargeForecast(memory, START + 400 * HOUR_MS)).toBe(100);
    followRuntime(memory, { ...quiet, ts: START + 2, charge: 55 }, {});
    expect(memory.charging).toEqual({ ts: START + 2, charge: 55 });
    followRuntime(memory, { ...quiet, ts: START + 3, charge: 90 }, {});
    expect(memory.charging).toBeUndefined();
    followRuntime(memory, { ...quiet, ts: START + 4, charge: 60, input: 'lost' }, {});
    expect(rechargeForecast(memory, START + HOUR_MS)).toBeUndefined();
  });
});
