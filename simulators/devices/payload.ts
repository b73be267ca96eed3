/** The metrics of one message, by their catalogue names. */
export type Metrics = Record<string, number | boolean | string>;

/** Rounds to what an instrument shows; −0 becomes 0. */
export function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale + 0;
}
