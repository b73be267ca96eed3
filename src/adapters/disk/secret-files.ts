import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const READ_BY_OTHERS = 0o004;
const ENTERED_BY_OTHERS = 0o001;
/** Where containers are given theirs: 0444, and no other user lives there. */
const CONTAINER_SECRETS = '/run/secrets/';

/**
 * Those of these files that every user of this machine can read: their mode allows it, and so does every
 * folder above. They are told of and used all the same: a file's mode is often not its reader's to choose.
 */
export function readableByAll(files: readonly string[]): string[] {
  if (process.platform === 'win32') return [];
  return files.filter((file) => !file.startsWith(CONTAINER_SECRETS) && isReadableByAll(file));
}

function isReadableByAll(file: string): boolean {
  try {
    const real = realpathSync(file);
    if ((statSync(real).mode & READ_BY_OTHERS) === 0) return false;
    for (let folder = dirname(real); ; folder = dirname(folder)) {
      if ((statSync(folder).mode & ENTERED_BY_OTHERS) === 0) return false;
      if (folder === dirname(folder)) return true;
    }
  } catch {
    return false;
  }
}
