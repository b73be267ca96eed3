import { CHARGE, type Draw, STATES, secondsToCutoff, wattsABlock } from './battery-model.ts';
import { restingCharge, warmthOf } from './discharge.ts';
import { type Belief, varianceAlong } from './estimator.ts';
import type { Newest, RuntimeMemory } from './memory.ts';
import { beliefOf } from './ratings.ts';

/** By how much each belief is moved to see what it does to the forecast. */
const NUDGES = [0.01, 0.02, 0.01, 0.03, 0.02, 0.02, 0.03, 0.01] as const;
/** ln of the runtime: what the model itself leaves out. */
const MODEL_DEVIATION = 0.03;
const SPREAD_LASTS_MS = 30_000;
const SPREAD_LOAD = 0.05;
/** A band in which the truth lies in four of five cases. */
const BAND = 1.3;
/**
 * Near the end no more is promised than 1.12 of what 15 of 16 strings would hold of which this much is known; in
 * the first minutes, when a weak string has not shown its weakness yet, of what nearly all would.
 */
const CAUTION = { deviations: 1.55, early: 1, earlySeconds: 180, allowance: 1.12 } as const;
const NEAR_SECONDS = { full: 650, none: 1000 } as const;
/** Messages come seconds apart and the last volts go fast. */
const RESERVE_SECONDS = 20;

/** Seconds that a model gives, and the band around it. */
export interface ModelForecast {
  runtimeSeconds: number;
  /** Without caution: what loads are compared by. */
  middle: number;
  low: number;
  high: number;
}

const nudged: number[] = new Array<number>(STATES).fill(0);
const slopes = new Float64Array(STATES);

/** Deviation of ln t by all that is uncertain of the string but its cut-off. */
function deviationOf(belief: Belief, draw: Draw, central: number): number {
  const { x } = belief;
  for (let index = 0; index < STATES; index++) nudged[index] = x[index] as number;
  for (let index = 0; index < STATES; index++) {
    const nudge = NUDGES[index] as number;
    nudged[index] = (x[index] as number) - nudge;
    const seconds = Math.max(1, secondsToCutoff(nudged, draw));
    slopes[index] = Math.log(Math.max(1, central) / seconds) / nudge;
    nudged[index] = x[index] as number;
  }
  return Math.hypot(Math.sqrt(varianceAlong(belief, slopes)), MODEL_DEVIATION);
}

/** The costly part of the forecast, kept for half a minute while the load stays. */
function spreadOf(
  memory: RuntimeMemory,
  belief: Belief,
  { draw, kW, central }: { draw: Draw; kW: number; central: number },
): number {
  const { ts, lastingKw } = memory.newest as Newest;
  const { spread } = memory.derived;
  const isFresh = spread !== undefined && ts >= spread.ts && ts - spread.ts < SPREAD_LASTS_MS;
  if (isFresh && Math.abs(kW / spread.kW - 1) < SPREAD_LOAD) return spread.deviation;
  const deviation = deviationOf(belief, draw, central);
  if (kW === lastingKw) memory.derived.spread = { ts, kW, deviation };
  return deviation;
}

/**
 * The cut-off of a string that still holds at `volts`: mean and deviation of a normal cut by it (its logistic
 * approximation; Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, 13.10.1).
 */
function survivedCutoff(cutoff: RuntimeMemory['cutoff'], volts: number | undefined) {
  const { mean, deviation } = cutoff;
  if (volts === undefined) return cutoff;
  const a = (volts - mean) / deviation;
  if (a > 3) return cutoff;
  // Held far below: it cuts anywhere under this.
  if (a < -2.5) return { mean: volts - 0.3 * deviation, deviation: 0.3 * deviation };
  const below = 1 / (1 + Math.exp(-1.5976 * a - 0.07056 * a ** 3));
  const ratio = Math.exp((-a * a) / 2) / Math.sqrt(2 * Math.PI) / below;
  const variance = Math.max(0.05, 1 - a * ratio - ratio * ratio);
  return { mean: mean - deviation * ratio, deviation: deviation * Math.sqrt(variance) };
}

/** 0 up to `from`, 1 from `to` on. */
function ramp(value: number, from: number, to: number): number {
  return Math.max(0, Math.min(1, (value - from) / (to - from)));
}

/** Seconds so many deviations over the middle, or under it where negative; the cut-off and the rest are independent. */
function quantile(
  x: readonly number[],
  draw: Draw,
  {
    central,
    spread,
    cutoffDeviation,
    deviations,
  }: { central: number; spread: number; cutoffDeviation: number; deviations: number },
): number {
  const cutoffVolts = draw.cutoffVolts - deviations * cutoffDeviation;
  const moved = Math.max(1, secondsToCutoff(x, { ...draw, cutoffVolts }));
  const byCutoff = Math.log(Math.max(1, central) / moved);
  return central * Math.exp(Math.sign(deviations) * Math.hypot(deviations * spread, byCutoff));
}

/**
 * What the model of this string gives for this load (kW) from this charge (0–1; what is left now, unless
 * told); `undefined` where load or ratings are unknown.
 */
export function modelForecast(
  memory: RuntimeMemory,
  { kW, charge }: { kW: number | undefined; charge?: number | undefined },
): ModelForecast | undefined {
  const { newest, running, derived } = memory;
  const { ratings } = derived;
  if (newest === undefined || ratings === undefined || kW === undefined) return undefined;
  const belief = beliefOf(memory);
  const { x } = belief;
  const kept = x[CHARGE] as number;
  if (charge !== undefined) x[CHARGE] = charge;
  else if (running === undefined) x[CHARGE] = restingCharge(memory).charge;
  const cutoff = survivedCutoff(memory.cutoff, running?.volts);
  const watts = wattsABlock(kW, ratings);
  const draw: Draw = { watts, ratings, warmth: warmthOf(newest), cutoffVolts: cutoff.mean };
  const central = secondsToCutoff(x, draw);
  const spread = spreadOf(memory, belief, { draw, kW, central });
  const around = { central, spread, cutoffDeviation: cutoff.deviation };
  const at = (deviations: number) => quantile(x, draw, { ...around, deviations });
  const early = CAUTION.early * Math.exp(-(running?.seconds ?? 0) / CAUTION.earlySeconds);
  const least = at(-CAUTION.deviations - early);
  const runtimeSeconds = cautious(central, least);
  const forecast = { runtimeSeconds, middle: central, low: at(-BAND), high: at(BAND) };
  x[CHARGE] = kept;
  return forecast;
}

/** The middle while the end is far; no more than is nearly sure when it is near. */
function cautious(central: number, least: number): number {
  const near = 1 - ramp(least, NEAR_SECONDS.full, NEAR_SECONDS.none);
  const safe = Math.min(central, CAUTION.allowance * least);
  return Math.max(0, central + near * (safe - central - RESERVE_SECONDS));
}
