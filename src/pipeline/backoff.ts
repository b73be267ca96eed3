const FIRST_MS = 500;
const MAX_MS = 15_000;
const MAX_RETRY_AFTER_MS = 300_000;

interface Wait {
  /** How often it failed without a success in between, at least 1. */
  failures: number;
  /** What the other side asks to wait (ms). */
  retryAfterMs?: number | undefined;
  /** In [0, 1). */
  random: number;
}

/**
 * How long to wait before the next try (ms): doubling, with jitter so that many clients do not come back
 * at once, and no less than the other side asks for, within reason.
 */
export function backoffMs({ failures, retryAfterMs = 0, random }: Wait): number {
  const ceilingMs = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  const jitteredMs = ceilingMs * (0.5 + random / 2);
  return Math.max(jitteredMs, Math.min(retryAfterMs, MAX_RETRY_AFTER_MS));
}
