import type { BatteryHealth } from '../../contract/device.ts';
import { EXPONENT, LN_RATE, lnRate, STATES } from './battery-model.ts';
import { type Belief, varianceAlong } from './estimator.ts';
import type { HealthPoint, Newest, Running, RuntimeMemory } from './memory.ts';

const USUAL_EXPONENT = 1.2;
/** A discharge says something of health from this depth on (ups.md: 0.2 of the charge). */
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

/** What share the settled part of the discharge took of the string as it is; `undefined` where nothing says it. */
function shareTaken(
  { running, newest, isExhausted }: { running: Running; newest: Newest; isExhausted: boolean },
  { x, p }: Belief,
): number | undefined {
  if (running.volts !== undefined) {
    const lnMultiple = Math.log(running.multipleSeconds / running.countedSeconds);
    slopes[LN_RATE] = 1;
    slopes[EXPONENT] = lnMultiple;
    if (Math.sqrt(varianceAlong({ x, p }, slopes)) > WIDEST_DEVIATION) return undefined;
    const rate = (x[LN_RATE] as number) + (x[EXPONENT] as number) * lnMultiple;
    return Math.exp(rate) * running.countedSeconds;
  }
  const { settledCharge } = running;
  if (settledCharge === undefined || newest.charge === undefined) return undefined;
  return (isExhausted ? settledCharge : settledCharge - newest.charge) / 100;
}

/**
 * State of health that a discharge showed, %: 100·(t_measured/t_model)^(1/k), where the time is what a new string
 * takes for the same share of its charge under the same currents and temperature (IEEE 1188, time-adjusted;
 * domain.md's KPI). The first two minutes do not count. `undefined` where it was too short or too little known.
 */
export function healthOf(discharge: {
  running: Running;
  belief: Belief;
  newest: Newest;
  isExhausted: boolean;
}): number | undefined {
  const { running, belief } = discharge;
  if (running.countedSeconds <= 0) return undefined;
  const share = shareTaken(discharge, belief);
  if (share === undefined || share < LEAST_SHARE) return undefined;
  const ratio = running.nominalShare / share;
  return Math.max(10, Math.min(120, 100 * ratio ** (1 / USUAL_EXPONENT)));
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
