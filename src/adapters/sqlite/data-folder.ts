import { accessSync, constants, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SvitloError } from '../../errors.ts';

const SQLITE_BUSY = 5;
/** A monitor that is being restarted may still be on its way out. */
const WAIT_MS = 3000;

export interface DataFolder {
  release(): void;
}

/**
 * Makes the folder where it is absent and claims it for this process by a lock that the operating
 * system takes back when the process ends, however it ends. Throws `SVT_START_FAILED` where another
 * process has it, or it cannot be written.
 */
export function claimDataFolder(path: string): DataFolder {
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    lock = new DatabaseSync(join(path, 'lock.db'), { timeout: WAIT_MS });
    lock.exec('BEGIN EXCLUSIVE');
    for (const name of readdirSync(path).filter((one) => one.endsWith('.db')))
      accessSync(join(path, name), constants.R_OK | constants.W_OK);
  } catch (error) {
    lock?.close();
    const message = `SVITLO_DATA_DIR: ${path}: ${reasonOf(error)}`;
    throw new SvitloError('SVT_START_FAILED', message, { cause: error, retryable: true });
  }
  const held = lock;
  return { release: () => held.close() };
}

/** Whether a monitor runs on this folder; nothing is made where none ever did. */
export function isDataFolderInUse(path: string): boolean {
  const file = join(path, 'lock.db');
  if (!existsSync(file)) return false;
  const lock = new DatabaseSync(file);
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    lock.close();
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

function reasonOf(error: unknown): string {
  if (isBusy(error)) return 'another Svitlo uses this folder: stop it, or name another folder';
  const reason = error instanceof Error ? error.message : String(error);
  return `expected a folder that can be written: ${reason}`;
}
