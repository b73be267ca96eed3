import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tempFolder } from './temp-folder.ts';

/** The longest that a program's event loop was held up in the tenth of a second before `at` (ms since 1970 UTC). */
export interface LoopDelay {
  at: number;
  blockedMs: number;
}

export interface LoopWatch {
  /** What the program needs in its environment. */
  env: Record<string, string>;
  /** The longest hold-up between these times. */
  worst(fromMs: number, toMs: number): number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Lets a Node program write down the delay of its event loop, without a line of its own for it. */
export async function loopWatch(): Promise<LoopWatch> {
  const folder = await tempFolder('loop');
  const file = join(folder.path, 'loop.jsonl');
  const preload = pathToFileURL(join(import.meta.dirname, 'loop-delay-preload.ts')).href;
  const entries = () => {
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as LoopDelay);
  };
  return {
    env: { NODE_OPTIONS: `--import=${preload}`, LOOP_DELAY_FILE: file },
    worst: (fromMs, toMs) => {
      const seen = entries().filter(({ at }) => at >= fromMs && at <= toMs);
      if (seen.length === 0) throw new Error('nothing was written down of the event loop');
      return Math.max(...seen.map(({ blockedMs }) => blockedMs));
    },
    [Symbol.asyncDispose]: () => folder.remove(),
  };
}
