/** A string is to be replaced when it holds less than this share of its new capacity (IEEE 1188). */
export const REPLACE_AT = 0.8;

const DESIGN_YEARS = 10;
const REFERENCE_CELSIUS = 25;
const SECONDS_A_YEAR = 365.25 * 86_400;

/** Years on float until 80 %: 10 at 25 °C, halved by every 10 °C more (Arrhenius' rule; years are judgement). */
export function floatLifeYears(temperatureC: number): number {
  return DESIGN_YEARS * 2 ** (-(temperatureC - REFERENCE_CELSIUS) / 10);
}

/**
 * State of health (0–1) after `dtSeconds` at `temperatureC`: −dSoH/dt = (1 − 0.8)/life(T), so that a
 * string is at 80 % when its float life is over (judgement: linear).
 */
export function stepAgeing(stateOfHealth: number, temperatureC: number, dtSeconds: number): number {
  const years = dtSeconds / SECONDS_A_YEAR;
  return Math.max(0, stateOfHealth - ((1 - REPLACE_AT) * years) / floatLifeYears(temperatureC));
}
