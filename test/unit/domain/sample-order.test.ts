import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/contract/sample.ts';
import {
  clockOffsetOf,
  hasNewestPlace,
  newOrderMemory,
  type OrderMemory,
  orderSample,
  shiftReceipts,
} from '../../../src/domain/sample-order.ts';
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

/** Messages of one device, 5 s apart by its clock and ours. */
function stream(count: number, first: { ts: number; receivedAt: number; seq?: number }) {
  return Array.from({ length: count }, (_, index) =>
    sampleOf({
      ts: first.ts + index * 5000,
      receivedAt: first.receivedAt + index * 5000,
      ...(first.seq === undefined ? {} : { seq: first.seq + index }),
    }),
  );
}

const verdictsOf = (memory: OrderMemory, samples: readonly Sample[]) =>
  samples.map((sample) => orderSample(memory, sample));

const lateFor = (count: number, then: string) => [...Array(count).fill('late'), then];

describe('messages with one time', () => {
  const memoryAt = (newestSeq: number) => ({ ...newOrderMemory(), newestTs: START, newestSeq });

  it.each([
    { seq: 7, verdict: 'late' },
    { seq: 8, verdict: 'live' },
    { seq: 9, verdict: 'live' },
    { seq: undefined, verdict: 'live' },
  ])('stand in the order of their numbers: $seq after 8 is $verdict', ({ seq, verdict }) => {
    const sample = sampleOf(seq === undefined ? {} : { seq });
    expect(orderSample(memoryAt(8), sample)).toBe(verdict);
  });

  it('of a clock that stands go on when the device was restarted', () => {
    expect(orderSample(memoryAt(500), sampleOf({ seq: 0 }))).toBe('live');
  });

  it.each([
    { about: 'the same number', changes: { seq: 8 }, isSame: true },
    { about: 'no number', changes: {}, isSame: true },
    { about: 'another number', changes: { seq: 9 }, isSame: false },
    { about: 'another time', changes: { seq: 8, ts: START + 1 }, isSame: false },
    { about: 'no time of its own', changes: { seq: 8, hasOwnTime: false }, isSame: false },
  ])('may be one message with $about: $isSame', ({ changes, isSame }) => {
    expect(hasNewestPlace(memoryAt(8), sampleOf(changes))).toBe(isSame);
  });

  it('may be one message where the newest had no number', () => {
    const memory = { ...newOrderMemory(), newestTs: START };
    expect(hasNewestPlace(memory, sampleOf({ seq: 8 }))).toBe(true);
  });
});

describe('a clock that is known to be wrong', () => {
  const HOUR = 3_600_000;
  const known = (offsetMs = -HOUR): OrderMemory => ({
    ...newOrderMemory(),
    newestTs: START,
    clock: { offsetMs, sinceTs: START },
  });
  const behind = (ms: number, ts = START + 5000) => sampleOf({ ts, receivedAt: ts + ms });

  it('is not learned anew: its next message counts at once', () => {
    expect(orderSample(known(), behind(HOUR))).toBe('wrong_clock');
  });

  it.each([60_001, 3_000_000])('lets a backlog that is %i ms older still be held', (ms) => {
    const memory = known();
    expect(orderSample(memory, behind(HOUR + ms))).toBe('held');
    expect(memory.clock?.offsetMs).toBe(-HOUR);
  });

  it('lets messages be held that are far newer than it says, until they are a run', () => {
    const memory = known();
    const samples = stream(8, { ts: START + 5000, receivedAt: START + 5000 + HOUR / 2 });
    expect(verdictsOf(memory, samples)).toEqual([
      ...Array(6).fill('held'),
      ...Array(2).fill('wrong_clock'),
    ]);
    expect(memory.clock).toEqual({ offsetMs: -HOUR / 2, sinceTs: START });
  });

  it.each([
    { lostMs: 30_000, offsetMs: -HOUR },
    { lostMs: 30_001, offsetMs: -HOUR - 30_001 },
    { lostMs: -1, offsetMs: -HOUR + 1 },
  ])('has lost $lostMs ms and is remembered as $offsetMs', ({ lostMs, offsetMs }) => {
    const memory = known();
    orderSample(memory, behind(HOUR + lostMs));
    expect(memory.clock?.offsetMs).toBe(offsetMs);
  });

  it('is forgotten when it is right', () => {
    const memory = known();
    orderSample(memory, behind(60_000));
    expect(memory.clock).toBeUndefined();
  });

  it('gives one offset to every delivery of a message, and none to what was before it', () => {
    const memory = known();
    const offsetOf = (sample: Sample) => clockOffsetOf(memory, sample);
    expect(offsetOf(behind(HOUR + 20_000))).toBe(-HOUR);
    expect(offsetOf(behind(HOUR, START - 1))).toBeUndefined();
    expect(offsetOf({ ...behind(HOUR), hasOwnTime: false })).toBeUndefined();
    expect(clockOffsetOf(newOrderMemory(), behind(0))).toBeUndefined();
  });
});

