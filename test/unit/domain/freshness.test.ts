import { describe, expect, it } from 'vitest';
import {
  combinedFreshness,
  DEFAULT_INTERVAL_SECONDS,
  freshnessOf,
  learnInterval,
  rememberGap,
} from '../../../src/domain/freshness.ts';

describe('the interval that a device is given', () => {
  it('is 10 s as long as nothing is known', () => {
    expect(learnInterval([])).toBe(DEFAULT_INTERVAL_SECONDS);
    expect(DEFAULT_INTERVAL_SECONDS).toBe(10);
  });

  it.each([
    { gaps: [5000], seconds: 5 },
    { gaps: [9000, 5000, 6000], seconds: 6 },
    { gaps: [4000, 60_000, 6000, 5000], seconds: 5.5 },
    { gaps: [100, 200], seconds: 1 },
  ])('is the median of $gaps ms, at least 1 s: $seconds s', ({ gaps, seconds }) => {
    expect(learnInterval(gaps)).toBe(seconds);
  });

  it('is learned from the newest 20 gaps', () => {
    const gaps: number[] = [];
    for (let gap = 1; gap <= 21; gap += 1) rememberGap(gaps, gap);
    expect(gaps).toHaveLength(20);
    expect(gaps[0]).toBe(2);
    expect(gaps.at(-1)).toBe(21);
  });
});

describe('freshness', () => {
  it.each([
    { silentMs: 0, freshness: 'live' },
    { silentMs: 9999, freshness: 'live' },
    { silentMs: 10_000, freshness: 'stale' },
    { silentMs: 24_999, freshness: 'stale' },
    { silentMs: 25_000, freshness: 'offline' },
  ])('after $silentMs ms of silence at 5 s a message is $freshness', ({ silentMs, freshness }) => {
    expect(freshnessOf(1000, 5, 1000 + silentMs)).toBe(freshness);
  });

  it('of a device that was never heard is offline', () => {
    expect(freshnessOf(undefined, 5, 0)).toBe('offline');
  });

  it.each([
    { all: ['live', 'live'], one: 'live' },
    { all: ['live', 'offline'], one: 'stale' },
    { all: ['live', 'stale'], one: 'stale' },
    { all: ['offline', 'offline'], one: 'offline' },
    { all: ['offline', 'stale'], one: 'stale' },
    { all: [], one: 'offline' },
  ] as const)('of $all together is $one', ({ all, one }) => {
    expect(combinedFreshness(all)).toBe(one);
  });
});
