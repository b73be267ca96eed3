import { createHash } from 'node:crypto';
import {
  constants,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AccountBook } from '../../access-port.ts';
import { JOURNAL_VERSION } from '../../adapters/sqlite/journal-schema.ts';
import { type AuditProgress, verifyAudit } from '../../adapters/sqlite/journal-verify.ts';
import {
  MANIFEST,
  type Manifest,
  type ManifestFile,
  manifestSchema,
} from '../../contract/backup.ts';
import { sync } from './copy-file.ts';
import { DATA } from './make.ts';
import { hasTable } from './sqlite.ts';

const CHUNK = 4 * 2 ** 20;
/** Whoever holds one of these is in, or gets in: they may have been stolen, or used since. */
const PASSES = ['sessions', 'links'] as const satisfies readonly (keyof AccountBook)[];

/** Why a backup cannot be put back; `detail` is a path, or an error. */
export type Flaw = 'incomplete' | 'manifest' | 'missing' | 'changed' | 'damaged' | 'later';

export class BackupFlaw extends Error {
  readonly flaw: Flaw;
  readonly detail: string;

  constructor(flaw: Flaw, detail: string) {
    super(`${flaw}: ${detail}`);
    this.flaw = flaw;
    this.detail = detail;
  }
}

/** Throws a `BackupFlaw` where there is none, or none that can be understood. */
export function readManifest(backup: string): Manifest {
  const file = join(backup, MANIFEST);
  if (!existsSync(file)) throw new BackupFlaw('incomplete', backup);
  let manifest: Manifest;
  try {
    manifest = manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new BackupFlaw('manifest', error instanceof Error ? error.message : String(error));
  }
  const version = manifest.schemas['journal.db'] ?? 0;
  if (version > JOURNAL_VERSION) throw new BackupFlaw('later', manifest.svitlo);
  return manifest;
}

/** The files that belong into a data folder, by their paths in the backup. */
export function dataFilesOf({ files }: Manifest): ManifestFile[] {
  return files.filter(({ path }) => path.startsWith(`${DATA}/`));
}

interface PuttingBack {
  backup: string;
  manifest: Manifest;
  /** A new folder, whose name nobody knows yet. */
  into: string;
  onProgress(done: number, of: number): void;
}

/** Copies the data files; each is what the manifest says, byte for byte, or this throws a `BackupFlaw`. */
export async function copyBack({ backup, manifest, into, onProgress }: PuttingBack): Promise<void> {
  const files = dataFilesOf(manifest);
  const real = realpathSync(backup);
  for (const [done, file] of files.entries()) {
    onProgress(done, files.length);
    await copyOne(join(real, file.path), join(into, file.path.slice(DATA.length + 1)), file);
  }
  for (const name of databasesIn(into)) checkDatabase(join(into, name), `${DATA}/${name}`);
}

/** The chain of the restored audit, or `undefined` where there is no journal; not that of the manifest: a flaw. */
export function auditIn(folder: string, { audit }: Manifest): AuditProgress | undefined {
  const file = join(folder, 'journal.db');
  if (!existsSync(file)) return undefined;
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    if (!hasTable(database, 'audit_head')) return undefined;
    const progress = verifyAudit(database);
    const { head, fault } = progress;
    const isSame = audit === undefined || (head.seq === audit.rows && head.hash === audit.hash);
    if (fault === undefined && !isSame) throw new BackupFlaw('changed', `${DATA}/journal.db`);
    return progress;
  } finally {
    database.close();
  }
}

/** Ends every session and one-time link of a copy of `accounts.db`; returns how many there were. */
export function endSessions(folder: string): number {
  const file = join(folder, 'accounts.db');
  if (!existsSync(file)) return 0;
  const database = new DatabaseSync(file);
  try {
    const tables = PASSES.filter((table) => hasTable(database, table));
    const ended = tables.map((table) =>
      Number(database.prepare(`DELETE FROM ${table}`).run().changes),
    );
    return ended.reduce((sum, one) => sum + one, 0);
  } finally {
    database.close();
  }
}

/** Where the copy is made: on the same file system as the place that it ends in. */
export function stagingFor(dataDir: string): string {
  const name = `.restoring-${process.pid}`;
  return isMountPoint(dataDir) ? join(dataDir, name) : `${dataDir}${name}`;
}

/** Gives the copy its name, when all of it is on disk; a mounted folder gets its content, the journal last. */
export async function takePlace(staging: string, dataDir: string): Promise<void> {
  for (const folder of foldersIn(staging)) await sync(folder);
  if (dirname(staging) !== dataDir) {
    renameSync(staging, dataDir);
    return sync(dirname(dataDir));
  }
  const names = readdirSync(staging);
  names.sort((a, b) => Number(a === 'journal.db') - Number(b === 'journal.db'));
  for (const name of names) renameSync(join(staging, name), join(dataDir, name));
  rmSync(staging, { recursive: true });
  return sync(dataDir);
}

async function copyOne(source: string, target: string, file: ManifestFile): Promise<void> {
  const stats = lstatSync(source, { throwIfNoEntry: false });
  if (stats === undefined) throw new BackupFlaw('missing', file.path);
  // A folder on the way may be a link that leads out of the backup.
  const isHere = realpathSync(source) === source;
  if (!stats.isFile() || !isHere || stats.size !== file.size)
    throw new BackupFlaw('changed', file.path);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const from = await open(source, constants.O_RDONLY | constants.O_NOFOLLOW);
  const to = await open(target, 'wx', 0o600);
  const hash = createHash('sha256');
  try {
    for await (const chunk of from.createReadStream({ highWaterMark: CHUNK, autoClose: false })) {
      hash.update(chunk);
      await to.writeFile(chunk);
    }
    await to.sync();
  } finally {
    await to.close();
    await from.close();
  }
  if (hash.digest('hex') !== file.sha256) throw new BackupFlaw('changed', file.path);
}

function databasesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.db'));
}

function checkDatabase(file: string, path: string): void {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const answer = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
    if (answer !== 'ok') throw new BackupFlaw('damaged', `${path}: ${answer}`);
  } catch (error) {
    if (error instanceof BackupFlaw) throw error;
    throw new BackupFlaw('damaged', `${path}: ${error instanceof Error ? error.message : error}`);
  } finally {
    database.close();
  }
}

function foldersIn(folder: string): string[] {
  const below = readdirSync(folder, { withFileTypes: true, recursive: true });
  const folders = below.filter((entry) => entry.isDirectory());
  return [folder, ...folders.map(({ parentPath, name }) => join(parentPath, name))];
}

function isMountPoint(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && stats.dev !== statSync(dirname(path)).dev;
}
