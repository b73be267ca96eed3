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
    peakMb = Math.max(peakMb, rssMbOf(pid));
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
