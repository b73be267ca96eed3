import { createHash } from 'node:crypto';
import { constants, copyFileSync, createReadStream, linkSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

const CHUNK = 4 * 2 ** 20;
/** So many bytes wait for the disk at most: the journal's own fsync would wait behind them. */
const SYNC_EVERY = 32 * 2 ** 20;

/** Copies a file as it is; shares its blocks where the file system can do that. */
export async function copyFile(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  try {
    copyFileSync(source, target, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
  } catch {
    await copyBytes(source, target);
  }
}

/** For a file that is only ever replaced as a whole: the same file under a second name, or a copy. */
export async function linkOrCopy(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  try {
    linkSync(source, target);
  } catch (error) {
    if (isAbsent(error)) throw error;
    await copyFile(source, target);
  }
}

/** Size and SHA-256 of a file that is on disk when this resolves. */
export async function measure(file: string): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK })) {
    hash.update(chunk);
    size += chunk.length;
  }
  await sync(file);
  return { size, sha256: hash.digest('hex') };
}

/** Of a file or a folder; some file systems cannot for folders. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) throw error;
  } finally {
    await handle.close();
  }
}

export function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function copyBytes(source: string, target: string): Promise<void> {
  const from = await open(source, 'r');
  let to: FileHandle | undefined;
  try {
    to = await open(target, 'w', 0o600);
    const buffer = Buffer.allocUnsafe(CHUNK);
    let unsynced = 0;
    for (;;) {
      const { bytesRead } = await from.read(buffer, 0, CHUNK, null);
      if (bytesRead === 0) break;
      await to.writeFile(buffer.subarray(0, bytesRead));
      unsynced += bytesRead;
      if (unsynced < SYNC_EVERY) continue;
      await to.datasync();
      unsynced = 0;
    }
    await to.sync();
  } finally {
    await to?.close();
    await from.close();
  }
}
