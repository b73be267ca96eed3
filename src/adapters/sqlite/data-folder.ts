import { accessSync, constants, mkdirSync, readdirSync } from 'node:fs';
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
    mkdirSync(path, { recursive: true });
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

function reasonOf(error: unknown): string {
  const isBusy = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
  if (isBusy) return 'another Svitlo uses this folder: stop it, or name another folder';
  const reason = error instanceof Error ? error.message : String(error);
  return `expected a folder that can be written: ${reason}`;
}
