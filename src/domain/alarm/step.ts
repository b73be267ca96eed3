import { observe, withdraw } from './condition.ts';
import { carryOutDue } from './deadline.ts';
import { withoutClear } from './delay.ts';
import { nextAlarmState } from './lifecycle.ts';
import type { AlarmRecord, Context, Settings, Step } from './record.ts';
import type { Condition } from './rule-shape.ts';
import {
  returnToService,
  shelve,
  suppress,
  takeOutOfService,
  unshelve,
  unsuppress,
} from './suppression.ts';
import { commit, still } from './transition.ts';

/** What can happen to an alarm; times in ms since 1970 UTC. */
export type Input =
  | { type: 'CONDITION'; condition: Condition; value?: number | string; sourceTs?: number }
  /** Deadlines may have passed; `mayClear`: what the condition counts on is known at the moment. */
  | { type: 'TIME'; mayClear: boolean }
  /** Its source is not heard any more. */
  | { type: 'SILENT' }
  /** The configuration asks for it no longer. */
  | { type: 'WITHDRAW' }
  | { type: 'ACKNOWLEDGE'; by: string }
  | { type: 'RESET' | 'UNSHELVE' | 'UNSUPPRESS' | 'RETURN_TO_SERVICE' }
  | { type: 'SHELVE'; until: number; by: string; reason: string }
  | { type: 'SUPPRESS'; source: string }
  | { type: 'OUT_OF_SERVICE'; by: string; reason: string; workOrder: string };

/**
 * The life of one alarm: a base state, evaluated even when hidden, and up to three reasons to hide it that
 * hold side by side. What an input means nothing to is returned as it is, with no transition.
 * Modelled on ISA-18.2 / IEC 62682 and OPC UA Part 9.
 */
export function step(record: AlarmRecord, input: Input, settings: Settings, now: number): Step {
  const context: Context = { settings, now };
  switch (input.type) {
    case 'CONDITION': {
      const { condition, value, sourceTs } = input;
      if (condition.truth === 'unknown') return still(withoutClear(record));
      return observe(record, { condition, value, sourceTs }, context);
    }
    case 'TIME':
      return carryOutDue(record, input.mayClear, context);
    case 'SILENT':
      return still(withoutClear(record));
    case 'WITHDRAW':
      return withdraw(record, context);
    case 'ACKNOWLEDGE':
      return acknowledge(record, input.by, context);
    case 'RESET':
      return reset(record, context);
    case 'SHELVE':
      return shelve(record, input, context);
    case 'UNSHELVE':
      return unshelve(record, { event: 'UNSHELVE', reason: 'unshelved' }, context);
    case 'SUPPRESS':
      return suppress(record, input.source, context);
    case 'UNSUPPRESS':
      return unsuppress(record, context);
    case 'OUT_OF_SERVICE':
      return takeOutOfService(record, input, context);
    case 'RETURN_TO_SERVICE':
      return returnToService(record, context);
  }
}

/** A person takes notice. */
function acknowledge(record: AlarmRecord, by: string, context: Context): Step {
  const to = nextAlarmState(record.alarm.state, 'ACKNOWLEDGE', false);
  if (to === undefined) return still(record);
  const alarm = { ...record.alarm, acknowledgedBy: by, acknowledgedAt: context.now };
  const move = { event: 'ACKNOWLEDGE', to, reason: 'acknowledged' } as const;
  return commit(record, { ...record, alarm }, move, context);
}

/** A person lifts the latch of what has returned and was acknowledged. */
function reset(record: AlarmRecord, context: Context): Step {
  const to = nextAlarmState(record.alarm.state, 'RESET', false);
  if (to === undefined) return still(record);
  return commit(record, record, { event: 'RESET', to, reason: 'reset' }, context);
}
