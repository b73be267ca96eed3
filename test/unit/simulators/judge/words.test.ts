import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Word, Words } from '../../../../simulators/judge/words.ts';

const wordArbitrary: fc.Arbitrary<Word> = fc.record({
  measuredAt: fc.integer({ min: 0, max: 50 }),
  saidAt: fc.integer({ min: 0, max: 50 }),
  receivedAt: fc.integer({ min: 0, max: 50 }),
  isLost: fc.constantFrom(true, false, undefined),
  isLate: fc.boolean(),
});

describe('the words of a device', () => {
  it('are found by the time of which they tell, in whatever order they came', () => {
    fc.assert(
      fc.property(fc.array(wordArbitrary), fc.nat(50), fc.nat(50), (all, one, other) => {
        const words = new Words();
        for (const word of all) words.add(word);
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const expected = all
          .filter(({ measuredAt }) => measuredAt >= from && measuredAt <= to)
          .sort((a, b) => a.measuredAt - b.measuredAt);
        expect(words.between(from, to)).toEqual(expected);
        for (const isLost of [true, false]) {
          const first = expected.find((word) => word.isLost === isLost);
          expect(words.firstThatSays(isLost, from, to)).toEqual(first);
        }
      }),
    );
  });
});
