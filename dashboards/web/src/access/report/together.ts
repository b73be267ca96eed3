import type { Saved } from '../../../../../src/contract/outage.ts';

export const PARTS = ['upsSeconds', 'generatorSeconds', 'offSeconds', 'unseenSeconds'] as const;

/** The sums of all donors, part by part. */
export function togetherOf(saved: readonly Saved[]): Saved {
  const sum = { upsSeconds: 0, generatorSeconds: 0, offSeconds: 0, unseenSeconds: 0 };
  for (const row of saved) for (const part of PARTS) sum[part] += row[part];
  return sum;
}
