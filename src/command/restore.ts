import { existsSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDataFolderInUse } from '../adapters/sqlite/data-folder.ts';
import type { AuditProgress } from '../adapters/sqlite/journal-verify.ts';
import type { Manifest } from '../contract/backup.ts';
import { formatOf } from '../i18n/index.ts';
import { RESTORE_TEXTS } from '../i18n/restore-command.ts';
import { CommandFault, DONE, FAILED, REFUSED } from './backup/fault.ts';
import { influxAdvice } from './backup/influx-advice.ts';
import { CONFIG } from './backup/make.ts';
import { languageOf, type RestoreOrder, readRestoreOrder } from './backup/order.ts';
import { createProgress } from './backup/progress.ts';
import {
  auditIn,
  BackupFlaw,
  copyBack,
  dataFilesOf,
  endSessions,
  readManifest,
  stagingFor,
  takePlace,
} from './backup/put-back.ts';
import { bytesMissing, stateOfFolder } from './backup/target.ts';

const MEGABYTE = 2 ** 20;

process.umask(0o077);

const language = languageOf(process.env);
const texts = RESTORE_TEXTS[language];
const { number, dateTime } = formatOf(language);

/** Refuses before anything is changed. */
function checkFolder(dataDir: string, manifest: Manifest): void {
  const refuse = (text: string) => new CommandFault(REFUSED, text);
  const state = stateOfFolder(dataDir);
  if (state === 'file') throw refuse(texts.notFolder(dataDir));
  if (state === 'full' && isDataFolderInUse(dataDir)) throw refuse(texts.running(dataDir));
  if (state === 'full') throw refuse(texts.notEmpty(dataDir));
  const bytes = dataFilesOf(manifest).reduce((sum, { size }) => sum + size, 0);
  const missing = bytesMissing(dataDir, bytes);
  if (missing === 0) return;
  throw refuse(texts.noRoom(dataDir, `${number(Math.ceil(missing / MEGABYTE))} MiB`));
}

/** A chain that was broken before is not this backup's fault, and is put in place only where that is asked. */
function judgeAudit(audit: AuditProgress | undefined, { isBrokenAuditTaken }: RestoreOrder): void {
  if (audit === undefined) return;
  const { head, fault } = audit;
  if (fault === undefined) {
    console.log(texts.auditHolds(number(head.seq), head.hash));
    return;
  }
  const text = texts.auditBroken(`${fault.seq}`);
  if (!isBrokenAuditTaken) throw new CommandFault(FAILED, `${text}\n${texts.auditRefused}`);
  console.error(`${text}\n${texts.auditTaken}`);
}

/** Returns how many sessions were ended. */
async function putBack(order: RestoreOrder, manifest: Manifest): Promise<number> {
  const { backup, dataDir } = order;
  const staging = stagingFor(dataDir);
  const takeAway = () => rmSync(staging, { recursive: true, force: true });
  const interrupt = () => {
    takeAway();
    process.exit(FAILED);
  };
  const progress = createProgress();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    await mkdir(staging, { recursive: true, mode: 0o700 });
    await copyBack({
      backup,
      manifest,
      into: staging,
      onProgress: (done, of) => progress.show(texts.step(number(done), number(of))),
    });
    progress.end();
    judgeAudit(auditIn(staging, manifest), order);
    const ended = endSessions(staging);
    await takePlace(staging, dataDir);
    return ended;
  } catch (error) {
    takeAway();
    throw error;
  } finally {
    progress.end();
  }
}

function tell(order: RestoreOrder, manifest: Manifest, ended: number): void {
  const { backup, dataDir } = order;
  const { store, begunAt, svitlo } = manifest;
  const hasAccounts = existsSync(join(dataDir, 'accounts.db'));
  console.log(texts.done(dataDir, dateTime(begunAt), svitlo));
  if (hasAccounts) console.log(texts.sessions(number(ended)));
  if (hasAccounts || existsSync(join(dataDir, 'pki'))) console.log(texts.access);
  if (existsSync(join(backup, CONFIG))) console.log(texts.config(join(backup, CONFIG)));
  if (store.kind === 'influx') {
    console.log(texts.influx(store.database));
    for (const line of influxAdvice(store, backup).restore) console.log(`  ${line}`);
  }
  console.log(texts.next(dataDir));
}

async function main(): Promise<number> {
  const order = readRestoreOrder(process.argv.slice(2));
  if (order === undefined) throw new CommandFault(REFUSED, texts.usage);
  const manifest = readManifest(order.backup);
  checkFolder(order.dataDir, manifest);
  tell(order, manifest, await putBack(order, manifest));
  return DONE;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof CommandFault) {
    console.error(error.message);
    process.exitCode = error.status;
  } else {
    console.error(
      error instanceof BackupFlaw
        ? texts.flaw[error.flaw](error.detail)
        : texts.failed(error instanceof Error ? error.message : String(error)),
    );
    process.exitCode = FAILED;
  }
}
