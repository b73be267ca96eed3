import { SqliteSpool } from '../../src/adapters/sqlite/spool.ts';
import type { SpoolLimits } from '../../src/adapters/sqlite/spool-limit.ts';

export const ROOMY: SpoolLimits = {
  maxBytes: 2 ** 33,
  minFreeBytes: 0,
  maxAgeMs: Number.POSITIVE_INFINITY,
};

/** A real spool in `file`, with no limit within a test's reach unless told. */
export function openSpool(
  file: string,
  limits: Partial<SpoolLimits> = {},
  onSetAside: (aside: string) => void = () => {},
): SqliteSpool {
  return new SqliteSpool(file, { limits: { ...ROOMY, ...limits }, onSetAside });
}
