import { chmodSync, type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { SvitloError } from '../../errors.ts';

/** What the group and others may do. */
const WIDE = 0o077;
const RIGHTS = 0o7777;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Editors write it anew, with rights of their own. */
const CONFIGURATION = /\.ya?ml$/;
/** The deepest that the monitor itself makes is `pki/KIND/FILE`. */
const MAX_DEPTH = 6;
/** Some sixty years of the embedded store. */
const MAX_ENTRIES = 200_000;

interface Entry {
  path: string;
  stats: Stats;
}

/**
 * Refuses a data folder that others may look into: throws `SVT_START_FAILED` with the first path, its
 * mode, and the command that mends all of them. Links are followed. One that is still empty is closed
 * instead. Says nothing of a folder that is absent or cannot be read, of configuration in it, which is
 * no secret, nor on Windows, whose files have no modes.
 */
export function refuseWideFolder(folder: string): void {
  if (process.platform === 'win32') return;
  closeEmpty(folder);
  for (const { path, stats } of entriesOf(folder)) {
    if ((stats.mode & WIDE) === 0 || CONFIGURATION.test(path)) continue;
    const expected = stats.isDirectory() ? FOLDER_MODE : FILE_MODE;
    const text =
      `SVITLO_DATA_DIR: ${path} has mode ${octal(stats.mode & RIGHTS)}, so others on this machine ` +
      `may use it: expected ${octal(expected)} at most. To mend it: ${mendingCommand(folder, path)}`;
    throw new SvitloError('SVT_START_FAILED', text);
  }
}

/** Nobody can have read what is not there yet. */
function closeEmpty(folder: string): void {
  try {
    if (readdirSync(folder).length === 0) chmodSync(folder, FOLDER_MODE);
  } catch {
    // Absent, or not ours to close: that is told of below, or where it is written to.
  }
}

/** `chmod -R` follows no links: what one leads to is named itself. */
function mendingCommand(folder: string, path: string): string {
  const [root, real] = [realpathSync(folder), realpathSync(path)];
  const isInside = real === root || real.startsWith(root + sep);
  return `chmod -R go= ${quoted(isInside ? root : real)}`;
}

/** For a POSIX shell. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function* entriesOf(folder: string): Generator<Entry> {
  const waiting = [{ path: folder, depth: 0 }];
  for (let seen = 0; waiting.length > 0 && seen < MAX_ENTRIES; seen += 1) {
    const { path, depth } = waiting.pop() as { path: string; depth: number };
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    yield { path, stats };
    if (!stats.isDirectory() || depth === MAX_DEPTH) continue;
    for (const { name } of childrenOf(path)) {
      waiting.push({ path: join(path, name), depth: depth + 1 });
    }
  }
}

/** A folder that cannot be read is refused for that, elsewhere. */
function childrenOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
