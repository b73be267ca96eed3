import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';
import type { LoopDelay } from './loop-watch.ts';

/** Loaded before a program with `--import`: writes down how long its main thread was held up, again and again. */
const file = process.env.LOOP_DELAY_FILE ?? '';
const EVERY_MS = 100;
const RESOLUTION_MS = 5;

if (isMainThread) {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  setInterval(() => {
    // What is measured is the time between two timers: the one that it was set to is no delay.
    const blockedMs = Math.max(0, histogram.max / 1e6 - RESOLUTION_MS);
    histogram.reset();
    const entry: LoopDelay = { at: Date.now(), blockedMs };
    appendFileSync(file, `${JSON.stringify(entry)}\n`);
  }, EVERY_MS).unref();
}
