const BOOT_1970_MS = 0;

/** How a device's clock goes wrong, from `sinceMs` (ms since 1970 UTC). */
export type ClockError =
  | { kind: 'offset'; seconds: number }
  /** Reaches `seconds` after `overSeconds` and stays there. */
  | { kind: 'drift'; seconds: number; overSeconds: number; sinceMs: number }
  /** The clock's battery is empty: it counts from 1970 again. */
  | { kind: 'reset'; sinceMs: number };

/** What a device with this error holds for the time when it is `now` (ms since 1970 UTC). */
export function wrongTime(now: number, error: ClockError | undefined): number {
  if (error === undefined) return now;
  if (error.kind === 'offset') return now + error.seconds * 1000;
  if (error.kind === 'reset') return BOOT_1970_MS + (now - error.sinceMs);
  const share = Math.min(1, (now - error.sinceMs) / (error.overSeconds * 1000));
  return Math.round(now + error.seconds * 1000 * share);
}
