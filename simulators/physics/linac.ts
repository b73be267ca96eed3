import type { Random } from '../random.ts';

const SOUND_MICROAMPS = 3;
/** An hour unpumped brings the current up by this much; reconditioning takes 10–15-min steps (ANL). */
const RISE_AN_HOUR = 60;
const HIGHEST_MICROAMPS = 180;
const RECONDITION_SECONDS = 400;
const MEDIAN_LIFE_HOURS = 3000;
const LIFE_SHAPE = 2;

export interface LinacUse {
  isHeaterOn: boolean;
  isBeamOn: boolean;
  /** The ion pump has a supply. */
  isPumped: boolean;
}

/**
 * Hours that a magnetron lasts: Weibull with shape 2 and a median of 3000 h (judgement), by the inverse
 * of its distribution: t = median·(−ln(1−u)/ln 2)^(1/shape).
 */
export function magnetronLifeHours(random: Random): number {
  return MEDIAN_LIFE_HOURS * (-Math.log(1 - random.next()) / Math.LN2) ** (1 / LIFE_SHAPE);
}

/** The source of a scanner: its hour counters, and the vacuum that its ion pump keeps. */
export class Linac {
  heaterHours: number;
  beamHours: number;
  #excessMicroamps = 0;

  constructor({ heaterHours, beamHours }: { heaterHours: number; beamHours: number }) {
    this.heaterHours = heaterHours;
    this.beamHours = beamHours;
  }

  /** Ion pump current, µA, once it has a supply: high after hours without, then falling (e^(−t/400 s)). */
  get pumpMicroamps(): number {
    return Math.min(HIGHEST_MICROAMPS, SOUND_MICROAMPS + this.#excessMicroamps);
  }

  /** The heater's hours count while it warms, waits or scans; the beam's only with the beam. */
  step(dtSeconds: number, { isHeaterOn, isBeamOn, isPumped }: LinacUse): void {
    const hours = dtSeconds / 3600;
    if (isHeaterOn) this.heaterHours += hours;
    if (isBeamOn) this.beamHours += hours;
    if (isPumped) this.#excessMicroamps *= Math.exp(-dtSeconds / RECONDITION_SECONDS);
    else
      this.#excessMicroamps = Math.min(
        HIGHEST_MICROAMPS,
        this.#excessMicroamps + hours * RISE_AN_HOUR,
      );
  }
}
