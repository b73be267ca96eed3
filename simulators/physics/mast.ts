import type { Random } from '../random.ts';
import { stepNoise } from './ornstein-uhlenbeck.ts';

/** Hours that a mast goes on without mains: 1.5–10, median 4 (regulator's and operators' figures). */
const HOURS = { low: 1.5, median: 4, high: 10 } as const;
const SPREAD = 0.55;
/** One draw in twelve is beyond the ends, so so many never are. */
const MOST_DRAWS = 32;
const RECHARGE_HOURS = 8;
/** Seconds from the return of mains to the first packet (judgement). */
const REBOOT_SECONDS = 120;
const SIGNAL = { mean: -85, sigma: 4, tauSeconds: 120 };

export interface MastSurroundings {
  isMainsPresent: boolean;
  ambientC: number;
}

/**
 * Hours of a mast's battery: median·e^(0.55·N(0,1)), drawn again beyond the ends (a truncated lognormal;
 * its spread is judgement), so that no two masts share an end and die in the same moment.
 */
export function mastHours(random: Random): number {
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const hours = HOURS.median * Math.exp(SPREAD * random.gaussian());
    if (hours > HOURS.low && hours < HOURS.high) return hours;
  }
  return HOURS.median;
}

/** The operator's mast that a site's modems use: its battery, and how well it is heard. */
export class Mast {
  isUp = true;
  /** dBm, Ornstein-Uhlenbeck about −85, σ 4, τ 120 s (judgement). */
  rssi: number = SIGNAL.mean;
  readonly #hours: number;
  readonly #random: Random;
  #charge = 1;
  #upInSeconds = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#hours = mastHours(random);
  }

  get isAbnormal(): boolean {
    return !this.isUp;
  }

  /** Without mains the charge falls, faster in frost: 1 %/K of the capacity below 25 °C. */
  step(dtSeconds: number, { isMainsPresent, ambientC }: MastSurroundings): void {
    const noise = stepNoise(this.rssi, SIGNAL, dtSeconds, this.#random);
    this.rssi = Math.max(-120, Math.min(-40, noise));
    if (isMainsPresent) {
      this.#charge = Math.min(1, this.#charge + dtSeconds / (RECHARGE_HOURS * 3600));
      this.#upInSeconds -= dtSeconds;
      if (this.#upInSeconds <= 0) this.isUp = true;
      return;
    }
    const capacity = Math.max(0.3, 1 - 0.01 * Math.max(0, 25 - ambientC));
    this.#charge = Math.max(0, this.#charge - dtSeconds / (this.#hours * 3600 * capacity));
    if (this.#charge > 0) return;
    this.isUp = false;
    this.#upInSeconds = REBOOT_SECONDS;
  }
}
