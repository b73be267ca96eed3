import fc from 'fast-check';
import { expect, test } from 'vitest';
import { portionsOf, sizeOf } from '../../../src/adapters/sqlite/journal-portion.ts';
import type { JournalEntry } from '../../../src/ports.ts';
import { alarmChange } from '../../support/alarm-change.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

function entryOf(alarms: number, remembered: number): JournalEntry {
  return {
    alarms: upTo(alarms).map((version) => alarmChange(version)),
    removedOutages: ['krakivets-1'],
    remembered: upTo(remembered).map((key) => ({ space: 'x', key: `${key}`, body: '{}' })),
  };
}

const entries = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 0, max: 700 })),
  { maxLength: 6 },
);

const all = <P extends keyof JournalEntry>(part: P, some: readonly JournalEntry[]) =>
  some.flatMap((entry) => [...(entry[part] ?? [])]);

test('portions are of bounded size, and hold everything in its order', () => {
  fc.assert(
    fc.property(entries, (sizes) => {
      const whole = sizes.map(([alarms, remembered]) => entryOf(alarms, remembered));
      const portions = [...portionsOf(whole)];
      for (const portion of portions) {
        expect(portion.reduce((sum, entry) => sum + sizeOf(entry), 0)).toBeLessThan(400);
      }
      for (const part of ['alarms', 'removedOutages', 'remembered'] as const)
        expect(all(part, portions.flat())).toEqual(all(part, whole));
    }),
    { numRuns: 30 },
  );
});

test('short entries go together, and stay whole', () => {
  const short = upTo(50).map(() => entryOf(1, 1));
  expect([...portionsOf(short)]).toEqual([short]);
  expect([...portionsOf([])]).toEqual([]);
});
