import { existsSync, mkdirSync } from 'node:fs';
import { pino } from 'pino';
import { openAccountFile } from '../adapters/sqlite/account-store.ts';
import { USER_TEXTS } from '../i18n/user-command.ts';
import { createAdministration } from '../pipeline/access/administration.ts';
import { createDirectory } from '../pipeline/access/directory.ts';
import { SystemClock } from '../pipeline/system-clock.ts';
import { carryOut } from './user/carry-out.ts';
import { type Order, readOrder, type Surroundings, surroundingsOf } from './user/order.ts';

process.umask(0o077);

const DONE = 0;
const REFUSED = 1;
const NOT_UNDERSTOOD = 2;

/** Prints what becomes of it and returns the exit status. */
async function main(): Promise<number> {
  const { data, order } = readOrder(process.argv.slice(2));
  const around = surroundingsOf(data, process.env);
  const texts = USER_TEXTS[around.language];
  if (typeof order === 'string') return refuse(texts[order]);
  if (order.verb !== 'add' && !existsSync(around.file)) return refuse(texts.missing(around.file));
  try {
    return await onFile(order, around);
  } catch (error) {
    console.error(texts.failed(around.file, error instanceof Error ? error.message : `${error}`));
    return REFUSED;
  }
}

function refuse(text: string): number {
  console.error(text);
  return NOT_UNDERSTOOD;
}

async function onFile(order: Order, around: Surroundings): Promise<number> {
  const { folder, file, pageUrl: publicUrl } = around;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const store = openAccountFile(file);
  try {
    const directory = createDirectory({
      store,
      log: pino({ level: 'error' }, pino.destination(2)),
    });
    await directory.load();
    const clock = new SystemClock();
    const administration = createAdministration({ directory, clock, publicUrl });
    const { isDone, text } = await carryOut(order, administration, around);
    if (isDone) console.log(text);
    else console.error(text);
    return isDone ? DONE : REFUSED;
  } finally {
    await store.stop();
  }
}

process.exitCode = await main();
