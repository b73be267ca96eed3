import type { AlarmState } from '../../contract/alarm.ts';

/** What moves an alarm: its condition (after the delays) or a person. */
export type AlarmEvent = 'RAISE' | 'CLEAR' | 'ACKNOWLEDGE' | 'RESET';

type Row = Partial<Record<AlarmEvent, AlarmState>>;

const table: Record<AlarmState, Row> = {
  NORM: { RAISE: 'UNACK' },
  UNACK: { CLEAR: 'RTN_UNACK', ACKNOWLEDGE: 'ACKED' },
  ACKED: { CLEAR: 'NORM' },
  RTN_UNACK: { RAISE: 'UNACK', ACKNOWLEDGE: 'NORM' },
  LATCH_UNACK: { RAISE: 'UNACK', ACKNOWLEDGE: 'LATCH_ACKED' },
  LATCH_ACKED: { RAISE: 'UNACK', RESET: 'NORM' },
};

/**
 * The state after an event, or `undefined` where the event means nothing there. A latched alarm keeps
 * its mark after its condition is gone until it is reset. Modelled on ISA-18.2 / IEC 62682.
 */
export function nextAlarmState(
  state: AlarmState,
  event: AlarmEvent,
  isLatched: boolean,
): AlarmState | undefined {
  if (event === 'CLEAR' && isLatched) {
    if (state === 'UNACK') return 'LATCH_UNACK';
    if (state === 'ACKED') return 'LATCH_ACKED';
  }
  return table[state][event];
}

/** Its condition holds. */
export function isStanding(state: AlarmState): boolean {
  return state === 'UNACK' || state === 'ACKED';
}
