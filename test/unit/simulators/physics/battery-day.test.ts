import { describe, expect, it } from 'vitest';
import { floatLifeYears, REPLACE_AT, stepAgeing } from '../../../../simulators/physics/ageing.ts';
import {
  type Battery,
  discharge,
  inverterEfficiency,
  runtimeSeconds,
  stepCharge,
  stepDischarge,
} from '../../../../simulators/physics/battery.ts';
import { createRuntimeEstimate } from '../../../../simulators/physics/runtime-estimate.ts';

const fresh: Battery = {
  capacityAh: 65,
  blocks: 32,
  ratedKw: 36,
  stateOfHealth: 1,
  temperatureC: 25,
};

/** Runs the string down second by second from `charge`; minutes and what is left of the charge. */
function runDown(kw: number, charge: number, battery: Battery) {
  let left = charge;
  let seconds = 0;
  while (seconds < 100_000 && !discharge(kw, left, battery).isExhausted) {
    left = stepDischarge(left, kw, 1, battery);
    seconds += 1;
  }
  return { minutes: seconds / 60, left };
}

function chargeFor(hours: number, charge: number): number {
  let now = charge;
  for (let minute = 0; minute < hours * 60; minute++) now = stepCharge(now, 60);
  return now;
}

/** Within 3 % of the figure that the model was made for. */
function expectNear(measured: number, figure: number): void {
  expect(Math.abs(measured / figure - 1), `${measured} against ${figure}`).toBeLessThanOrEqual(
    0.03,
  );
}

describe('a day of cuts', () => {
  it('ratchets: four hours off and four on bring a full discharge back to 38 %, then 11 minutes', () => {
    const first = runDown(24, 1, fresh);
    expectNear(first.minutes, 31);
    const charge = chargeFor(4, first.left);
    expectNear(charge, 0.38);
    expectNear(runDown(24, charge, fresh).minutes, 11);
  });

  it('charges the same in steps of a fortieth of a second and of a minute', () => {
    for (const dtSeconds of [0.025, 1, 60]) {
      let charge = 0.1;
      for (let step = 0; step < (8 * 3600) / dtSeconds; step++) {
        charge = stepCharge(charge, dtSeconds);
      }
      expectNear(charge, 0.83);
    }
  });

  it.each([0.025, 1, 60])('discharges the same in steps of %f s', (dtSeconds) => {
    let charge = 1;
    for (let step = 0; step < 1200 / dtSeconds; step++) {
      charge = stepDischarge(charge, 24, dtSeconds, fresh);
    }
    expectNear(runtimeSeconds(charge, 24, fresh), runtimeSeconds(1, 24, fresh) - 1200);
  });

  it('holds 15 of its 31 minutes at 60 % of health, and 116 when scanning stops', () => {
    expectNear(runDown(24, 1, { ...fresh, stateOfHealth: 0.6 }).minutes, 15);
    expectNear(runDown(8, 1, fresh).minutes, 116);
  });

  it('gains at most 8 % from warmth, and loses 1 %/K in the cold', () => {
    const capacity = (temperatureC: number) => {
      const full = { ...fresh, temperatureC };
      // Under a light load the voltage hardly matters: runtime goes with capacity to the power of k.
      return (runtimeSeconds(1, 1, full) / runtimeSeconds(1, 1, fresh)) ** (1 / 1.2);
    };
    expectNear(capacity(60), 1.08);
    expect(capacity(60)).toBeCloseTo(capacity(50), 6);
    expectNear(capacity(15), 0.9);
  });

  it('is converted at 0.91 at a fifth of the load and 0.945 from half of it', () => {
    expectNear(inverterEfficiency(0.2 * 36, 36), 0.91);
    for (const share of [0.5, 0.75, 1]) expectNear(inverterEfficiency(share * 36, 36), 0.945);
  });
});

describe('ageing', () => {
  it('halves the life with every ten degrees', () => {
    expect(floatLifeYears(35) / floatLifeYears(25)).toBeCloseTo(0.5, 9);
    expect(floatLifeYears(45) / floatLifeYears(25)).toBeCloseTo(0.25, 9);
  });

  it('brings a string to replacement in just that life', () => {
    let health = 1;
    const days = Math.round(floatLifeYears(30) * 365.25);
    for (let day = 0; day < days; day++) health = stepAgeing(health, 30, 86_400);
    expectNear(health, REPLACE_AT);
  });
});

describe('the estimate that a UPS reports', () => {
  const estimate = createRuntimeEstimate(fresh);

  it('is within 3 % of it from a fifth of the charge, whatever the load and the string', () => {
    for (const type of [fresh, { ...fresh, capacityAh: 33, blocks: 20, ratedKw: 9 }]) {
      const tell = createRuntimeEstimate(type);
      for (let charge = 0.2; charge <= 1; charge += 0.037) {
        for (let kw = 0.02 * type.ratedKw; kw <= 1.3 * type.ratedKw; kw *= 1.11) {
          expectNear(tell(charge, kw), runtimeSeconds(charge, kw, type));
        }
      }
    }
  });

  it.each([
    [1, 8],
    [1, 24],
    [0.7, 12],
    [0.5, 18],
    [0.33, 36],
    [0.2, 24],
  ])('at charge %f and %i kW is the model’s for a new string', (charge, kw) => {
    expectNear(estimate(charge, kw), runtimeSeconds(charge, kw, fresh));
  });

  it('is optimistic for an aged string and for a cold one', () => {
    const aged = runtimeSeconds(1, 24, { ...fresh, stateOfHealth: 0.6 });
    const cold = runtimeSeconds(1, 24, { ...fresh, temperatureC: 0 });
    expect(estimate(1, 24)).toBeGreaterThan(1.9 * aged);
    expect(estimate(1, 24)).toBeGreaterThan(1.3 * cold);
  });

  it('never leaves what the contract allows', () => {
    for (const charge of [0, 0.001, 1]) {
      for (const kw of [0.001, 0.6, 36, 500]) {
        expect(estimate(charge, kw)).toBeGreaterThanOrEqual(0);
        expect(estimate(charge, kw)).toBeLessThanOrEqual(172_800);
      }
    }
  });
});
