import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../src/pipeline/backoff.ts';

describe('the wait before the next try', () => {
  it.each([
    { failures: 1, random: 0, ms: 500 },
    { failures: 1, random: 1, ms: 1000 },
    { failures: 2, random: 0, ms: 1000 },
    { failures: 4, random: 0.5, ms: 6000 },
    { failures: 1000, random: 1, ms: 15_000 },
  ])('doubles up to 15 s, with jitter: $failures failures, $ms ms', ({ failures, random, ms }) => {
    expect(backoffMs({ failures, random })).toBe(ms);
  });

  it.each([
    { asked: 60_000, ms: 60_000 },
    { asked: 86_400_000, ms: 300_000 },
    { asked: 1, ms: 500 },
  ])('is no less than asked, within five minutes: $asked asked, $ms ms', ({ asked, ms }) => {
    expect(backoffMs({ failures: 1, retryAfterMs: asked, random: 0 })).toBe(ms);
  });
});
