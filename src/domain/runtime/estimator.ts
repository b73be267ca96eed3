import {
  BEND_VOLTS,
  blockVolts,
  CHARGE,
  drainRate,
  EMPTY_VOLTS,
  EXPONENT,
  LN_KNEE,
  LN_OHMS,
  LN_RATE,
  lnRate,
  type Ratings,
  SLOPE_VOLTS,
  STATES,
  sagVolts,
} from './battery-model.ts';

/**
 * What is believed of a string: the vector of battery-model.ts and its covariance (row by row). An extended
 * Kalman filter (G. L. Plett, J. Power Sources 134, 2004, joint estimation of charge and parameters)
 * corrects both by the voltage under load; what one discharge taught is where the next begins.
 */
export interface Belief {
  x: number[];
  p: number[];
}

/** A string of a known type that was never seen discharging: mean and deviation of its health, 0–1. */
const HEALTH = { mean: 0.8, deviation: 0.12 } as const;
const EXPONENT_PRIOR = { mean: 1.2, deviation: 0.05 } as const;
const at = (row: number, column: number) => row * STATES + column;

/** Of a string that was never seen discharging; `offset` is added to the ln of its rate, with a deviation. */
export function newBelief(offset = 0, offsetDeviation = 0): Belief {
  const { mean, deviation: turning } = EXPONENT_PRIOR;
  const x = [1, lnRate(mean, HEALTH.mean) + offset, mean, 0.2, 11.6, 1.25, Math.log(0.08), 0];
  const deviations = [0.02, 0, turning, 0.3, 0.06, 0.07, 0.15, 0.03];
  const p = new Array<number>(STATES * STATES).fill(0);
  deviations.forEach((deviation, index) => {
    p[at(index, index)] = deviation ** 2;
  });
  // The rate at 20 h is what the rating promises: the exponent turns the line of rates about that point.
  const turn = Math.log(20 / HEALTH.mean);
  const health = (mean * HEALTH.deviation) / HEALTH.mean;
  p[at(LN_RATE, LN_RATE)] = (turn * turning) ** 2 + health ** 2 + offsetDeviation ** 2;
  p[at(LN_RATE, EXPONENT)] = turn * turning ** 2;
  p[at(EXPONENT, LN_RATE)] = turn * turning ** 2;
  return { x, p };
}

/** How much each belief may have changed from one discharge to the next (deviation). */
const DRIFT = [0, 0.03, 0.01, 0.05, 0.015, 0.015, 0.03, 0.005] as const;

/** One belief is less sure than usual, by this deviation. */
export function widen({ p }: Belief, index: number, deviation: number): void {
  p[at(index, index)] = (p[at(index, index)] as number) + deviation ** 2;
}

/** A discharge begins at this charge (0–1), known to within a deviation. */
export function setCharge({ x, p }: Belief, charge: number, deviation: number): void {
  x[CHARGE] = charge;
  for (let index = 0; index < STATES; index++) {
    p[at(CHARGE, index)] = 0;
    p[at(index, CHARGE)] = 0;
  }
  p[at(CHARGE, CHARGE)] = deviation ** 2;
}

/** Age, temperature and rest may have changed the string since it was last seen discharging. */
export function loosen(belief: Belief): void {
  for (const [index, drift] of DRIFT.entries()) widen(belief, index, drift);
}

export interface Drain {
  amps: number;
  seconds: number;
  ratings: Ratings;
  warmth: number;
}

/** Time passes under a load: charge goes, and what is uncertain of the rate becomes uncertain of charge. */
export function advance({ x, p }: Belief, { amps, seconds, ratings, warmth }: Drain): void {
  const drained = drainRate(x, amps, { capacityAh: ratings.capacityAh, warmth }) * seconds;
  const byRate = -drained;
  const byExponent = -drained * Math.log(amps / (ratings.capacityAh * warmth));
  x[CHARGE] = Math.max(0, (x[CHARGE] as number) - drained);
  const own =
    (p[at(CHARGE, CHARGE)] as number) +
    2 * byRate * (p[at(CHARGE, LN_RATE)] as number) +
    2 * byExponent * (p[at(CHARGE, EXPONENT)] as number) +
    byRate ** 2 * (p[at(LN_RATE, LN_RATE)] as number) +
    2 * byRate * byExponent * (p[at(LN_RATE, EXPONENT)] as number) +
    byExponent ** 2 * (p[at(EXPONENT, EXPONENT)] as number);
  for (let index = 1; index < STATES; index++) {
    const shared =
      (p[at(CHARGE, index)] as number) +
      byRate * (p[at(LN_RATE, index)] as number) +
      byExponent * (p[at(EXPONENT, index)] as number);
    p[at(CHARGE, index)] = shared;
    p[at(index, CHARGE)] = shared;
  }
  p[at(CHARGE, CHARGE)] = own + 1e-9 * seconds;
}

