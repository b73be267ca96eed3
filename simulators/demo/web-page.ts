import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Built output and what npm installs say nothing about the sources' age. */
const IGNORED = new Set(['dist', 'node_modules']);

async function newestChange(folder: string): Promise<number> {
  let newest = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (IGNORED.has(entry.name)) continue;
    const path = join(folder, entry.name);
    const changed = entry.isDirectory() ? await newestChange(path) : (await stat(path)).mtimeMs;
    newest = Math.max(newest, changed);
  }
  return newest;
}

async function builtAt(page: string): Promise<number> {
  try {
    return (await stat(join(page, 'dist', 'index.html'))).mtimeMs;
  } catch {
    return 0;
  }
}

/**
 * Builds the web page with Vite where `dist/index.html` is absent or older than a source, the shared
 * texts in `src/i18n` and shapes in `src/contract` included. Tells whether it built.
 */
export async function buildWebPage(repository: string): Promise<boolean> {
  const page = join(repository, 'dashboards', 'web');
  const sources = [page, join(repository, 'src', 'i18n'), join(repository, 'src', 'contract')];
  const built = await builtAt(page);
  const changes = await Promise.all(sources.map(newestChange));
  if (built > Math.max(...changes)) return false;
  const { build } = await import('vite');
  await build({ root: page, logLevel: 'warn' });
  return true;
}
