import { expect, it } from 'vitest';
import { newOrderMemory, orderSample } from '../../../src/domain/sample-order.ts';
import { START, sampleOf } from '../../support/sample.ts';

/** A sample measured at `ts` and received `ageMs` later (both after `START`). */
function aged(ts: number, ageMs: number) {
  return sampleOf({ ts: START + ts, receivedAt: START + ts + ageMs });
}

it('takes a message that has just been measured', () => {
  const memory = newOrderMemory();
  expect(orderSample(memory, aged(0, 0))).toBe('live');
  expect(orderSample(memory, aged(5000, 60_000))).toBe('live');
  expect(memory.newestTs).toBe(START + 5000);
});

it('takes a redelivery of the newest message again', () => {
  const memory = newOrderMemory();
  orderSample(memory, aged(0, 0));
  expect(orderSample(memory, aged(0, 10))).toBe('live');
});

it('calls late what is older than the newest, and what is backfilled', () => {
  const memory = newOrderMemory();
  orderSample(memory, aged(5000, 0));
  expect(orderSample(memory, aged(4999, 0))).toBe('late');
  expect(orderSample(memory, { ...aged(9000, 0), isBackfill: true })).toBe('late');
  expect(memory.newestTs).toBe(START + 5000);
});

it('takes a message without a time of its own, which is newest whenever it comes', () => {
  const memory = { ...newOrderMemory(), newestTs: START + 9000 };
  expect(orderSample(memory, { ...aged(0, 0), hasOwnTime: false })).toBe('live');
  expect(memory.newestTs).toBe(START + 9000);
});

it('holds the newest of a backlog', () => {
  expect(orderSample(newOrderMemory(), aged(0, 60_001))).toBe('held');
});

it('sees a wrong clock after three messages and 30 s at one rate', () => {
  const memory = newOrderMemory();
  expect(orderSample(memory, aged(0, 3_600_000))).toBe('held');
  expect(orderSample(memory, aged(15_000, 3_600_000))).toBe('held');
  expect(orderSample(memory, aged(30_000, 3_600_000))).toBe('wrong_clock');
  expect(orderSample(memory, aged(35_000, 3_600_000))).toBe('wrong_clock');
});

it('waits for 30 s before it calls a clock wrong, however many messages come', () => {
  const memory = newOrderMemory();
  for (let ts = 0; ts < 30_000; ts += 5000) {
    expect(orderSample(memory, aged(ts, 3_600_000))).toBe('held');
  }
});

it('waits for three messages before it calls a clock wrong', () => {
  const memory = newOrderMemory();
  expect(orderSample(memory, aged(0, 3_600_000))).toBe('held');
  expect(orderSample(memory, aged(60_000, 3_600_000))).toBe('held');
});

it.each([
  { advancedMs: 24_000, verdict: 'wrong_clock' },
  { advancedMs: 23_999, verdict: 'held' },
  { advancedMs: 36_000, verdict: 'wrong_clock' },
  { advancedMs: 36_001, verdict: 'held' },
])('with a clock that advanced $advancedMs ms in 30 s says $verdict', ({ advancedMs, verdict }) => {
  const memory = newOrderMemory();
  const receivedAt = START + 3_600_000;
  orderSample(memory, sampleOf({ ts: START, receivedAt }));
  orderSample(memory, sampleOf({ ts: START + 1, receivedAt: receivedAt + 1 }));
  const third = sampleOf({ ts: START + advancedMs, receivedAt: receivedAt + 30_000 });
  expect(orderSample(memory, third)).toBe(verdict);
});

it('measures a backlog anew after a rate that does not fit', () => {
  const memory = newOrderMemory();
  const receivedAt = START + 7_200_000;
  orderSample(memory, sampleOf({ ts: START, receivedAt }));
  orderSample(memory, sampleOf({ ts: START + 600_000, receivedAt: receivedAt + 15_000 }));
  orderSample(memory, sampleOf({ ts: START + 1_200_000, receivedAt: receivedAt + 30_000 }));
  expect(memory.run).toEqual({
    ts: START + 1_200_000,
    receivedAt: receivedAt + 30_000,
    seq: undefined,
    messages: 1,
  });
});

it('forgets the run of a wrong clock as soon as the clock is right', () => {
  const memory = newOrderMemory();
  orderSample(memory, aged(0, 61_000));
  orderSample(memory, aged(70_000, 0));
  expect(memory.run).toBeUndefined();
});
