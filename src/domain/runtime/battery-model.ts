/** Ratings as far as they are configured or follow from what the UPS says. */
export interface Ratings {
  kW: number;
  capacityAh: number;
  blocks: number;
}

/**
 * What a string of 12 V lead-acid blocks is taken for; places in a vector, as the estimator corrects them
 * together: charge s (0–1), ln of the rate at one C (1/s), Peukert's exponent, ln of the resistance (in
 * multiples of the usual), volts empty at rest, volts between empty and full, ln of the knee's charge, volts
 * by which the line from empty to full is bent in its middle.
 */
export const CHARGE = 0;
export const LN_RATE = 1;
export const EXPONENT = 2;
export const LN_OHMS = 3;
export const EMPTY_VOLTS = 4;
export const SLOPE_VOLTS = 5;
export const LN_KNEE = 6;
export const BEND_VOLTS = 7;
export const STATES = 8;

const HOURS = 20;
const LEAST_SHARE = 0.02;
const LEAST_VOLTS = 8;
const SLICES = 24;
export const LONGEST_SECONDS = 172_800;

/** ln of the rate at one C of a string with this share of its capacity: s′ = (1/H)(H/q)^k, H = 20 h (Peukert). */
export function lnRate(exponent: number, health: number): number {
  return exponent * Math.log(HOURS / health) - Math.log(HOURS * 3600);
}

/** Share of the rated capacity that the temperature leaves, lead-acid (IEEE 485's cell sizing correction, as ETAP fits it). */
export function temperatureFactor(celsius: number): number {
  const x = Math.max(-10, Math.min(40, celsius)) / 100;
  return 1 / (-2.8117 * x ** 3 + 4.1916 * x ** 2 - 2.4941 * x + 1.405);
}

/** Efficiency of a double conversion by load: 0.91 at 20 %, 0.945 at 50–100 % (judgement). */
function efficiency(share: number): number {
  return share / (share + 0.015 + 0.02 * share + 0.02 * share * share);
}

/** What the inverter takes from a block, W. */
export function wattsABlock(kW: number, { kW: rated, blocks }: Ratings): number {
  const share = Math.max(LEAST_SHARE, kW / rated);
  return (1000 * share * rated) / efficiency(share) / blocks;
}

/** The usual resistance of a block, Ω: 5 mΩ at 65 Ah, inverse to its capacity. */
function usualOhms({ capacityAh }: Ratings): number {
  return 0.325 / capacityAh;
}

/** Volts that a block loses at this charge per ampere and resistance in multiples of the usual. */
export function sagVolts(charge: number, amps: number, ratings: Ratings): number {
  return amps * usualOhms(ratings) * (2 - charge);
}

/** V = V₀ + V₁s − I·R·(2−s) − e^(−s/κ): rest, resistance that grows as charge goes, the knee at the end. */
export function blockVolts(x: readonly number[], amps: number, ratings: Ratings): number {
  const s = x[CHARGE] as number;
  const sag = Math.exp(x[LN_OHMS] as number) * sagVolts(s, amps, ratings);
  const bend = 4 * (x[BEND_VOLTS] as number) * s * (1 - s);
  const rest = (x[EMPTY_VOLTS] as number) + (x[SLOPE_VOLTS] as number) * s + bend;
  return rest - sag - Math.exp(-s / Math.exp(x[LN_KNEE] as number));
}

/** Share of the charge that goes in a second: s′ = r·(I/(C·kT))^k. */
export function drainRate(
  x: readonly number[],
  amps: number,
  { capacityAh, warmth }: { capacityAh: number; warmth: number },
): number {
  const multiple = amps / (capacityAh * warmth);
  return Math.exp((x[LN_RATE] as number) + (x[EXPONENT] as number) * Math.log(multiple));
}

/** A load, what it weighs on, and the volts a block at which the inverter gives up. */
export interface Draw {
  watts: number;
  ratings: Ratings;
  /** Share of the capacity that the temperature leaves. */
  warmth: number;
  cutoffVolts: number;
}

const scratch: number[] = new Array<number>(STATES).fill(0);

/**
 * Seconds until the voltage under this load reaches the cut-off, or the charge is gone: ∫ ds/s′ by slices
 * that are shorter towards the end, where the knee is.
 */
export function secondsToCutoff(x: readonly number[], draw: Draw): number {
  const { watts, ratings, warmth, cutoffVolts } = draw;
  for (let index = 0; index < STATES; index++) scratch[index] = x[index] as number;
  const start = x[CHARGE] as number;
  let [seconds, above, volts] = [0, start, 12];
  let excess = Number.POSITIVE_INFINITY;
  for (let slice = 0; slice <= SLICES; slice++) {
    const charge = start * (1 - slice / SLICES) ** 1.5;
    scratch[CHARGE] = charge;
    for (let round = 0; round < 2; round++) {
      volts = Math.max(LEAST_VOLTS, blockVolts(scratch, watts / volts, ratings));
    }
    const left = volts - cutoffVolts;
    const isReached = left <= 0;
    if (isReached && slice === 0) return 0;
    const crossed = isReached ? excess / (excess - left) : 1;
    const rate = drainRate(scratch, watts / volts, { capacityAh: ratings.capacityAh, warmth });
    seconds += ((above - charge) * crossed) / rate;
    if (isReached || seconds > LONGEST_SECONDS) break;
    above = charge;
    excess = left;
  }
  return Math.min(seconds, LONGEST_SECONDS);
}
