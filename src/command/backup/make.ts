import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import packageFile from '../../../package.json' with { type: 'json' };
import { MANIFEST, MANIFEST_FORMAT, type Manifest } from '../../contract/backup.ts';
import { topologySchema } from '../../contract/config.ts';
import { readYaml } from '../../yaml-file.ts';
import { copyFile, isAbsent, linkOrCopy, measure, sync } from './copy-file.ts';
import type { MonitorSeen } from './monitor.ts';
import type { BackupOrder } from './order.ts';
import { sourceIn, storeFilesIn } from './source.ts';
import { copyDatabase, factsOf } from './sqlite.ts';

/** In the backup: what restoring puts into the data folder, and what it leaves to a person. */
export const DATA = 'data';
export const CONFIG = 'config';

export type Step = 'databases' | 'store' | 'periods' | 'checksums';

interface Making {
  order: BackupOrder;
  monitor: MonitorSeen;
  onProgress(step: Step, done: number, of: number): void;
}

/**
 * Copies everything into the target, a folder that is empty, and writes the manifest last. A point moves
 * from the spool to the store, so the spool is copied before the store: none is missed.
 */
export async function makeBackup({ order, monitor, onProgress }: Making): Promise<Manifest> {
  const begunAt = Date.now();
  const { dataDir, target } = order;
  const source = sourceIn(dataDir);
  const from = (path: string) => join(dataDir, path);
  const to = (path: string) => join(target, DATA, path);
  const copied: string[] = [];
  const keep = (path: string) => void copied.push(`${DATA}/${path}`);
  await mkdir(join(target, DATA));
  for (const [done, name] of source.databases.entries()) {
    onProgress('databases', done, source.databases.length);
    await copyDatabase(from(name), to(name));
    keep(name);
  }
  for (const path of source.pki) {
    await copyFile(from(path), to(path));
    keep(path);
  }
  if (monitor.store.kind === 'embedded') {
    for (const path of await copySeries({ from, to, dataDir, monitor, onProgress })) keep(path);
  }
  copied.push(...(await copyConfig(order)));
  const files = await measureAll(target, copied, onProgress);
  const schemas = source.databases.map((name) => [name, factsOf(to(name)).version]);
  const audit = source.databases.includes('journal.db') && factsOf(to('journal.db')).audit;
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    svitlo: packageFile.version,
    begunAt,
    endedAt: Date.now(),
    store: monitor.store,
    schemas: Object.fromEntries(schemas),
    ...(audit ? { audit: { rows: audit.seq, hash: audit.hash } } : {}),
    files,
  };
  await writeManifest(target, manifest);
  return manifest;
}

interface SeriesCopy extends Pick<Making, 'monitor' | 'onProgress'> {
  dataDir: string;
  from(path: string): string;
  to(path: string): string;
}

/** The store's file first: a day that moves into its own file meanwhile is then in both. */
async function copySeries({ from, to, dataDir, monitor, onProgress }: SeriesCopy) {
  const copied: string[] = [];
  onProgress('store', 0, 1);
  await monitor.whileStill(
    () => storeFilesIn(dataDir).store,
    async () => {
      for (const path of storeFilesIn(dataDir).store) {
        await copyFile(from(path), to(path));
        copied.push(path);
      }
    },
  );
  const { periods } = storeFilesIn(dataDir);
  for (const [done, path] of periods.entries()) {
    onProgress('periods', done, periods.length);
    try {
      await linkOrCopy(from(path), to(path));
      copied.push(path);
    } catch (error) {
      // Its retention ended at this very moment.
      if (!isAbsent(error)) throw error;
    }
  }
  return copied;
}

/** `svitlo.yaml` as it stands, right or wrong, and the file of the outage schedule that it names. */
async function copyConfig({ configFile, target }: BackupOrder): Promise<string[]> {
  if (configFile === undefined) return [];
  const files = [configFile];
  const answer = readYaml(configFile, topologySchema);
  const schedule = answer.ok ? answer.value.outageSchedule : undefined;
  if (typeof schedule === 'string') files.push(resolve(dirname(configFile), schedule));
  const copied: string[] = [];
  for (const file of files) {
    const path = `${CONFIG}/${basename(file)}`;
    await copyFile(file, join(target, path));
    copied.push(path);
  }
  return copied;
}

async function measureAll(
  target: string,
  paths: readonly string[],
  onProgress: Making['onProgress'],
): Promise<Manifest['files']> {
  const files: Manifest['files'] = [];
  for (const path of paths) {
    onProgress('checksums', files.length, paths.length);
    files.push({ path, ...(await measure(join(target, path))) });
  }
  for (const folder of new Set(paths.map((path) => dirname(path))))
    await sync(join(target, folder));
  return files;
}

async function writeManifest(target: string, manifest: Manifest): Promise<void> {
  const file = join(target, MANIFEST);
  await writeFile(`${file}.part`, `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
  await rename(`${file}.part`, file);
  await sync(target);
}
