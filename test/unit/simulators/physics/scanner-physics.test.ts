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

  it('needs 5 to 15 minutes of its pump to be sound enough after a night without', () => {
    for (const dtSeconds of [0.25, 60]) {
      const linac = new Linac({ heaterHours: 0, beamHours: 0 });
      linac.step(12 * 3600, { isHeaterOn: false, isBeamOn: false, isPumped: false });
      let steps = 0;
      while (linac.pumpMicroamps > 50 && steps * dtSeconds < 3600) {
        linac.step(dtSeconds, { isHeaterOn: true, isBeamOn: false, isPumped: true });
        steps += 1;
      }
      expect((steps * dtSeconds) / 60).toBeGreaterThanOrEqual(5);
      expect((steps * dtSeconds) / 60).toBeLessThanOrEqual(15);
    }
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

  it('follows the great circle: north of the parallel between two places on it', () => {
    const ends = [
      { lat: 50, lon: 22 },
      { lat: 50, lon: 32 },
    ] as const;
    const route = createRoute(ends, { averageKmh: 60 });
    const middle = route.positionAt(route.durationSeconds / 2);
    // On the sphere, tan(lat of the middle) = tan(50°)/cos(half of the difference in longitude).
    const lat =
      (Math.atan(Math.tan((50 * Math.PI) / 180) / Math.cos(Math.PI / 36)) * 180) / Math.PI;
    expect(middle.lat).toBeCloseTo(lat, 9);
    expect(middle.lon).toBeCloseTo(27, 9);
  });

  it('takes the same time for every kilometre, over all its legs', () => {
    const stops = [krakivets, yahodyn, { lat: 46.38, lon: 30.02 }, { lat: 45.45, lon: 28.21 }];
    const route = createRoute(stops, { averageKmh: 60 });
    let drivenKm = 0;
    for (let minute = 1; minute <= route.durationSeconds / 60; minute++) {
      const before = route.positionAt((minute - 1) * 60);
      drivenKm += distanceKm(before, route.positionAt(minute * 60));
    }
    // A kilometre a minute; the two corners are cut, and the last minute is not whole.
    expect(route.lengthKm - drivenKm).toBeGreaterThanOrEqual(0);
    expect(route.lengthKm - drivenKm).toBeLessThan(2);
  });

  it('stays where it is when it has one point, or two that are the same', () => {
    for (const points of [[krakivets], [krakivets, krakivets]]) {
      const route = createRoute(points, { averageKmh: 60 });
      expect(route.durationSeconds).toBe(0);
      expect(route.positionAt(0)).toEqual(krakivets);
    }
    expect(() => createRoute([], { averageKmh: 60 })).toThrow(RangeError);
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

  it('never lasts just as long as another: a cut of a region does not take masts in one moment', () => {
    const random = createRandom(6, 'mast');
    const hours = Array.from({ length: 5001 }, () => mastHours(random));
    expect(new Set(hours).size).toBe(hours.length);
  });

  it.each([0.025, 1, 60])('lasts as long in steps of %f s', (dtSeconds) => {
    const hours = mastHours(createRandom(7, 'mast'));
    const mast = new Mast(createRandom(7, 'mast'));
    let steps = 0;
    while (mast.isUp && steps * dtSeconds < 40_000) {
      mast.step(dtSeconds, { isMainsPresent: false, ambientC: 25 });
      steps += 1;
    }
    expect(Math.abs((steps * dtSeconds) / 3600 / hours - 1)).toBeLessThan(0.005);
  });

  it('is heard at −85 dBm, give or take 4, and never beyond what a modem can say', () => {
    const mast = new Mast(createRandom(8, 'mast'));
    const heard = Array.from({ length: 20_000 }, () => {
      mast.step(60, { isMainsPresent: true, ambientC: 25 });
      return mast.rssi;
    });
    const mean = heard.reduce((sum, dBm) => sum + dBm, 0) / heard.length;
    const square = heard.reduce((sum, dBm) => sum + (dBm - mean) ** 2, 0) / heard.length;
    expect(Math.abs(mean / -85 - 1)).toBeLessThan(0.03);
    expect(Math.abs(Math.sqrt(square) / 4 - 1)).toBeLessThan(0.03);
    expect(Math.min(...heard)).toBeGreaterThanOrEqual(-120);
    expect(Math.max(...heard)).toBeLessThanOrEqual(-40);
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
