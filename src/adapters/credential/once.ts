import { randomBytes } from 'node:crypto';

/** More than people ever begin at once; beyond it the oldest is given up. */
const MOST = 10_000;

interface Kept<T> {
  value: T;
  until: number;
}

/** What is kept under a name that nobody guesses, to be taken once, within `lifeMs`. */
export interface OnceStore<T> {
  put(value: T): string;
  take(id: string): T | undefined;
}

export function createOnceStore<T>(given: {
  now: () => number;
  lifeMs: number;
  most?: number;
}): OnceStore<T> {
  const { now, lifeMs, most = MOST } = given;
  const kept = new Map<string, Kept<T>>();
  return {
    put: (value) => {
      const at = now();
      for (const [id, { until }] of kept) {
        if (until > at && kept.size < most) break;
        kept.delete(id);
      }
      const id = randomBytes(32).toString('base64url');
      kept.set(id, { value, until: at + lifeMs });
      return id;
    },
    take: (id) => {
      const found = kept.get(id);
      kept.delete(id);
      return found !== undefined && found.until > now() ? found.value : undefined;
    },
  };
}
