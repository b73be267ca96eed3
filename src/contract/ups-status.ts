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

const MAX_KNOWN = 1000;
const known = new Map<string, ReadonlySet<string>>();

/** The tokens of a status; unknown ones are kept, so `has` answers for any name. */
export function decodeUpsStatus(status: string): ReadonlySet<string> {
  const flags = known.get(status);
  if (flags !== undefined) return flags;
  const decoded = new Set(status.split(/\s+/).filter((token) => token !== ''));
  // A fleet says few different things; one that does not is not remembered for ever.
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(status, decoded);
  return decoded;
}
