import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  statfsSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Settings } from '../../contract/config.ts';
import { type Check, find, note, type Outcome, octal, reasonOf } from './check.ts';
import { isMonitorRunning } from './monitor-beside.ts';

const SQLITE_BUSY = 5;
const NAMES_SHOWN = 5;
const OTHERS = 0o077;

export const dataFolder: Check = {
  name: 'dataFolder',
  timeoutSeconds: 15,
  run: async ({ settings }, outcome) => {
    const path = resolve(settings.dataDir);
    if (!existsSync(path)) {
      lookWhereItWillBe(path, outcome);
      return;
    }
    lookAtSpace(path, settings, outcome);
    if (!isUsable(path, outcome)) return;
    lookAtRights(path, outcome);
    if (!isHeld(path)) return;
    if (await isMonitorRunning(settings)) note(outcome, 'monitor_runs', {});
    else find(outcome, 'data_folder_in_use', { path });
  },
};

function lookWhereItWillBe(path: string, outcome: Outcome): void {
  let above = dirname(path);
  while (!existsSync(above)) above = dirname(above);
  try {
    accessSync(above, constants.W_OK);
    note(outcome, 'data_new', { path });
  } catch {
    find(outcome, 'data_folder_missing', { path });
  }
}

/** A file is written for a moment: a read-only disk and a full one refuse what the rights allow. */
function isUsable(path: string, outcome: Outcome): boolean {
  const probe = join(path, `doctor-${process.pid}.tmp`);
  try {
    try {
      writeFileSync(probe, Buffer.alloc(4096), { mode: 0o600, flag: 'wx' });
    } finally {
      if (existsSync(probe)) unlinkSync(probe);
    }
    for (const name of readdirSync(path).filter((one) => one.endsWith('.db')))
      accessSync(join(path, name), constants.R_OK | constants.W_OK);
    return true;
  } catch (error) {
    find(outcome, 'data_folder_unusable', { path, reason: reasonOf(error) });
    return false;
  }
}

function lookAtRights(path: string, outcome: Outcome): void {
  const { mode } = statSync(path);
  if ((mode & OTHERS) !== 0) find(outcome, 'data_folder_open', { path, mode: octal(mode) });
  const open = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & OTHERS) !== 0)
    .map((file) => relative(path, file));
  if (open.length === 0) return;
  const more = open.length > NAMES_SHOWN ? ` … (${open.length})` : '';
  find(outcome, 'data_files_open', {
    path,
    files: `${open.slice(0, NAMES_SHOWN).join(', ')}${more}`,
  });
}

function lookAtSpace(path: string, { spoolMinFreeBytes }: Settings, outcome: Outcome): void {
  const { bavail, bsize } = statfsSync(path);
  const free = bavail * bsize;
  if (free >= spoolMinFreeBytes) return;
  const inMb = (bytes: number) => Math.floor(bytes / 2 ** 20);
  const sizes = { freeMb: inMb(free), neededMb: inMb(spoolMinFreeBytes) };
  find(outcome, 'disk_low', { path, ...sizes });
}

/** By the lock that a monitor holds as long as it lives; it is let go of at once. */
function isHeld(path: string): boolean {
  const file = join(path, 'lock.db');
  if (!existsSync(file)) return false;
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(file, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE; ROLLBACK');
    return false;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return true;
    throw error;
  } finally {
    lock?.close();
  }
}
