/** Where a simulator says which time it is, and where the monitor answers that it has caught up. */
export const CLOCK_TOPIC = 'svitlo-sim/clock';
export const CLOCK_DONE_TOPIC = 'svitlo-sim/clock/done';

/** `{"now": ms since 1970 UTC}`; `undefined` where it is anything else. */
export function decodeClock(payload: Uint8Array): number | undefined {
  try {
    const { now } = JSON.parse(Buffer.from(payload).toString()) as { now?: unknown };
    return typeof now === 'number' && Number.isSafeInteger(now) && now > 0 ? now : undefined;
  } catch {
    return undefined;
  }
}

export function encodeClock(now: number): string {
  return JSON.stringify({ now });
}
