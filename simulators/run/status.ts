import type { Verdict } from '../judge/verdict.ts';

/** The status that a judged run ends with. */
const STATUS = { right: 0, wrong: 1, inconclusive: 3 } as const;

/** 0 right; 1 the monitor was wrong in any run; 3 nothing wrong, yet a run was inconclusive. */
export function exitStatusOf(verdicts: readonly Verdict[]): number {
  const all = verdicts.map(({ status }) => STATUS[status]);
  if (all.includes(1)) return 1;
  return all.includes(3) ? 3 : 0;
}
