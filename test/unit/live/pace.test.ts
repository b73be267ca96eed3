import { expect, test } from 'vitest';
import { Pace } from '../../../src/adapters/live/pace.ts';

/** When frames go out where something is always there to be told (ms). */
function storm(pace: Pace, from: number, until: number): number[] {
  const times: number[] = [];
  for (let now = from; now <= until; now += pace.waitMs(now)) {
    times.push(now);
    pace.sent(now);
  }
  return times;
}

test('the first waits for nothing', () => {
  expect(new Pace().waitMs(0)).toBe(0);
});

test('in a storm the gaps grow to four frames a second', () => {
  expect(storm(new Pace(), 0, 1500)).toEqual([0, 15, 45, 105, 225, 465, 715, 965, 1215, 1465]);
});

test('after a calm a storm begins anew', () => {
  const pace = new Pace();
  storm(pace, 0, 1500);
  expect(pace.waitMs(2000)).toBe(0);
  expect(storm(pace, 2000, 2100)).toEqual([2000, 2015, 2045]);
});

test('what comes after each gap never waits, nor ends the storm', () => {
  const pace = new Pace();
  storm(pace, 0, 1500);
  expect(pace.waitMs(1800)).toBe(0);
  pace.sent(1800);
  expect(pace.waitMs(1801)).toBe(249);
});
