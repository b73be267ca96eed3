import type { Check } from './verdict.ts';

const SHOWN = 10;

/** Times in messages for people. */
export function clockOf(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

interface CountedCheck {
  name: string;
  cases: readonly string[];
  limit: number;
  of: number;
}

/** A check that counts wrong cases. */
export function counted({ name, cases, limit, of }: CountedCheck): Check {
  return {
    name,
    outcome: cases.length <= limit ? 'right' : 'wrong',
    measured: cases.length,
    limit,
    unit: '',
    of,
    examples: cases.slice(0, SHOWN),
  };
}
