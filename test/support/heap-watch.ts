import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tempFolder } from './temp-folder.ts';

/** What a thread holds after a collection of its garbage, in bytes; `rss` is of the whole process. */
export interface HeapEntry {
  /** ms since 1970 UTC */
  at: number;
  /** 0 is the main thread. */
  threadId: number;
  heapUsed: number;
  external: number;
  arrayBuffers: number;
  rss: number;
}

export interface HeapWatch {
  /** What the program needs in its environment. */
  env: Record<string, string>;
  entries(): HeapEntry[];
  remove(): Promise<void>;
}

/** Lets a Node program write down its heap every `everyMs`, without a line of its own for it. */
export async function heapWatch(everyMs: number): Promise<HeapWatch> {
  const folder = await tempFolder('heap');
  const file = join(folder.path, 'heap.jsonl');
  const preload = pathToFileURL(join(import.meta.dirname, 'heap-log.ts')).href;
  return {
    env: {
      NODE_OPTIONS: `--expose-gc --import=${preload}`,
      HEAP_LOG_FILE: file,
      HEAP_LOG_EVERY_MS: `${everyMs}`,
    },
    entries: () => {
      if (!existsSync(file)) return [];
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      return lines.map((line) => JSON.parse(line) as HeapEntry);
    },
    remove: folder.remove,
  };
}
