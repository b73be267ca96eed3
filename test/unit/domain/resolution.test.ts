import { expect, test } from 'vitest';
import { keptSince } from '../../../src/domain/resolution.ts';

const DAY = 86_400;

test('retention goes by whole UTC days, and by nothing where nothing is configured', () => {
  const now = Date.UTC(2026, 10, 24, 13, 45);
  expect(keptSince({ raw: 2 * DAY, hour: 30 * DAY }, now)).toEqual({
    raw: Date.UTC(2026, 10, 22),
    hour: Date.UTC(2026, 9, 25),
  });
  expect(keptSince({}, now)).toEqual({});
});
