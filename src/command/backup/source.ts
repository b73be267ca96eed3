import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MAX_DEPTH = 4;
/** Says who has the folder, and nothing more. */
const LOCK = 'lock.db';
const SERIES = 'series';
/** What stays out: files that are being written, and what DuckDB puts aside. */
const NOT_OF_SERIES = /\.part(-\d+)?$|\.damaged-\d+|\.tmp$/;
const STORE_FILE = /^series\.duckdb(\.wal)?$/;

/** What a data folder has, by paths relative to it, with `/`. */
export interface Source {
  /** SQLite files; the spool last, after everything that knows of its points, and before the store. */
  databases: string[];
  /** DuckDB's file, with its log where there is one: of one moment together. */
  store: string[];
  /** Files that are only ever replaced as a whole. */
  periods: string[];
  /** Keys and certificates. */
  pki: string[];
}

export function sourceIn(folder: string): Source {
  const databases = readdirSync(folder).filter((name) => /\.db$/.test(name) && name !== LOCK);
  databases.sort((a, b) => Number(a === 'spool.db') - Number(b === 'spool.db'));
  const series = storeFilesIn(folder);
  return {
    databases,
    ...series,
    pki: filesBelow(folder, 'pki'),
  };
}

/** Anew whenever it matters: files of finished days come and go. */
export function storeFilesIn(folder: string): Pick<Source, 'store' | 'periods'> {
  const all = filesBelow(folder, SERIES).filter((path) => !NOT_OF_SERIES.test(path));
  const isStore = (path: string) => STORE_FILE.test(path.slice(SERIES.length + 1));
  return { store: all.filter(isStore), periods: all.filter((path) => !isStore(path)) };
}

/** Bytes on disk, with what SQLite has in its log. */
export function sizeOf(folder: string, paths: readonly string[]): number {
  return paths
    .flatMap((path) => [path, ...(path.endsWith('.db') ? [`${path}-wal`] : [])])
    .reduce((sum, path) => {
      return sum + (statSync(join(folder, path), { throwIfNoEntry: false })?.size ?? 0);
    }, 0);
}

function filesBelow(folder: string, path: string, depth = 0): string[] {
  if (depth > MAX_DEPTH || !existsSync(join(folder, path))) return [];
  const entries: Dirent[] = readdirSync(join(folder, path), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const below = `${path}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(folder, below, depth + 1);
    return entry.isFile() ? [below] : [];
  });
}
