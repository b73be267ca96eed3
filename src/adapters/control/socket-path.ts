import { closeSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** `sun_path` of unix(7) has 108 bytes, on other systems as few as 104. */
const MAX_BYTES = 100;

/** The control socket's name in the data folder. */
export const CONTROL_SOCKET = 'control.sock';

/**
 * Calls `use` with a path to the socket that the system takes. A longer one is reached, on Linux, through
 * the open folder in `/proc/self/fd`; `use` must be done with the path when it resolves.
 */
export async function withSocketPath<T>(
  path: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  if (Buffer.byteLength(path) <= MAX_BYTES || process.platform !== 'linux') return use(path);
  const folder = openSync(dirname(path), 'r');
  try {
    return await use(join('/proc/self/fd', `${folder}`, basename(path)));
  } finally {
    closeSync(folder);
  }
}
