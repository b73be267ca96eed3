import { expect, test } from 'vitest';
import { createBucket } from '../../../src/adapters/live/bucket.ts';

const LIMITS = { burst: 3, perSecond: 2 };

test('lets a burst through, and no more', () => {
  const mayCome = createBucket(LIMITS);
  expect([1, 2, 3, 4].map(() => mayCome(1000))).toEqual([true, true, true, false]);
});

test('fills with time, up to a burst', () => {
  const mayCome = createBucket(LIMITS);
  for (let count = 0; count < 3; count += 1) mayCome(1000);
  expect([mayCome(1400), mayCome(1500), mayCome(1500)]).toEqual([false, true, false]);
  expect([1, 2, 3, 4].map(() => mayCome(60_000))).toEqual([true, true, true, false]);
});
