import { mkdirSync, readdirSync, realpathSync, rmSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Beyond what is counted: folders, the manifest, what is written meanwhile. */
const MARGIN_BYTES = 64 * 2 ** 20;

/** `absent`, or what is there already. */
export function stateOfFolder(path: string): 'absent' | 'empty' | 'full' | 'file' {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 'absent';
  if (!stats.isDirectory()) return 'file';
  return readdirSync(path).length === 0 ? 'empty' : 'full';
}

/** Whether `path` lies in `folder`, or is it; what is absent is judged by where it would be. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(realpathSync(folder), realPlace(path));
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function realPlace(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    return join(realPlace(dirname(whole)), basename(whole));
  }
}

/** The nearest folder that there is. */
function presentAbove(path: string): string {
  const whole = resolve(path);
  return statSync(whole, { throwIfNoEntry: false }) === undefined
    ? presentAbove(dirname(whole))
    : whole;
}

export function isOnSameDisk(path: string, folder: string): boolean {
  return statSync(presentAbove(path)).dev === statSync(folder).dev;
}

/** How many bytes are missing at `path` for so many more, with a margin; 0 where there is room. */
export function bytesMissing(path: string, bytes: number): number {
  const { bavail, bsize } = statfsSync(presentAbove(path));
  return Math.max(0, bytes + MARGIN_BYTES - bavail * bsize);
}

/** Makes the folder; the answer takes everything away again that was put into it. */
export function makeFolder(path: string): () => void {
  const wasAbsent = stateOfFolder(path) === 'absent';
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return () => {
    for (const name of readdirSync(path))
      rmSync(join(path, name), { recursive: true, force: true });
    if (wasAbsent) rmSync(path, { recursive: true, force: true });
  };
}
