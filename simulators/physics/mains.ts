import type { Random } from '../random.ts';
import { stepNoise } from './ornstein-uhlenbeck.ts';

const NOMINAL_VOLTS = 230;
const NOMINAL_HERTZ = 50;

/** The evening peak, 0–1: full between 18 and 22 o'clock local time, half an hour to either side. */
function eveningShare(hourOfDay: number): number {
  return Math.max(0, Math.min(1, Math.min(hourOfDay - 17.5, 22.5 - hourOfDay) * 2));
}

/**
 * Voltage of a site's supply, V: Ornstein-Uhlenbeck about 230·(1 − 0.03·evening), σ 2 V, τ 60 s
 * (judgement, well inside EN 50160's ±10 %). An outage is a contactor: `isPresent` and no ramp.
 */
export class MainsVoltage {
  isPresent = true;
  /** A sag is below 1, a swell above (EN 50160 5.3.2: 5–90 % and over 110 % of the nominal voltage). */
  factor = 1;
  #volts: number;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
    this.#volts = NOMINAL_VOLTS + 2 * random.gaussian();
  }

  get volts(): number {
    return this.isPresent ? this.#volts * this.factor : 0;
  }

  step(dtSeconds: number, hourOfDay: number): void {
    const mean = NOMINAL_VOLTS * (1 - 0.03 * eveningShare(hourOfDay));
    this.#volts = stepNoise(
      this.#volts,
      { mean, sigma: 2, tauSeconds: 60 },
      dtSeconds,
      this.#random,
    );
  }
}

/** Frequency of the synchronous grid, Hz: one for all sites; Ornstein-Uhlenbeck, σ 0.015 Hz, τ 30 s (judgement). */
export class GridFrequency {
  /** Where a lack of generation has drawn the frequency to; it follows with the same time constant. */
  excursionHertz: number | undefined;
  hertz = NOMINAL_HERTZ;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  step(dtSeconds: number): void {
    const model = { mean: this.excursionHertz ?? NOMINAL_HERTZ, sigma: 0.015, tauSeconds: 30 };
    this.hertz = stepNoise(this.hertz, model, dtSeconds, this.#random);
  }
}
