import { expect, it } from 'vitest';
import { rejectReasonSchema } from '../../src/contract/sample.ts';
import { hostileMessages } from '../support/fuzz/hostile-message.ts';
import { createFuzzedPipeline } from '../support/fuzz/play.ts';
import { START } from '../support/sample.ts';

const MESSAGES = 20_000;
const SEED = 1;
const PER_SECOND = 500;

it('takes or counts every hostile message, and shows and stores nothing unsound', async () => {
  const pipeline = createFuzzedPipeline(START);
  const { clock, rejects, expected, spool } = pipeline;
  const messages = hostileMessages(SEED, () => clock.now());
  for (let number = 1; number <= MESSAGES; number += 1) {
    await pipeline.take(messages.next().value);
    clock.ms += 1000 / PER_SECOND;
    if (number % PER_SECOND === 0) await pipeline.everySecond();
  }
  pipeline.look();
  expect(rejects.counts()).toEqual(expected);
  // Who sent a message is no matter of its bytes.
  const { options } = rejectReasonSchema.exclude(['foreign_identity']);
  expect(Object.keys(expected)).toEqual(expect.arrayContaining([...options]));
  expect(spool.lines).toBeGreaterThan(MESSAGES / 10);
});
