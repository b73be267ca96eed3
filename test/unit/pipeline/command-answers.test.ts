import { expect, test } from 'vitest';
import { CommandAnswers } from '../../../src/pipeline/command-answers.ts';

const KEPT = 10_000;
const answer = (version: number) => Promise.resolve({ ok: true as const, version });

test('an answer is found by its command and subject, after a restart too', async () => {
  const answers = new CommandAnswers();
  answers.restore([{ key: 'c-1 a', answer: { ok: true, version: 2 } }]);
  answers.add('c-2 a', answer(3));
  expect(await answers.get('c-1 a')).toEqual({ ok: true, version: 2 });
  expect(await answers.get('c-2 a')).toEqual({ ok: true, version: 3 });
  expect(answers.get('c-1 b')).toBeUndefined();
});

test('the newest 10,000 are remembered', async () => {
  const answers = new CommandAnswers();
  for (let index = 0; index <= KEPT; index += 1) answers.add(`c-${index}`, answer(index));
  expect(answers.get('c-0')).toBeUndefined();
  expect(await answers.get('c-1')).toEqual({ ok: true, version: 1 });
  expect(await answers.get(`c-${KEPT}`)).toEqual({ ok: true, version: KEPT });
});
