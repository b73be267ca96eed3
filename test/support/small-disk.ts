import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { requireCommand } from './installed.ts';
import { runCommand } from './run-command.ts';
import { tempFolder } from './temp-folder.ts';

export interface SmallDisk {
  path: string;
  /** Another program takes every byte that is left. */
  fill(): void;
  /** It gives them back. */
  free(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A file system of its own in memory with so many bytes; for root alone. */
export async function mountSmallDisk(bytes: number): Promise<SmallDisk> {
  const folder = await tempFolder('disk');
  const options = `size=${bytes},mode=0700`;
  const mounted = await mount(['-t', 'tmpfs', '-o', options, 'svitlo-test', folder.path]);
  if (mounted !== '') {
    await folder.remove();
    throw new Error(mounted);
  }
  const ballast = join(folder.path, 'ballast');
  return {
    path: folder.path,
    fill: () => fillUp(ballast, bytes),
    free: () => unlinkSync(ballast),
    [Symbol.asyncDispose]: async () => {
      await runCommand(requireCommand('umount'), [folder.path]);
      await folder.remove();
    },
  };
}

/** Why no file system can be mounted here, or '' where one can. */
export async function whyNoSmallDisk(): Promise<string> {
  try {
    const disk = await mountSmallDisk(1 << 20);
    await disk[Symbol.asyncDispose]();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function mount(args: string[]): Promise<string> {
  const { status, stderr } = await runCommand(requireCommand('mount'), args);
  return status === 0 ? '' : stderr.trim() || `mount ended with ${status}`;
}

/** Writes until not one more byte goes; at most twice the disk's size. */
function fillUp(file: string, bytes: number): void {
  const descriptor = openSync(file, 'a');
  for (let [size, written] = [1 << 16, 0]; size > 0 && written < 2 * bytes; ) {
    try {
      written += writeSync(descriptor, Buffer.alloc(size, 1));
    } catch {
      size >>= 1;
    }
  }
  closeSync(descriptor);
}