const OUTLIER = 5;
/** No string is outside these, whatever a device says: charge, ln of the rate at one C, exponent … */
const BOUNDS: readonly (readonly [number, number])[] = [
  [0.001, 1.02],
  [-12, -4],
  [1, 1.45],
  [-2, 2.5],
  [10.5, 12.5],
  [0.5, 2.5],
  [-4, -1.5],
  [-0.2, 0.2],
];
const slope = new Float64Array(STATES);
const spread = new Float64Array(STATES);

/** How the volts of a block answer to each belief. */
function fillSlope(x: readonly number[], amps: number, ratings: Ratings): void {
  const charge = x[CHARGE] as number;
  const knee = Math.exp(x[LN_KNEE] as number);
  const fall = Math.exp(-charge / knee);
  const ohms = Math.exp(x[LN_OHMS] as number);
  const line = (x[SLOPE_VOLTS] as number) + 4 * (x[BEND_VOLTS] as number) * (1 - 2 * charge);
  slope[CHARGE] = line + ohms * sagVolts(1, amps, ratings) + fall / knee;
  slope[LN_OHMS] = -ohms * sagVolts(charge, amps, ratings);
  slope[EMPTY_VOLTS] = 1;
  slope[SLOPE_VOLTS] = charge;
  slope[BEND_VOLTS] = 4 * charge * (1 - charge);
  slope[LN_KNEE] = (-fall * charge) / knee;
}

/** Corrects every belief by what the slope in `slope` makes of an error of measurement. */
function correct({ x, p }: Belief, error: number, variance: number): void {
  let total = variance;
  for (let row = 0; row < STATES; row++) {
    let sum = 0;
    for (let column = 0; column < STATES; column++) {
      sum += (p[at(row, column)] as number) * (slope[column] as number);
    }
    spread[row] = sum;
    total += (slope[row] as number) * sum;
  }
  // Hostile or wild values pull no harder than what is just believable.
  const furthest = OUTLIER * Math.sqrt(total);
  const pull = Math.max(-furthest, Math.min(furthest, error));
  for (let row = 0; row < STATES; row++) {
    const gain = (spread[row] as number) / total;
    x[row] = (x[row] as number) + gain * pull;
    for (let column = 0; column < STATES; column++) {
      p[at(row, column)] = (p[at(row, column)] as number) - gain * (spread[column] as number);
    }
  }
  for (const [index, [low, high]] of BOUNDS.entries()) {
    x[index] = Math.min(high, Math.max(low, x[index] as number));
  }
}

/** A measured voltage of a block under a current. */
export function observeVolts(
  belief: Belief,
  { volts, amps, deviation, ratings }: VoltsReading,
): void {
  slope.fill(0);
  fillSlope(belief.x, amps, ratings);
  correct(belief, volts - blockVolts(belief.x, amps, ratings), deviation ** 2);
}

export interface VoltsReading {
  volts: number;
  amps: number;
  deviation: number;
  ratings: Ratings;
}

/** The charge (0–1) is known by other means: an empty string has dropped its load. */
export function observeCharge(belief: Belief, charge: number, deviation: number): void {
  slope.fill(0);
  slope[CHARGE] = 1;
  correct(belief, charge - (belief.x[CHARGE] as number), deviation ** 2);
}

/** Variance of Σ gᵢxᵢ: of what depends on the beliefs by these slopes. */
export function varianceAlong({ p }: Belief, slopes: Readonly<Float64Array>): number {
  let variance = 0;
  for (let row = 0; row < STATES; row++) {
    for (let column = 0; column < STATES; column++) {
      const both = (slopes[row] as number) * (slopes[column] as number);
      variance += both * (p[at(row, column)] as number);
    }
  }
  return Math.max(0, variance);
}
