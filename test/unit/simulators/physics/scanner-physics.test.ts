import { describe, expect, it } from 'vitest';
import { stepWater } from '../../../../simulators/physics/chiller.ts';
import { Linac, magnetronLifeHours } from '../../../../simulators/physics/linac.ts';
import { Mast, mastHours } from '../../../../simulators/physics/mast.ts';
import { createRoute, distanceKm } from '../../../../simulators/physics/route.ts';
import { createRandom } from '../../../../simulators/random.ts';

describe('chiller', () => {
  it('comes within a third of the way in one time constant of eight minutes', () => {
    const water = stepWater(38, 480, { isPumpOn: true, targetC: 28, heatKw: 3 });
    expect((water - 28) / 10).toBeCloseTo(Math.exp(-1), 6);
  });

  it('does the same in one step and in many', () => {
    const loop = { isPumpOn: true, targetC: 28, heatKw: 3 };
    let water = 38;
    for (let step = 0; step < 2400; step++) water = stepWater(water, 0.25, loop);
    expect(water).toBeCloseTo(stepWater(38, 600, loop), 9);
  });

  it('warms by 0.54 K a minute when it stands still under 3 kW', () => {
    const water = stepWater(28, 60, { isPumpOn: false, targetC: 28, heatKw: 3 });
    expect(Math.abs((water - 28) / 0.54 - 1)).toBeLessThan(0.03);
  });
});

describe('linac', () => {
  it('counts the heater’s and the beam’s hours apart', () => {
    const linac = new Linac({ heaterHours: 100, beamHours: 10 });
    linac.step(3600, { isHeaterOn: true, isBeamOn: false, isPumped: true });
    linac.step(1800, { isHeaterOn: true, isBeamOn: true, isPumped: true });
    linac.step(3600, { isHeaterOn: false, isBeamOn: false, isPumped: true });
    expect(linac.heaterHours).toBeCloseTo(101.5, 9);
    expect(linac.beamHours).toBeCloseTo(10.5, 9);
  });

  it('has lost its vacuum after an hour without its pump, and recovers within the hour', () => {
    const linac = new Linac({ heaterHours: 0, beamHours: 0 });
    expect(linac.pumpMicroamps).toBe(3);
    linac.step(3600, { isHeaterOn: false, isBeamOn: false, isPumped: false });
    expect(linac.pumpMicroamps).toBeGreaterThan(50);
    linac.step(3600, { isHeaterOn: false, isBeamOn: false, isPumped: true });
    expect(linac.pumpMicroamps).toBeLessThan(4);
  });

  it('has magnetrons that last 3000 hours in the median, of Weibull’s shape 2', () => {
    const random = createRandom(5, 'magnetron');
    const lives = Array.from({ length: 20_000 }, () => magnetronLifeHours(random)).sort(
      (a, b) => a - b,
    );
    const median = lives[10_000] ?? 0;
    expect(Math.abs(median / 3000 - 1)).toBeLessThan(0.03);
    // F(t) = 1 − 2^−(t/median)²: at twice the median 1/16 is left.
    const left = lives.filter((life) => life > 6000).length / lives.length;
    expect(Math.abs(left * 16 - 1)).toBeLessThan(0.1);
  });
});

describe('a drive', () => {
  const krakivets = { lat: 49.96, lon: 23.12 };
  const yahodyn = { lat: 51.19, lon: 23.83 };

  it('goes from one place to the other at its mean speed', () => {
    const route = createRoute([krakivets, yahodyn], { averageKmh: 55 });
    expect(route.lengthKm).toBeCloseTo(145.8, 0);
    expect(route.durationSeconds).toBeCloseTo((route.lengthKm / 55) * 3600, 6);
    expect(route.positionAt(-5)).toEqual(krakivets);
    expect(route.positionAt(route.durationSeconds + 5)).toEqual(yahodyn);
    const middle = route.positionAt(route.durationSeconds / 2);
    expect(distanceKm(krakivets, middle) / route.lengthKm).toBeCloseTo(0.5, 2);
  });

  it('measures a degree of latitude as 111.2 km', () => {
    expect(distanceKm({ lat: 49, lon: 24 }, { lat: 50, lon: 24 })).toBeCloseTo(111.195, 2);
  });
});

describe('mast', () => {
  it('lasts 1.5 to 10 hours, 4 in the median', () => {
    const random = createRandom(6, 'mast');
    const hours = Array.from({ length: 5001 }, () => mastHours(random)).sort((a, b) => a - b);
    expect(hours[0]).toBeGreaterThanOrEqual(1.5);
    expect(hours.at(-1)).toBeLessThanOrEqual(10);
    expect(Math.abs((hours[2500] ?? 0) / 4 - 1)).toBeLessThan(0.03);
  });

  it('dies sooner in frost, and is up again soon after mains is back', () => {
    const secondsUp = (ambientC: number) => {
      const mast = new Mast(createRandom(7, 'mast'));
      let seconds = 0;
      while (mast.isUp && seconds < 50_000) {
        mast.step(10, { isMainsPresent: false, ambientC });
        seconds += 10;
      }
      return { mast, seconds };
    };
    const mild = secondsUp(25);
    expect(secondsUp(-15).seconds / mild.seconds).toBeCloseTo(0.6, 1);
    mild.mast.step(60, { isMainsPresent: true, ambientC: 25 });
    expect(mild.mast.isUp).toBe(false);
    mild.mast.step(90, { isMainsPresent: true, ambientC: 25 });
    expect(mild.mast.isUp).toBe(true);
  });
});
