import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  /** What is awaited, as it ends the sentence "waited 20000 ms for …". */
  what: string;
  timeoutMs?: number;
  intervalMs?: number;
}

type Falsy = undefined | null | false | 0 | '';

/**
 * Asks `attempt` again and again until it answers something truthy, which is returned.
 * What `attempt` throws counts as "not yet", and is the cause of the error at the end.
 */
export async function until<T>(
  attempt: () => T | Promise<T>,
  { what, timeoutMs = 20_000, intervalMs = 20 }: UntilOptions,
): Promise<Exclude<T, Falsy>> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  let cause: unknown;
  do {
    try {
      last = await attempt();
      cause = undefined;
      if (last) return last as Exclude<T, Falsy>;
    } catch (error) {
      cause = error;
    }
    await sleep(intervalMs);
  } while (performance.now() < deadline);
  const seen = cause === undefined ? `last seen ${JSON.stringify(last)}` : `last error ${cause}`;
  throw new Error(`waited ${timeoutMs} ms for ${what}: ${seen}`, { cause });
}
