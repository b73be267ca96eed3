import type { MetricValue } from '../../contract/metric.ts';

type Values = Readonly<Record<string, MetricValue | undefined>>;

const DEFAULT_NOMINAL = 230;
/** What a load can live on, as shares of nominal, where the UPS names no limits of its own. */
const SANE_LOW = 0.8;
const SANE_HIGH = 1.15;
/** Under this share of nominal nothing is fed from an input, whatever else is said. */
const DEAD = 0.5;
/** A nominal over this is between two phases (400 V); what is measured to neutral is less by √3. */
const BETWEEN_PHASES_FROM = 300;

const PHASES = ['input.L1-N.voltage', 'input.L2-N.voltage', 'input.L3-N.voltage'] as const;

/** The input's voltage (V): its own, or the lowest of its phases to neutral. */
export function inputVoltage(values: Values): number | undefined {
  const own = values['input.voltage'];
  if (typeof own === 'number') return own;
  let lowest: number | undefined;
  for (const phase of PHASES) {
    const volts = values[phase];
    if (typeof volts === 'number' && (lowest === undefined || volts < lowest)) lowest = volts;
  }
  return lowest;
}

function nominalVoltage(values: Values, volts: number): number {
  const nominal = values['input.voltage.nominal'];
  if (typeof nominal !== 'number' || nominal <= 0) return DEFAULT_NOMINAL;
  const isToNeutral = volts < BETWEEN_PHASES_FROM && typeof values['input.voltage'] !== 'number';
  return isToNeutral && nominal > BETWEEN_PHASES_FROM ? nominal / Math.sqrt(3) : nominal;
}

/** Nothing usable comes in: 0 V, or less than half of nominal. An unknown voltage is not dead. */
export function isInputDead(values: Values): boolean {
  const volts = inputVoltage(values);
  return volts !== undefined && volts < DEAD * nominalVoltage(values, volts);
}

/**
 * Whether a load could be fed from the input: within the UPS's own transfer limits, else 80–115 % of
 * nominal. `undefined` where no voltage is known.
 */
export function isInputSane(values: Values): boolean | undefined {
  const volts = inputVoltage(values);
  if (volts === undefined) return undefined;
  const nominal = nominalVoltage(values, volts);
  const low = values['input.transfer.low'];
  const high = values['input.transfer.high'];
  // Limits that a device got wrong (0, or below half) cannot make a dead input a good one.
  const from = typeof low === 'number' && low > 0 ? low : SANE_LOW * nominal;
  const to = typeof high === 'number' && high > from ? high : SANE_HIGH * nominal;
  return volts >= Math.max(from, DEAD * nominal) && volts <= to;
}
