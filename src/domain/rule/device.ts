import type { Condition, Rule, Subject } from '../alarm/rule-shape.ts';
import { type Definition, numberOf, UNKNOWN } from './definition.ts';

const HEARD: Condition = { truth: 'inactive', reason: 'heard_again' };
const EXPECTED: Condition = { truth: 'inactive', reason: 'silence_expected' };
const CLOCK_RIGHT: Condition = { truth: 'inactive', reason: 'clock_right' };

/** One that was never heard has yet to be installed. */
const silent: Rule['evaluate'] = ({ watch, config }) => {
  if (!watch.hasBeenHeard) return UNKNOWN;
  if (!watch.isSilent) return HEARD;
  // Nobody waits for the word of a stranger.
  return watch.isSilenceExpected || config === undefined
    ? EXPECTED
    : { truth: 'active', reason: 'silent' };
};

/** How far its clock is off (ms), by our own finding or by the device's word. */
function clockOffMs(subject: Subject): number {
  const found = Math.abs(subject.watch.clockOffsetMs ?? 0);
  return Math.max(found, Math.abs(numberOf(subject, 'clock.offset') ?? 0));
}

const clockOff: Definition['evaluator'] =
  ({ limit, deadband }) =>
  (subject, isStanding) => {
    const value = clockOffMs(subject);
    if (value <= (isStanding ? limit - deadband : limit)) return CLOCK_RIGHT;
    return { truth: 'active', reason: 'clock_wrong', value, limit };
  };

const kinds = ['ups', 'scanner', 'power'] as const;

export const deviceDefinitions: readonly Definition[] = [
  {
    ...{ code: 'DEV_SILENT', severity: 'major', kinds, onDelay: 0, offDelay: 10 },
    hasSilentTruth: true,
    evaluator: () => silent,
  },
  {
    ...{ code: 'CLOCK_OFF', severity: 'minor', kinds, onDelay: 300, offDelay: 60 },
    evaluator: clockOff,
  },
];
