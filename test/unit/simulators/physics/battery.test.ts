import { describe, expect, it } from 'vitest';
import {
  type Battery,
  discharge,
  inverterEfficiency,
  runtimeSeconds,
  stepCharge,
  stepDischarge,
} from '../../../../simulators/physics/battery.ts';

/** Digits for `toBeCloseTo`: half of 10^−1.4 is 2 %. */
const TWO_PER_CENT = 1.4;

const fresh: Battery = {
  capacityAh: 65,
  blocks: 32,
  ratedKw: 36,
  stateOfHealth: 1,
  temperatureC: 25,
};

/** Runs a full string down second by second, independently of the forecast's own integration. */
function minutesToCutoff(kw: number, battery: Battery): number {
  let charge = 1;
  let seconds = 0;
  while (seconds < 200_000 && !discharge(kw, charge, battery).isExhausted) {
    charge = stepDischarge(charge, kw, 1, battery);
    seconds += 1;
  }
  return seconds / 60;
}

describe('battery', () => {
  it.each([
    [8, 116],
    [12, 72],
    [18, 44],
    [24, 31],
    [36, 18],
  ])('carries %i kW for %i minutes', (kw, minutes) => {
    expect(runtimeSeconds(1, kw, fresh) / 60 / minutes).toBeCloseTo(1, TWO_PER_CENT);
    expect(minutesToCutoff(kw, fresh) / minutes).toBeCloseTo(1, TWO_PER_CENT);
  });

  it('holds less in the cold and when aged', () => {
    expect(runtimeSeconds(1, 24, { ...fresh, temperatureC: 0 }) / 60 / 22).toBeCloseTo(
      1,
      TWO_PER_CENT,
    );
    expect(runtimeSeconds(1, 24, { ...fresh, stateOfHealth: 0.6 }) / 60 / 15).toBeCloseTo(1, 1);
  });

  it('loses charge, voltage and runtime together under a load', () => {
    let charge = 1;
    let last = { charge: 2, volts: 99, runtime: Number.POSITIVE_INFINITY };
    for (let minute = 0; minute < 28; minute++) {
      const now = {
        charge,
        volts: discharge(24, charge, fresh).blockVolts,
        runtime: runtimeSeconds(charge, 24, fresh),
      };
      expect(now.charge).toBeLessThan(last.charge);
      expect(now.volts).toBeLessThan(last.volts);
      expect(now.runtime).toBeLessThan(last.runtime);
      last = now;
      charge = stepDischarge(charge, 24, 60, fresh);
    }
  });

  it('recharges from 10 % to 47 % in four hours and to 83 % in eight', () => {
    let charge = 0.1;
    const at: number[] = [];
    for (let minute = 1; minute <= 480; minute++) {
      charge = stepCharge(charge, 60);
      if (minute % 240 === 0) at.push(Math.round(charge * 100));
    }
    expect(at).toEqual([47, 83]);
  });

  it('never charges beyond full nor discharges below empty', () => {
    expect(stepCharge(1, 3600)).toBe(1);
    expect(stepDischarge(0.01, 24, 3600, fresh)).toBe(0);
    expect(runtimeSeconds(0, 24, fresh)).toBe(0);
  });

  it('converts at 91 % of efficiency at a fifth of the load and 94.5 % at half and full', () => {
    expect(inverterEfficiency(7.2, 36)).toBeCloseTo(0.91, 2);
    expect(inverterEfficiency(18, 36)).toBeCloseTo(0.945, 2);
    expect(inverterEfficiency(36, 36)).toBeCloseTo(0.945, 2);
  });
});
