/**
 * `ups.status` of Network UPS Tools: a set of tokens separated by spaces; order and repetition mean
 * nothing. Tokens that are not listed here MUST be accepted (NUT new-drivers.txt, "Status data").
 */
export const UPS_FLAGS = [
  'OL',
  'OB',
  'LB',
  'HB',
  'RB',
  'CHRG',
  'DISCHRG',
  'BYPASS',
  'CAL',
  'OFF',
  'OVER',
  'TRIM',
  'BOOST',
  'FSD',
  'ALARM',
  'WAIT',
] as const;
export type UpsFlag = (typeof UPS_FLAGS)[number];

/** The tokens of a status; unknown ones are kept, so `has` answers for any name. */
export function decodeUpsStatus(status: string): ReadonlySet<string> {
  return new Set(status.split(/\s+/).filter((token) => token !== ''));
}
