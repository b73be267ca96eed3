import { renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const preload = resolve(import.meta.dirname, 'clock-offset-preload.ts');

export interface SteppedClock {
  /** What a Node program needs in its environment to have this clock. */
  env: Record<string, string>;
  /** Sets the program's clock that far ahead of the true one (ms); behind where negative. */
  set(offsetMs: number): void;
}

/** A clock that a test steps while a program runs by it. Timers go on, as they do on a real step. */
export function steppedClock(folder: string): SteppedClock {
  const file = join(folder, 'clock-offset');
  return {
    env: { NODE_OPTIONS: `--import=${preload}`, CLOCK_OFFSET_FILE: file },
    set: (offsetMs) => {
      // Renamed into place, so that nobody reads half a number.
      writeFileSync(`${file}.new`, `${offsetMs}`);
      renameSync(`${file}.new`, file);
    },
  };
}
