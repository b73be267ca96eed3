import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type TempFolder, tempFolder } from './temp-folder.ts';

const repository = resolve(import.meta.dirname, '../..');

/** A fault: in this file of the monitor, `from` becomes `to`. */
export interface Plant {
  file: string;
  from: string;
  to: string;
}

/** A copy of the monitor's program with a fault in it; the program must still contain what it replaces. */
export async function plantFault({ file, from, to }: Plant): Promise<TempFolder> {
  const folder = await tempFolder('planted');
  for (const part of ['src', 'collectors', 'package.json']) {
    await cp(join(repository, part), join(folder.path, part), { recursive: true });
  }
  for (const part of ['node_modules', 'dashboards']) {
    await symlink(join(repository, part), join(folder.path, part));
  }
  const path = join(folder.path, file);
  const text = await readFile(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not contain ${from}: plant it elsewhere`);
  await writeFile(path, text.replace(from, to));
  return folder;
}
