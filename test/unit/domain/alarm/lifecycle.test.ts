import { describe, expect, it } from 'vitest';
import type { AlarmState } from '../../../../src/contract/alarm.ts';
import {
  type BaseEvent,
  isStanding,
  nextAlarmState,
  stateWhenShown,
} from '../../../../src/domain/alarm/lifecycle.ts';

type Cell = AlarmState | undefined;
type Row = [Cell, Cell, Cell, Cell, Cell, Cell];

const events = [
  'RAISE',
  'CLEAR',
  'ACKNOWLEDGE',
  'RESET',
  'RE_ALARM',
  'SEVERITY_UP',
] as const satisfies BaseEvent[];
const none = undefined;

/** What follows a state, in the order of `events`; `none` where the event means nothing. */
const plain: Record<AlarmState, Row> = {
  NORM: ['UNACK', none, none, none, none, none],
  UNACK: [none, 'RTN_UNACK', 'ACKED', none, 'UNACK', 'UNACK'],
  ACKED: [none, 'NORM', none, none, 'UNACK', 'UNACK'],
  RTN_UNACK: ['UNACK', none, 'NORM', none, none, none],
  LATCH_UNACK: ['UNACK', none, 'LATCH_ACKED', none, 'LATCH_UNACK', none],
  LATCH_ACKED: ['UNACK', none, none, 'NORM', none, none],
};

const latched: typeof plain = {
  ...plain,
  UNACK: [none, 'LATCH_UNACK', 'ACKED', none, 'UNACK', 'UNACK'],
  ACKED: [none, 'LATCH_ACKED', none, none, 'UNACK', 'UNACK'],
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

  it.each([
    ['NORM', 'NORM'],
    ['UNACK', 'UNACK'],
    ['ACKED', 'UNACK'],
    ['RTN_UNACK', 'NORM'],
    ['LATCH_UNACK', 'LATCH_UNACK'],
    ['LATCH_ACKED', 'LATCH_ACKED'],
  ] as const)('%s is %s when nothing hides it any more', (hidden, shown) => {
    expect(stateWhenShown(hidden)).toBe(shown);
  });
});
