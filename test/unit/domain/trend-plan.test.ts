import { describe, expect, test } from 'vitest';
import { joinBuckets, planTrend, wholeSteps } from '../../../src/domain/trend-plan.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const TO = Date.UTC(2026, 10, 24, 12, 34, 56);

describe('what a trend is made of', () => {
  test.each([
    { hours: 1 / 60, points: 500, resolution: 'raw', bucketMs: 1000 },
    { hours: 1, points: 500, resolution: 'raw', bucketMs: 7200 },
    { hours: 33, points: 500, resolution: 'raw', bucketMs: 237_600 },
    { hours: 34, points: 500, resolution: 'minute', bucketMs: 5 * MINUTE },
    { hours: 30 * 24, points: 500, resolution: 'minute', bucketMs: 87 * MINUTE },
    { hours: 83 * 24, points: 500, resolution: 'minute', bucketMs: 4 * HOUR },
    { hours: 84 * 24, points: 500, resolution: 'hour', bucketMs: 5 * HOUR },
    { hours: 24, points: 1, resolution: 'hour', bucketMs: 24 * HOUR },
  ])('$hours h in $points points: $resolution, $bucketMs ms', ({ hours, points, ...expected }) => {
    const span = { fromMs: TO - hours * HOUR, toMs: TO };
    expect(planTrend(span, points, {})).toEqual({ ...span, ...expected });
  });

  test('a bucket is never more than a quarter wider than asked', () => {
    for (let askedMs = 1000; askedMs < 40 * HOUR; askedMs = Math.ceil(askedMs * 1.013)) {
      const { bucketMs } = planTrend({ fromMs: TO - 100 * askedMs, toMs: TO }, 100, {});
      expect(bucketMs).toBeGreaterThanOrEqual(askedMs);
      expect(bucketMs).toBeLessThanOrEqual(askedMs * 1.25);
    }
  });
});

describe('where finer points are deleted', () => {
  const span = { fromMs: TO - 40 * DAY, toMs: TO - 40 * DAY + 10 * MINUTE };

  test('the next coarser one is taken, by whole rollups', () => {
    expect(planTrend(span, 500, { raw: TO - 30 * DAY })).toEqual({
      fromMs: span.fromMs - 56_000,
      toMs: span.toMs + 4000,
      resolution: 'minute',
      bucketMs: MINUTE,
    });
    const hours = { resolution: 'hour', bucketMs: HOUR };
    expect(planTrend(span, 500, { raw: TO, minute: TO - 30 * DAY })).toMatchObject(hours);
    expect(planTrend({ ...span, toMs: TO }, 2000, { minute: TO })).toMatchObject(hours);
  });

  test('what reaches back far enough stays', () => {
    const kept = { raw: TO - 50 * DAY, minute: TO - 50 * DAY };
    expect(planTrend(span, 500, kept)).toMatchObject({ ...span, resolution: 'raw' });
    expect(planTrend({ ...span, toMs: TO }, 500, kept)).toMatchObject({ resolution: 'minute' });
    expect(planTrend({ ...span, toMs: TO }, 10, { minute: TO })).toMatchObject({
      resolution: 'hour',
      fromMs: span.fromMs,
    });
  });
});

test('whole rollups of a span are those that lie in it from begin to end', () => {
  expect(wholeSteps({ fromMs: 1, toMs: 3 * MINUTE - 1 }, MINUTE)).toEqual({
    fromMs: MINUTE,
    toMs: 2 * MINUTE,
  });
  expect(wholeSteps({ fromMs: 0, toMs: MINUTE }, MINUTE)).toEqual({ fromMs: 0, toMs: MINUTE });
  expect(wholeSteps({ fromMs: 1, toMs: 2 * MINUTE - 1 }, MINUTE)).toBeUndefined();
});

test('the parts of one bucket are joined, its mean by their counts', () => {
  const bucket = (ts: number, value: number, count: number) => ({
    ts,
    min: value - 1,
    mean: value,
    max: value + 1,
    last: value,
    count,
  });
  expect(joinBuckets([[bucket(0, 5, 1), bucket(10, 8, 1)], [bucket(10, 2, 3)], []])).toEqual([
    bucket(0, 5, 1),
    { ts: 10, min: 1, mean: 3.5, max: 9, last: 2, count: 4 },
  ]);
});
