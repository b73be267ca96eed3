import type { AlarmEvent, AlarmState } from '../../contract/alarm.ts';

/** What moves the base state: its condition (after the delays), a person, or time without an answer. */
export type BaseEvent = Extract<
  AlarmEvent,
  'RAISE' | 'CLEAR' | 'ACKNOWLEDGE' | 'RESET' | 'RE_ALARM' | 'SEVERITY_UP'
>;

type Row = Partial<Record<BaseEvent, AlarmState>>;

/** An event that leads to the state it comes from annunciates anew. */
const table: Record<AlarmState, Row> = {
  NORM: { RAISE: 'UNACK' },
  UNACK: { CLEAR: 'RTN_UNACK', ACKNOWLEDGE: 'ACKED', RE_ALARM: 'UNACK', SEVERITY_UP: 'UNACK' },
  ACKED: { CLEAR: 'NORM', RE_ALARM: 'UNACK', SEVERITY_UP: 'UNACK' },
  RTN_UNACK: { RAISE: 'UNACK', ACKNOWLEDGE: 'NORM' },
  LATCH_UNACK: { RAISE: 'UNACK', ACKNOWLEDGE: 'LATCH_ACKED', RE_ALARM: 'LATCH_UNACK' },
  LATCH_ACKED: { RAISE: 'UNACK', RESET: 'NORM' },
};

/**
 * The state after an event, or `undefined` where the event means nothing there. A latched alarm keeps
 * its mark after its condition is gone until it is reset. Modelled on ISA-18.2 / IEC 62682.
 */
export function nextAlarmState(
  state: AlarmState,
  event: BaseEvent,
  isLatched: boolean,
): AlarmState | undefined {
  if (event === 'CLEAR' && isLatched) {
    if (state === 'UNACK') return 'LATCH_UNACK';
    if (state === 'ACKED') return 'LATCH_ACKED';
  }
  return table[state][event];
}

/**
 * The state of an alarm that is no longer hidden: what is still active asks for notice, whoever took it
 * before; what has returned is normal, but for a latch (OPC UA Part 9, unshelving).
 */
export function stateWhenShown(state: AlarmState): AlarmState {
  if (isStanding(state)) return 'UNACK';
  return state === 'RTN_UNACK' ? 'NORM' : state;
}

/** Its condition holds. */
export function isStanding(state: AlarmState): boolean {
  return state === 'UNACK' || state === 'ACKED';
}
