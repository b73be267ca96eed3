import { describe, expect, it } from 'vitest';
import type { AlarmState } from '../../../../src/contract/alarm.ts';
import {
  type AlarmEvent,
  isStanding,
  nextAlarmState,
} from '../../../../src/domain/alarm/lifecycle.ts';

type Cell = AlarmState | undefined;

const events = ['RAISE', 'CLEAR', 'ACKNOWLEDGE', 'RESET'] as const satisfies AlarmEvent[];

/** What follows a state, in the order of `events`; `undefined` where the event means nothing. */
const plain: Record<AlarmState, [Cell, Cell, Cell, Cell]> = {
  NORM: ['UNACK', undefined, undefined, undefined],
  UNACK: [undefined, 'RTN_UNACK', 'ACKED', undefined],
  ACKED: [undefined, 'NORM', undefined, undefined],
  RTN_UNACK: ['UNACK', undefined, 'NORM', undefined],
  LATCH_UNACK: ['UNACK', undefined, 'LATCH_ACKED', undefined],
  LATCH_ACKED: ['UNACK', undefined, undefined, 'NORM'],
};

const latched: typeof plain = {
  ...plain,
  UNACK: [undefined, 'LATCH_UNACK', 'ACKED', undefined],
  ACKED: [undefined, 'LATCH_ACKED', undefined, undefined],
};

const cells = [
  { isLatched: false, table: plain },
  { isLatched: true, table: latched },
].flatMap(({ isLatched, table }) =>
  Object.entries(table).flatMap(([from, row]) =>
    events.map((event, index) => ({ isLatched, from: from as AlarmState, event, to: row[index] })),
  ),
);

describe('the life of an alarm', () => {
  it.each(cells)('latched $isLatched: $from, $event → $to', ({ from, event, isLatched, to }) => {
    expect(nextAlarmState(from, event, isLatched)).toBe(to);
  });

  it('stands in the states whose condition holds', () => {
    const states = Object.keys(plain) as AlarmState[];
    expect(states.filter(isStanding)).toEqual(['UNACK', 'ACKED']);
  });
});