describe('a clock that is set back', () => {
  const ahead = 240_000;
  /** Its newest message came with a clock 4 minutes ahead, as number 100. */
  const memoryAhead = (seq: number | undefined = 100): OrderMemory => ({
    ...newOrderMemory(),
    newestTs: START + ahead,
    newestSeq: seq,
  });

  it('is recognised after three messages and 30 s, and its messages count again', () => {
    const memory = memoryAhead();
    const after = stream(8, { ts: START + 5000, receivedAt: START + 5000, seq: 101 });
    expect(verdictsOf(memory, after)).toEqual([...lateFor(6, 'live'), 'live']);
    expect(memory.newestTs).toBe(START + 40_000);
  });

  it('is recognised without numbers', () => {
    const after = stream(7, { ts: START + 5000, receivedAt: START + 5000 });
    expect(verdictsOf(memoryAhead(undefined), after)).toEqual(lateFor(6, 'live'));
  });

  it('is recognised when the device began anew, years back, and is wrong from then on', () => {
    const memory = memoryAhead();
    const after = stream(8, { ts: Date.UTC(2021, 0, 1), receivedAt: START + 60_000, seq: 0 });
    expect(verdictsOf(memory, after)).toEqual([...lateFor(6, 'wrong_clock'), 'wrong_clock']);
  });

  it('is not seen in messages that came while something newer came between', () => {
    const memory = memoryAhead();
    const late = stream(8, { ts: START, receivedAt: START + 5000 });
    const newer = sampleOf({ ts: START + ahead + 1, receivedAt: START + 21_000 });
    expect(verdictsOf(memory, [...late.slice(0, 4), newer, ...late.slice(4)])).toEqual([
      ...lateFor(4, 'live'),
      ...Array(4).fill('late'),
    ]);
  });

  it('is not seen in a delayed copy of what led to the newest', () => {
    const copy = stream(20, { ts: START + 100_000, receivedAt: START + ahead, seq: 72 });
    expect(verdictsOf(memoryAhead(), copy)).toEqual(Array(20).fill('late'));
  });

  it('is not seen in a burst of old messages', () => {
    const burst = [0, 5000, 10_000, 40_000].map((ts) =>
      sampleOf({ ts: START + ts, receivedAt: START + ahead + ts / 50 }),
    );
    expect(verdictsOf(memoryAhead(), burst)).toEqual(Array(4).fill('late'));
  });

  it('lets no redelivery from before count as the newest again', () => {
    const memory = memoryAhead();
    verdictsOf(memory, stream(7, { ts: START + 5000, receivedAt: START + 5000, seq: 101 }));
    const again = sampleOf({ ts: START + ahead, receivedAt: START + 40_000, seq: 100 });
    expect(orderSample(memory, again)).toBe('late');
    const next = sampleOf({ ts: START + 40_000, receivedAt: START + 40_000, seq: 108 });
    expect(orderSample(memory, next)).toBe('live');
  });

  it('may be set back twice, and is over when its time has come again', () => {
    const memory = memoryAhead();
    verdictsOf(memory, stream(7, { ts: START + 5000, receivedAt: START + 5000, seq: 101 }));
    verdictsOf(memory, stream(7, { ts: START - 60_000, receivedAt: START + 40_000, seq: 108 }));
    expect(memory.setBack).toEqual({ ts: START + ahead, seq: 107 });
    const later = sampleOf({ ts: START + ahead + 1, receivedAt: START + ahead, seq: 115 });
    expect(orderSample(memory, later)).toBe('live');
    expect(memory.setBack).toBeUndefined();
  });
});

describe('when our own clock is set', () => {
  it('runs go on, and the offset of a wrong clock follows', () => {
    const memory = newOrderMemory();
    verdictsOf(memory, stream(3, { ts: START, receivedAt: START + 3_600_000 }));
    orderSample(memory, aged(-1000, 3_600_000));
    memory.clock = { offsetMs: -3_600_000, sinceTs: START };
    shiftReceipts(memory, 1000);
    expect(memory).toMatchObject({
      run: { receivedAt: START + 3_601_000 },
      lateRun: { receivedAt: START + 3_600_000 },
      clock: { offsetMs: -3_601_000 },
    });
    expect(() => shiftReceipts(newOrderMemory(), 1000)).not.toThrow();
  });

  it('back, unseen, a run begins anew', () => {
    const memory = newOrderMemory();
    orderSample(memory, aged(0, 3_600_000));
    orderSample(memory, aged(5000, 600_000));
    expect(memory.run).toMatchObject({ receivedAt: START + 605_000, messages: 1 });
  });
});
