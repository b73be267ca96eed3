import type { Condition, Rule, Subject } from '../alarm/rule-shape.ts';
import { inputVoltage } from '../watch/input-voltage.ts';
import {
  below,
  type Definition,
  metricOf,
  numberOf,
  outside,
  RETURNED,
  UNKNOWN,
} from './definition.ts';

/** An input under this carries nothing: an outage, not a bad voltage (V, Hz). */
const DEAD_VOLTS = 115;
const DEAD_HERTZ = 40;

/** Its mains voltage, while there is mains. */
function mainsVolts({ kind, values, watch }: Subject): number | undefined {
  const volts = kind === 'ups' ? inputVoltage(values) : values['mains.voltage'];
  if (typeof volts !== 'number' || watch.input === 'lost' || volts < DEAD_VOLTS) return undefined;
  return volts;
}

function mainsHertz(subject: Subject): number | undefined {
  const metric = subject.kind === 'ups' ? 'input.frequency' : 'mains.frequency';
  const hertz = numberOf(subject, metric);
  if (hertz === undefined || subject.watch.input === 'lost' || hertz < DEAD_HERTZ) return undefined;
  return hertz;
}

/** Standing, it ends only when no transition is left in the window. */
const flapping: Definition['evaluator'] =
  ({ limit }) =>
  ({ watch }, isStanding) => {
    const transitions = watch.flips.at.length;
    if (transitions >= (isStanding ? 1 : limit)) {
      return { truth: 'active', reason: 'flapping', value: transitions, limit };
    }
    return { truth: 'inactive', reason: 'steady' };
  };

const GENERATOR_RUNS: Condition = { truth: 'inactive', reason: 'generator_runs' };
const AUTO: Condition = { truth: 'inactive', reason: 'generator_auto' };

/** Mains is away and the generator does not carry the feed; only where there is one. */
const startFail: Rule['evaluate'] = ({ values, watch }) => {
  const state = values['generator.state'];
  if (typeof state !== 'string') return UNKNOWN;
  if (watch.input === 'mains') return RETURNED;
  if (watch.input !== 'lost') return UNKNOWN;
  const position = values['ats.position'];
  const isCarried = state === 'run' && (position === 'generator' || position === undefined);
  return isCarried ? GENERATOR_RUNS : { truth: 'active', reason: 'generator_not_started' };
};

const notAuto: Rule['evaluate'] = ({ values }) => {
  const isAuto = values['generator.auto'];
  if (typeof isAuto !== 'boolean') return UNKNOWN;
  return isAuto ? AUTO : { truth: 'active', reason: 'generator_not_auto' };
};

const supply = ['ups', 'power'] as const;
const withGenerator = ['power', 'scanner'] as const;

export const powerDefinitions: readonly Definition[] = [
  {
    ...{ code: 'MAINS_VOLT', severity: 'warning', kinds: supply, onDelay: 60, offDelay: 60 },
    evaluator: outside(mainsVolts),
  },
  {
    ...{ code: 'MAINS_FREQ', severity: 'warning', kinds: supply, onDelay: 10, offDelay: 60 },
    evaluator: outside(mainsHertz),
  },
  {
    ...{ code: 'MAINS_FLAP', severity: 'major', kinds: supply, onDelay: 0, offDelay: 0 },
    isLatched: true,
    evaluator: flapping,
  },
  {
    ...{
      code: 'GEN_START_FAIL',
      severity: 'critical',
      kinds: ['power'],
      onDelay: 60,
      offDelay: 10,
    },
    metric: 'generator.state',
    reAlarm: 1800,
    evaluator: () => startFail,
  },
  {
    ...{ code: 'GEN_FUEL', severity: 'major', kinds: withGenerator, onDelay: 60, offDelay: 60 },
    metric: 'generator.fuel',
    evaluator: below(metricOf('generator.fuel')),
  },
  {
    ...{
      code: 'GEN_NOT_AUTO',
      severity: 'major',
      kinds: withGenerator,
      onDelay: 300,
      offDelay: 10,
    },
    evaluator: () => notAuto,
  },
];
