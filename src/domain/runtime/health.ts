import type { BatteryHealth } from '../../contract/device.ts';
import { EXPONENT, LN_RATE, lnRate, STATES } from './battery-model.ts';
import { type Belief, varianceAlong } from './estimator.ts';
import type { HealthPoint, Running, RuntimeMemory } from './memory.ts';

const HOURS = 20;
const USUAL_EXPONENT = 1.2;
/** A discharge says something of health from this depth on (judgement). */
const LEAST_SHARE = 0.2;
const WIDEST_DEVIATION = 0.12;
const MOST_POINTS = 60;
const MEDIAN_OF = 5;
const TREND_POINTS = 3;
const TREND_MS = 7 * 86_400_000;
const REPLACE_PERCENT = 80;
/** A trend says nothing of what is further away than this. */
const FURTHEST_MS = 20 * 365.25 * 86_400_000;

/** Share of the charge that a new string gives in a second at a current in multiples of its capacity. */
export function nominalRate(multiple: number): number {
  return Math.exp(lnRate(USUAL_EXPONENT, 1) + USUAL_EXPONENT * Math.log(multiple));
}

const slopes = new Float64Array(STATES);

/** Share of the 20-hour capacity by the estimator: at its rate and exponent, C′ = I·H/(s′·H)^(1/k). */
function byVoltage({ multipleSeconds, countedSeconds }: Running, belief: Belief) {
  const lnMultiple = Math.log(multipleSeconds / countedSeconds);
  slopes[LN_RATE] = 1;
  slopes[EXPONENT] = lnMultiple;
  if (Math.sqrt(varianceAlong(belief, slopes)) > WIDEST_DEVIATION) return undefined;
  const exponent = belief.x[EXPONENT] as number;
  const rate = (belief.x[LN_RATE] as number) + exponent * lnMultiple;
  if (Math.exp(rate) * countedSeconds < LEAST_SHARE) return undefined;
  return Math.exp(Math.log(HOURS) + lnMultiple - (Math.log(HOURS * 3600) + rate) / exponent);
}

/** (t_measured/t_model)^(1/k) for the share that the UPS counted; all that was left, where it ran empty. */
function byCount({ settledCharge, charge, nominalShare }: Running, isExhausted: boolean) {
  if (settledCharge === undefined || charge === undefined) return undefined;
  const share = (isExhausted ? settledCharge : settledCharge - charge) / 100;
  return share < LEAST_SHARE ? undefined : (nominalShare / share) ** (1 / USUAL_EXPONENT);
}

/**
 * State of health that a discharge showed, %: the time that it took against the time that a new string takes
 * under the same currents and temperature (IEEE 1188, time-adjusted). The first two minutes
 * do not count. `undefined` where it was too short, or too little known of it.
 */
export function healthOf(
  running: Running,
  belief: Belief,
  isExhausted: boolean,
): number | undefined {
  if (running.countedSeconds <= 0) return undefined;
  const isSeen = running.volts !== undefined;
  const share = isSeen ? byVoltage(running, belief) : byCount(running, isExhausted);
  return share === undefined ? undefined : Math.max(10, Math.min(120, 100 * share));
}

export function noteHealth(memory: RuntimeMemory, at: number, percent: number | undefined): void {
  if (percent === undefined) return;
  memory.health.push({ at, percent });
  if (memory.health.length > MOST_POINTS) memory.health.shift();
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((low as number) + (high as number)) / 2;
}

/** When the trend is at 80 %: Theil and Sen's line (the median of all slopes) over the discharges. */
function replaceAt(points: readonly HealthPoint[], percent: number): number | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < TREND_POINTS) return undefined;
  if (last.at - first.at < TREND_MS) return undefined;
  if (percent <= REPLACE_PERCENT) return last.at;
  const slopesOfPairs = points.flatMap((point, index) =>
    points
      .slice(index + 1)
      .filter(({ at }) => at > point.at)
      .map((later) => (later.percent - point.percent) / (later.at - point.at)),
  );
  const slope = median(slopesOfPairs);
  const level = median(points.map((point) => point.percent - slope * point.at));
  const crossing = (REPLACE_PERCENT - level) / slope;
  if (!(slope < 0) || crossing > last.at + FURTHEST_MS) return undefined;
  return Math.max(last.at, crossing);
}

/** Health by the median of the newest discharges, with the trend to 80 % (IEEE 1188: replace). */
export function health(memory: RuntimeMemory): BatteryHealth | undefined {
  const points = memory.health;
  const last = points.at(-1);
  if (last === undefined) return undefined;
  const percent = median(points.slice(-MEDIAN_OF).map((point) => point.percent));
  const at = replaceAt(points, percent);
  return {
    percent,
    measuredAt: last.at,
    discharges: points.length,
    ...(at === undefined ? {} : { replaceAt: at }),
  };
}
