import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Takes every right of others to the folder and to what is in it away, where there is one. */
export function closeFolder(folder: string): void {
  if (process.platform === 'win32' || !existsSync(folder)) return;
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const mode = entry.isDirectory() ? 0o700 : 0o600;
    if (!entry.isSymbolicLink()) chmodSync(join(entry.parentPath, entry.name), mode);
  }
}
