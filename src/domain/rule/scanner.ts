import type { Condition, Rule, Subject } from '../alarm/rule-shape.ts';
import {
  above,
  below,
  type Definition,
  ENDED,
  metricOf,
  numberOf,
  UNKNOWN,
  WITHIN,
} from './definition.ts';

/** In these the source needs its coolant. */
const COOLED: readonly unknown[] = ['warming_up', 'ready', 'scanning', 'cooldown'];

const RELEASED: Condition = { truth: 'inactive', reason: 'emergency_stop_released' };
const CLOSED: Condition = { truth: 'inactive', reason: 'interlock_closed' };
const POWERED: Condition = { truth: 'inactive', reason: 'powered_again' };
const WARMED_UP: Condition = { truth: 'inactive', reason: 'warmup_ended' };
const ON_SITE: Condition = { truth: 'inactive', reason: 'on_site' };

const emergencyStop: Rule['evaluate'] = ({ values }) => {
  const { estop, state } = values;
  if (estop === true || state === 'emergency_stop') {
    return { truth: 'active', reason: 'emergency_stop' };
  }
  return estop === undefined && state === undefined ? UNKNOWN : RELEASED;
};

const interlock: Rule['evaluate'] = ({ values, watch }) => {
  const opened = watch.scanner?.openedUnderBeam;
  if (typeof values.interlocks !== 'number' || opened === undefined) return UNKNOWN;
  if (opened === 0) return CLOSED;
  // The mask is unsigned, the operators' results are not.
  return { truth: 'active', reason: 'interlock_under_beam', value: opened >>> 0 };
};

const hotLoss: Rule['evaluate'] = ({ watch: { scanner } }) => {
  if (scanner?.state === undefined) return UNKNOWN;
  return scanner.isHotLoss ? { truth: 'active', reason: 'hot_loss' } : POWERED;
};

/** The limit is over the set point: its own, else the rated one. */
const chiller: Definition['evaluator'] =
  ({ limit, deadband }) =>
  (subject, isStanding) => {
    const value = numberOf(subject, 'chiller.temp');
    const setpoint =
      numberOf(subject, 'chiller.setpoint') ?? subject.config?.rated?.chillerSetpoint;
    if (value === undefined || setpoint === undefined) return UNKNOWN;
    const highest = setpoint + limit;
    if (value <= (isStanding ? highest - deadband : highest)) return WITHIN;
    return { truth: 'active', reason: 'above_limit', value, limit: highest };
  };

/** A share of what is rated (%); not known where nothing is rated. */
function shareOfRated(subject: Subject, metric: string, rating: string): number | undefined {
  const value = numberOf(subject, metric);
  const rated = subject.config?.rated?.[rating];
  if (value === undefined || rated === undefined || rated <= 0) return undefined;
  return Math.round((1000 * value) / rated) / 10;
}

const flow: Definition['evaluator'] = (limits) => {
  const measured = below((subject) => shareOfRated(subject, 'chiller.flow', 'flow'))(limits);
  return (subject, isStanding) => {
    const { state } = subject.values;
    if (state === undefined) return UNKNOWN;
    return COOLED.includes(state) ? measured(subject, isStanding) : ENDED;
  };
};

const warmup: Definition['evaluator'] =
  ({ limit }) =>
  ({ watch: { scanner } }) => {
    if (scanner?.state === undefined) return UNKNOWN;
    const minutes = Math.round(scanner.warmupSeconds / 60);
    const longest = limit * scanner.warmupTypicalSeconds;
    if (scanner.warmupSeconds <= longest) return WARMED_UP;
    return { truth: 'active', reason: 'warmup_too_long', value: minutes, limit: longest / 60 };
  };

const moved: Definition['evaluator'] =
  ({ limit, deadband }) =>
  ({ watch: { scanner } }, isStanding) => {
    const km = scanner?.distanceKm;
    if (scanner === undefined || km === undefined) return UNKNOWN;
    if (scanner.isTransitPlanned || km <= (isStanding ? limit - deadband : limit)) return ON_SITE;
    return { truth: 'active', reason: 'off_site', value: Math.round(10 * km) / 10, limit };
  };

const kinds = ['scanner'] as const;

export const scannerDefinitions: readonly Definition[] = [
  {
    ...{ code: 'SC_ESTOP', severity: 'critical', kinds, onDelay: 0, offDelay: 0 },
    isShelvable: false,
    metric: 'state',
    evaluator: () => emergencyStop,
  },
  {
    ...{ code: 'SC_INTERLOCK', severity: 'major', kinds, onDelay: 0, offDelay: 0 },
    isShelvable: false,
    evaluator: () => interlock,
  },
  {
    ...{ code: 'SC_DOSE', severity: 'critical', kinds, onDelay: 2, offDelay: 10 },
    isShelvable: false,
    metric: 'dose.boundary',
    evaluator: above(metricOf('dose.boundary')),
  },
  {
    ...{ code: 'SC_HOT_LOSS', severity: 'critical', kinds, onDelay: 0, offDelay: 0 },
    metric: 'state',
    evaluator: () => hotLoss,
  },
  {
    ...{ code: 'SC_CHILLER', severity: 'major', kinds, onDelay: 30, offDelay: 30 },
    metric: 'chiller.temp',
    evaluator: chiller,
  },
  {
    ...{ code: 'SC_FLOW', severity: 'critical', kinds, onDelay: 5, offDelay: 10 },
    metric: 'chiller.flow',
    evaluator: flow,
  },
  {
    ...{ code: 'SC_VACUUM', severity: 'major', kinds, onDelay: 10, offDelay: 30 },
    metric: 'linac.ion_pump',
    evaluator: above(metricOf('linac.ion_pump')),
  },
  {
    ...{ code: 'SC_DETECTOR', severity: 'minor', kinds, onDelay: 300, offDelay: 60 },
    metric: 'detector.ok',
    evaluator: below(metricOf('detector.ok')),
  },
  {
    ...{ code: 'SC_WARMUP_LONG', severity: 'minor', kinds, onDelay: 0, offDelay: 0 },
    evaluator: warmup,
  },
  {
    ...{ code: 'TUBE_LIFE', severity: 'warning', kinds, onDelay: 60, offDelay: 60 },
    evaluator: above((subject) => shareOfRated(subject, 'source.heater_hours', 'heaterHours')),
  },
  {
    ...{ code: 'MOVED', severity: 'warning', kinds, onDelay: 300, offDelay: 60 },
    evaluator: moved,
  },
];
