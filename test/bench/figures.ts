import { cpus } from 'node:os';

/** The value below which `share` (0…1) of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Prints one line of figures, with the machine's cores. */
export function report(name: string, figures: Record<string, string | number>): void {
  const text = Object.entries(figures)
    .map(([key, value]) => `${key} ${typeof value === 'number' ? value.toFixed(1) : value}`)
    .join(', ');
  process.stdout.write(`bench ${name}: ${text} (${cpus().length} cores)\n`);
}
