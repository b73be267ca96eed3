import type { Condition, Rule, Subject } from '../alarm/rule-shape.ts';
import { type Definition, numberOf, UNKNOWN } from './definition.ts';

const HEARD: Condition = { truth: 'inactive', reason: 'heard_again' };
const EXPECTED: Condition = { truth: 'inactive', reason: 'silence_expected' };
const CLAIM_ENDED: Condition = { truth: 'inactive', reason: 'claim_ended' };
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

/**
 * Somebody else uses the topic of a device that is not heard: replaced, or cut off so that it can be played.
 * It stands until the device itself is heard and nobody claims its place any more.
 */
const claimed: Rule['evaluate'] = ({ watch, config }, isStanding) => {
  // Anybody may call himself what nobody has registered.
  if (config === undefined) return CLAIM_ENDED;
  const isDoubtful = watch.isClaimed ? isStanding || watch.isSilent : isStanding && watch.isSilent;
  return isDoubtful ? { truth: 'active', reason: 'claimed_in_silence' } : CLAIM_ENDED;
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
    ...{ code: 'DEV_CLAIMED', severity: 'major', kinds, onDelay: 0, offDelay: 10 },
    hasSilentTruth: true,
    evaluator: () => claimed,
  },
  {
    ...{ code: 'CLOCK_OFF', severity: 'minor', kinds, onDelay: 300, offDelay: 60 },
    evaluator: clockOff,
  },
];
