import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** `SHA256SUMS` of every file below the folder, as sha256sum reads it, sorted by name. */
export function checksumsOf(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((name) => name !== 'SHA256SUMS')
    .toSorted((one, other) => (one < other ? -1 : 1))
    .map((name) => `${sha256Of(join(folder, name))}  ./${name}\n`)
    .join('');
}

export function sha256Of(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
