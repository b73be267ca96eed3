import { rssMbOf } from './process-usage.ts';

const EVERY_MS = 1000;

export interface RssWatch {
  /** The highest resident memory since the last call (MB). */
  peak(): number;
  [Symbol.dispose](): void;
}

/** Looks at a process's resident memory each second. */
export function watchRss(pid: number): RssWatch {
  let peakMb = rssMbOf(pid);
  const timer = setInterval(() => {
    try {
      peakMb = Math.max(peakMb, rssMbOf(pid));
    } catch {
      // It has ended, and its caller is about to know.
      clearInterval(timer);
    }
  }, EVERY_MS);
  return {
    peak: () => {
      const peak = Math.max(peakMb, rssMbOf(pid));
      peakMb = rssMbOf(pid);
      return peak;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
