import type { Resolution } from '../../domain/resolution.ts';

/** What a rollup keeps of each metric; sums and counts add up to any wider bucket's weighted mean. */
export const STATISTICS = ['min', 'mean', 'max', 'last', 'sum', 'count'] as const;
export type Statistic = (typeof STATISTICS)[number];

const SUFFIX: Readonly<Record<Resolution, string>> = { raw: '', minute: '_1m', hour: '_1h' };

/** `ups`, `ups_1m`, `ups_1h` */
export function measurementOf(kind: string, resolution: Resolution): string {
  return `${kind}${SUFFIX[resolution]}`;
}

/** `battery.charge:mean` */
export function fieldOf(metric: string, statistic: Statistic): string {
  return `${metric}:${statistic}`;
}
