import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ControlConnection, connectControl } from '../../adapters/control/client.ts';
import { CONTROL_SOCKET } from '../../adapters/control/socket-path.ts';
import { isDataFolderInUse } from '../../adapters/sqlite/data-folder.ts';
import type { StorePlace } from '../../contract/backup.ts';

/** The monitor of a data folder, running or not, as a backup sees it. */
export interface MonitorSeen {
  isRunning: boolean;
  store: StorePlace;
  /** Copies what is of one moment while nothing changes it; rejects where something did. */
  whileStill(files: () => readonly string[], copy: () => Promise<void>): Promise<void>;
  close(): void;
}

/** `undefined` where a monitor has the folder and cannot be asked. */
export async function seeMonitor(
  folder: string,
  storeWhenStopped: StorePlace,
): Promise<MonitorSeen | undefined> {
  const control = await connectControl(resolve(folder, CONTROL_SOCKET));
  if (control !== undefined) return running(control);
  if (isDataFolderInUse(folder)) return undefined;
  return {
    isRunning: false,
    store: storeWhenStopped,
    // No lock: a monitor that is started meanwhile goes first, and this backup fails.
    whileStill: async (files, copy) => {
      const before = stateOf(folder, files());
      await copy();
      if (stateOf(folder, files()) !== before || isDataFolderInUse(folder)) {
        throw new Error('a monitor was started meanwhile');
      }
    },
    close: () => {},
  };
}

async function running(control: ControlConnection): Promise<MonitorSeen> {
  const { store } = await control.ask('status');
  if (store === undefined) throw new Error('the monitor does not say where its series are');
  return {
    isRunning: true,
    store,
    whileStill: async (_files, copy) => {
      await control.ask('hold');
      await copy();
      await control.ask('release');
    },
    close: control.close,
  };
}

function stateOf(folder: string, files: readonly string[]): string {
  const states = files.map((path) => {
    const { ino, size, mtimeMs, ctimeMs } = statSync(join(folder, path));
    return [path, ino, size, mtimeMs, ctimeMs];
  });
  return JSON.stringify(states);
}
