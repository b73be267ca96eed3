import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../../support/run-command.ts';

const FILES = ['package.json', 'package-lock.json'];

/**
 * The folder that Node-RED is installed in: a cache of this user, apart from the product's packages.
 * It is filled by `npm ci` at the first use, and anew where the lock file is another one.
 */
export async function installNodeRed(): Promise<string> {
  const lock = await readFile(join(import.meta.dirname, 'package-lock.json'));
  const version = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'svitlo-bench', `node-red-${version}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  for (const name of FILES) await copyFile(join(import.meta.dirname, name), join(unfinished, name));
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const result = await runCommand('npm', args, { cwd: unfinished });
  if (result.status !== 0) {
    await rm(unfinished, { recursive: true });
    throw new Error(`npm ci of Node-RED ended with ${result.status}: ${result.stderr}`);
  }
  await rename(unfinished, folder);
  return folder;
}
