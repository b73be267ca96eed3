import { appendFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import type { HeapEntry } from './heap-watch.ts';

/**
 * Loaded into a program with `--import`: each of its threads collects its garbage now and then and
 * writes down what is left. It holds nothing open and answers to nobody.
 */
const file = process.env.HEAP_LOG_FILE ?? '';
const everyMs = Number(process.env.HEAP_LOG_EVERY_MS);

setInterval(() => {
  globalThis.gc?.();
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  const entry: HeapEntry = { at: Date.now(), threadId, heapUsed, external, arrayBuffers, rss };
  appendFileSync(file, `${JSON.stringify(entry)}\n`);
}, everyMs).unref();
