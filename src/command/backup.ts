import { chmodSync, existsSync, statSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../contract/backup.ts';
import { BACKUP_TEXTS } from '../i18n/backup-command.ts';
import { formatOf } from '../i18n/index.ts';
import { CommandFault, DONE, FAILED, REFUSED } from './backup/fault.ts';
import { influxAdvice } from './backup/influx-advice.ts';
import { makeBackup } from './backup/make.ts';
import { type MonitorSeen, seeMonitor } from './backup/monitor.ts';
import { type BackupOrder, languageOf, readBackupOrder } from './backup/order.ts';
import { createProgress } from './backup/progress.ts';
import { sizeOf, sourceIn } from './backup/source.ts';
import {
  bytesMissing,
  isInside,
  isOnSameDisk,
  makeFolder,
  stateOfFolder,
} from './backup/target.ts';

const MEGABYTE = 2 ** 20;

process.umask(0o077);
giveWay();

const language = languageOf(process.env);
const texts = BACKUP_TEXTS[language];
const { number } = formatOf(language);

/** Alarms first: the copy gets what the monitor leaves of the processor. */
function giveWay(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // Then it takes its turn like everything else.
  }
}

/** Refuses before anything is changed. */
function checkFolders({ target, dataDir }: BackupOrder): void {
  const refuse = (text: string) => new CommandFault(REFUSED, text);
  if (!existsSync(join(dataDir, 'journal.db'))) throw refuse(texts.noData(dataDir));
  if (isInside(target, dataDir)) throw refuse(texts.inside(target, dataDir));
  const state = stateOfFolder(target);
  if (state === 'full') throw refuse(texts.notEmpty(target));
  if (state === 'file') throw refuse(texts.notFolder(target));
}

/** A disk that the monitor writes to must keep what the spool asks for. */
function checkRoom({ target, dataDir, minFreeBytes }: BackupOrder, { store }: MonitorSeen): void {
  const isShared = isOnSameDisk(target, dataDir);
  const { databases, store: storeFiles, periods, pki } = sourceIn(dataDir);
  const series = store.kind === 'embedded' ? [...storeFiles, ...(isShared ? [] : periods)] : [];
  const bytes = sizeOf(dataDir, [...databases, ...pki, ...series]);
  const missing = bytesMissing(target, bytes + (isShared ? minFreeBytes : 0));
  if (missing === 0) return;
  const size = `${number(Math.ceil(missing / MEGABYTE))} MiB`;
  throw new CommandFault(REFUSED, texts.noRoom(target, size));
}

/** A folder that is there may be a disk's own: it is closed, or refused. */
function closeTarget(target: string): void {
  if (process.platform === 'win32' || (statSync(target).mode & 0o077) === 0) return;
  try {
    chmodSync(target, 0o700);
  } catch {
    throw new CommandFault(REFUSED, texts.wide(target));
  }
}

async function run(order: BackupOrder): Promise<Manifest> {
  checkFolders(order);
  const monitor = await seeMonitor(order.dataDir, order.store);
  if (monitor === undefined) throw new CommandFault(REFUSED, texts.unreachable(order.dataDir));
  const progress = createProgress();
  try {
    if (!monitor.isRunning) console.log(texts.stopped);
    checkRoom(order, monitor);
    const takeAway = makeFolder(order.target);
    const interrupt = () => {
      takeAway();
      progress.end();
      console.error(texts.failed(texts.interrupted));
      process.exit(FAILED);
    };
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
    try {
      closeTarget(order.target);
      return await makeBackup({
        order,
        monitor,
        onProgress: (step, done, of) => progress.show(texts.step[step](number(done), number(of))),
      });
    } catch (error) {
      takeAway();
      throw error;
    }
  } finally {
    monitor.close();
    progress.end();
  }
}

function tell({ files, audit, store }: Manifest, { target }: BackupOrder): void {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const size = `${number(bytes / MEGABYTE)} MiB`;
  console.log(texts.done(target, number(files.length), size));
  if (audit !== undefined) console.log(texts.audit(number(audit.rows), audit.hash));
  if (store.kind !== 'influx') return;
  console.log(texts.influx(store.database));
  for (const line of influxAdvice(store, target).backup) console.log(`  ${line}`);
}

function orderOrRefusal(): BackupOrder | undefined {
  try {
    return readBackupOrder(process.argv.slice(2), process.env);
  } catch (error) {
    throw new CommandFault(REFUSED, error instanceof Error ? error.message : String(error));
  }
}

async function main(): Promise<number> {
  const order = orderOrRefusal();
  if (order === undefined) throw new CommandFault(REFUSED, texts.usage);
  tell(await run(order), order);
  return DONE;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof CommandFault) {
    console.error(error.message);
    process.exitCode = error.status;
  } else {
    console.error(texts.failed(error instanceof Error ? error.message : String(error)));
    process.exitCode = FAILED;
  }
}
