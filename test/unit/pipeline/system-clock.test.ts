import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SystemClock } from '../../../src/pipeline/system-clock.ts';
import { START } from '../../support/sample.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ['Date', 'performance', 'setTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

it('is the system time, which goes on', () => {
  const clock = new SystemClock();
  expect(clock.now()).toBe(START);
  vi.advanceTimersByTime(1500);
  expect(clock.now()).toBe(START + 1500);
  expect(clock.follow()).toBe(0);
});

it.each([3_600_000, -3_600_000])(
  'is set by %i ms when that is looked for, and says so once',
  (ms) => {
    const clock = new SystemClock();
    vi.setSystemTime(START + ms);
    vi.advanceTimersByTime(200);
    expect(clock.now()).toBe(START + 200);
    expect(clock.follow()).toBe(ms);
    expect(clock.now()).toBe(START + 200 + ms);
    expect(clock.follow()).toBe(0);
  },
);

it('follows small corrections without a word', () => {
  const clock = new SystemClock();
  vi.setSystemTime(START + 400);
  expect(clock.follow()).toBe(0);
  expect(clock.now()).toBe(START + 400);
});
