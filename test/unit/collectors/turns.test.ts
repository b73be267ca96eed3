import { expect, it } from 'vitest';
import { Turns } from '../../../collectors/mqtt/turns.ts';

const spend = (ms: number) => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

it('takes work at once, and gives what it gives', async () => {
  const turns = new Turns();
  let isDone = false;
  const given = turns.take(() => {
    isDone = true;
    return 7;
  });
  expect(isDone).toBe(true);
  expect(await given).toBe(7);
});

it('lets everything else have its turn in a burst, and keeps the order', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const burst = Array.from({ length: 6 }, (_, index) =>
    turns.take(() => {
      spend(6);
      done.push(`${index}`);
    }),
  );
  setImmediate(() => done.push('other'));
  await turns.drained();
  expect(done.filter((one) => one !== 'other')).toEqual(['0', '1', '2', '3', '4', '5']);
  expect(done.indexOf('other')).toBeLessThan(6);
  await Promise.all(burst);
});

it('goes on after work that fails', async () => {
  const turns = new Turns();
  await expect(
    turns.take(() => {
      throw new Error('bad');
    }),
  ).rejects.toThrow('bad');
  expect(await turns.take(() => 1)).toBe(1);
});
