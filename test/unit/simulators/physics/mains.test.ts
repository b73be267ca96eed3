import { describe, expect, it } from 'vitest';
import { GridFrequency, MainsVoltage } from '../../../../simulators/physics/mains.ts';
import { secondsToNextTruck } from '../../../../simulators/physics/traffic.ts';
import { createRandom } from '../../../../simulators/random.ts';

function moments(values: readonly number[], lag: number) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const of = (shift: number) =>
    values
      .slice(shift)
      .reduce((sum, value, i) => sum + (value - mean) * ((values[i] ?? mean) - mean), 0) /
    (values.length - shift);
  return { mean, sigma: Math.sqrt(of(0)), correlation: of(lag) / of(0) };
}

function voltsOf(count: number, hourOfDay: number, dtSeconds = 1): number[] {
  const mains = new MainsVoltage(createRandom(3, 'mains'));
  return Array.from({ length: count }, () => {
    mains.step(dtSeconds, hourOfDay);
    return mains.volts;
  });
}

describe('mains voltage', () => {
  it('wanders about 230 V by 2 V, and forgets in a minute', () => {
    const { mean, sigma, correlation } = moments(voltsOf(100_000, 12, 30), 2);
    expect(Math.abs(mean / 230 - 1)).toBeLessThan(0.001);
    expect(Math.abs(sigma / 2 - 1)).toBeLessThan(0.03);
    expect(Math.abs(correlation * Math.E - 1)).toBeLessThan(0.03);
  });

  it('wanders as far in steps of a second as in steps of a minute', () => {
    for (const [dtSeconds, count] of [
      [1, 200_000],
      [60, 50_000],
    ] as const) {
      expect(Math.abs(moments(voltsOf(count, 12, dtSeconds), 1).sigma / 2 - 1)).toBeLessThan(0.03);
    }
  });

  it('is 3 % lower in the evening', () => {
    expect(moments(voltsOf(100_000, 20), 1).mean / 230).toBeCloseTo(0.97, 2);
  });

  it('keeps EN 50160: 95 % of ten-minute means within 10 %', () => {
    const volts = voltsOf(7 * 86_400, 20);
    const means = Array.from(
      { length: volts.length / 600 },
      (_, i) => moments(volts.slice(i * 600, (i + 1) * 600), 1).mean,
    );
    const within = means.filter((mean) => Math.abs(mean / 230 - 1) <= 0.1);
    expect(within.length / means.length).toBeGreaterThanOrEqual(0.95);
  });

  it('is 0 when it is away, and a share of itself in a sag', () => {
    const mains = new MainsVoltage(createRandom(3, 'mains'));
    const before = mains.volts;
    mains.factor = 0.65;
    expect(mains.volts).toBeCloseTo(0.65 * before, 9);
    mains.isPresent = false;
    expect(mains.volts).toBe(0);
  });
});

describe('grid frequency', () => {
  it('wanders about 50 Hz by 0.015 Hz with 30 s of memory', () => {
    const grid = new GridFrequency(createRandom(3, 'grid'));
    const hertz = Array.from({ length: 100_000 }, () => {
      grid.step(15);
      return grid.hertz;
    });
    const { mean, sigma, correlation } = moments(hertz, 2);
    expect(mean).toBeCloseTo(50, 2);
    expect(Math.abs(sigma / 0.015 - 1)).toBeLessThan(0.03);
    expect(Math.abs(correlation * Math.E - 1)).toBeLessThan(0.03);
  });

  it('follows an excursion and comes back', () => {
    const grid = new GridFrequency(createRandom(3, 'grid'));
    grid.excursionHertz = 49.3;
    grid.step(300);
    expect(grid.hertz).toBeLessThan(49.4);
    grid.excursionHertz = undefined;
    grid.step(300);
    expect(grid.hertz).toBeGreaterThan(49.9);
  });
});

describe('trucks', () => {
  it('come by Poisson at the day’s mean rate, most of them at midday', () => {
    const random = createRandom(4, 'trucks');
    const perHour = new Array<number>(24).fill(0);
    const days = 400;
    for (let at = 0; at < days * 86_400; ) {
      at += secondsToNextTruck(6, (at / 3600) % 24, random);
      const hour = Math.floor((at / 3600) % 24);
      perHour[hour] = (perHour[hour] ?? 0) + 1 / days;
    }
    const day = perHour.reduce((sum, count) => sum + count, 0);
    // The weights 0.5 0.9 1.4 1.3 1.1 0.7 over 6, 3, 4, 5, 4 and 2 hours have a mean of 0.98.
    expect(Math.abs(day / (6 * 23.6) - 1)).toBeLessThan(0.03);
    expect((perHour[11] ?? 0) / (perHour[3] ?? 1)).toBeCloseTo(1.4 / 0.5, 0);
  });
});
