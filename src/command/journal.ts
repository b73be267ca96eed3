import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { JOURNAL_VERSION, journalVersionOf } from '../adapters/sqlite/journal-schema.ts';
import {
  type AuditFault,
  type AuditProgress,
  verifyAudit,
} from '../adapters/sqlite/journal-verify.ts';
import { settingsSchema } from '../contract/config.ts';
import { formatOf, type Language } from '../i18n/index.ts';
import { JOURNAL_TEXTS } from '../i18n/journal-command.ts';

const HOLDS = 0;
const BROKEN = 1;
const NOTHING_TO_CHECK = 2;

interface Order {
  isAsked: boolean;
  file: string;
  language: Language;
}

/** `SVITLO_DATA_DIR` and `SVITLO_LANG` mean what they mean to the monitor. */
function readOrder(argv: readonly string[], env: NodeJS.ProcessEnv): Order {
  const { lang } = settingsSchema
    .pick({ lang: true })
    .catch({ lang: 'uk' })
    .parse({
      lang: env.SVITLO_LANG || undefined,
    });
  try {
    const options = { data: { type: 'string' as const } };
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const dataDir = values.data ?? (env.SVITLO_DATA_DIR || undefined);
    const folder = settingsSchema.pick({ dataDir: true }).parse({ dataDir }).dataDir;
    const isAsked = positionals.join() === 'verify';
    return { isAsked, file: join(folder, 'journal.db'), language: lang };
  } catch {
    return { isAsked: false, file: '', language: lang };
  }
}

function describeFault(fault: AuditFault, { head }: AuditProgress, language: Language): string {
  const texts = JOURNAL_TEXTS[language];
  const { number, dateTime } = formatOf(language);
  const { row } = fault;
  const lines = [texts.broken(`${fault.seq}`, number(head.seq)), texts.fault[fault.what]];
  if (row !== undefined) lines.push(`${dateTime(row.at)}  ${row.kind}  ${row.subject}`);
  lines.push(texts.expected(fault.expected, fault.found), texts.head(head.hash));
  return lines.join('\n');
}

/** Prints the verdict and returns the exit status. */
function verify({ file, language }: Order): number {
  const texts = JOURNAL_TEXTS[language];
  if (!existsSync(file)) return refuse(texts.missing(file));
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
    if (journalVersionOf(database) !== JOURNAL_VERSION) return refuse(texts.earlier(file));
    const progress = verifyAudit(database);
    const { head, fault } = progress;
    if (fault === undefined) {
      console.log(`${texts.whole(formatOf(language).number(head.seq))}\n${texts.head(head.hash)}`);
      return HOLDS;
    }
    console.log(describeFault(fault, progress, language));
    return BROKEN;
  } catch (error) {
    return refuse(texts.unreadable(file, error instanceof Error ? error.message : String(error)));
  } finally {
    database?.close();
  }
}

function refuse(text: string): number {
  console.error(text);
  return NOTHING_TO_CHECK;
}

const order = readOrder(process.argv.slice(2), process.env);
process.exitCode = order.isAsked ? verify(order) : refuse(JOURNAL_TEXTS[order.language].usage);
