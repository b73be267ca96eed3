import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  givePassword,
  initAuthority,
  issueClient,
  issueDevice,
  issueServer,
  revoke,
  type Written,
} from '../adapters/pki/authority.ts';
import { PkiFault } from '../adapters/pki/fault.ts';
import { readIndex, readPasswords } from '../adapters/pki/folder.ts';
import { settingsSchema } from '../contract/config.ts';
import { type CertificateRecord, MONITOR_IDENTITY } from '../contract/pki.ts';
import { formatOf, type Language } from '../i18n/index.ts';
import { PKI_TEXTS } from '../i18n/pki-command.ts';

process.umask(0o077);

const DONE = 0;
const REFUSED = 1;
const USAGE = 2;
const AUTHORITY_NAME = 'Svitlo';

interface Order {
  verb: string;
  names: string[];
  folder: string;
  authorityName: string;
  isRenewal: boolean;
  language: Language;
  now: Date;
}

/** `SVITLO_DATA_DIR`, `SVITLO_BROKER_PKI` and `SVITLO_LANG` mean what they mean to the monitor. */
function readOrder(argv: readonly string[], env: NodeJS.ProcessEnv): Order {
  const { lang } = settingsSchema
    .pick({ lang: true })
    .catch({ lang: 'uk' })
    .parse({ lang: env.SVITLO_LANG || undefined });
  const given = { language: lang, now: new Date() };
  try {
    const text = { type: 'string' as const };
    const options = { pki: text, data: text, name: text, renew: { type: 'boolean' as const } };
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const dataDir = values.data ?? (env.SVITLO_DATA_DIR || undefined);
    const ownFolder = join(
      settingsSchema.pick({ dataDir: true }).parse({ dataDir }).dataDir,
      'pki',
    );
    const folder = resolve(values.pki ?? (env.SVITLO_BROKER_PKI || ownFolder));
    const [verb = '', ...names] = positionals;
    const authorityName = values.name ?? AUTHORITY_NAME;
    return { ...given, verb, names, folder, authorityName, isRenewal: values.renew ?? false };
  } catch {
    return { ...given, verb: '', names: [], folder: '', authorityName: '', isRenewal: false };
  }
}

/** How many names an order takes: at the least, and at the most. */
const NAMES: Readonly<Record<string, readonly [number, number]>> = {
  init: [0, 0],
  server: [1, 100],
  device: [1, 1000],
  client: [1, 1],
  password: [1, 1],
  revoke: [1, 1],
  list: [0, 0],
};

async function carryOut(order: Order): Promise<number> {
  const texts = PKI_TEXTS[order.language];
  const [least, most] = (Object.hasOwn(NAMES, order.verb) && NAMES[order.verb]) || [1, 0];
  const count = order.names.length;
  if (count < least || count > most) {
    console.error(texts.usage);
    return USAGE;
  }
  try {
    await act(order);
    return DONE;
  } catch (error) {
    if (!(error instanceof PkiFault)) throw error;
    console.error(texts.fault[error.reason](error.about));
    return REFUSED;
  }
}

async function act(order: Order): Promise<void> {
  const { verb, names, folder, authorityName, language } = order;
  const { next, password, revoked } = PKI_TEXTS[language];
  const [id = ''] = names;
  switch (verb) {
    case 'init':
      return show(order, [await initAuthority(authorityName, order)], next.init(folder));
    case 'server':
      return show(order, [await issueServer(names, order)], next.server(folder));
    case 'client':
      return show(
        order,
        [await issueClient(id, order)],
        id === MONITOR_IDENTITY ? next.client(folder) : '',
      );
    case 'device': {
      const written: Written[] = [];
      for (const name of names) written.push(await issueDevice(name, order));
      return show(order, written, next.device(folder));
    }
    case 'password':
      return console.log(password(id, givePassword(id, order)));
    case 'revoke': {
      const { certificates, hasPassword } = await revoke(id, order);
      return console.log(revoked(id, formatOf(language).number(certificates), hasPassword));
    }
    default:
      return list(order);
  }
}

function show({ language }: Order, written: readonly Written[], next: string): void {
  const { date } = formatOf(language);
  const texts = PKI_TEXTS[language];
  for (const { cert, key, expiresAt } of written) {
    console.log(texts.written(cert, key, date(expiresAt.getTime())));
  }
  if (next !== '') console.log(`\n${next}`);
}

function list(order: Order): void {
  const { folder, language } = order;
  const texts = PKI_TEXTS[language];
  const { date } = formatOf(language);
  const certificates = readIndex(folder).certificates.map((one) => [
    one.id,
    texts.type[one.type],
    date(Date.parse(one.expiresAt)),
    stateOf(one, order),
  ]);
  const passwords = Object.keys(readPasswords(folder)).map((id) => [
    id,
    texts.type.password,
    '—',
    texts.state.valid,
  ]);
  const rows = [...certificates, ...passwords].sort(([one = ''], [other = '']) =>
    one < other ? -1 : 1,
  );
  if (rows.length === 0) {
    console.log(texts.empty(folder));
    return;
  }
  const lines = [[...texts.columns], ...rows];
  const widths = texts.columns.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  for (const line of lines) {
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}

function stateOf({ revokedAt, expiresAt }: CertificateRecord, { language, now }: Order): string {
  const { state } = PKI_TEXTS[language];
  if (revokedAt !== undefined) return state.revoked(formatOf(language).date(Date.parse(revokedAt)));
  return Date.parse(expiresAt) <= now.getTime() ? state.expired : state.valid;
}

process.exitCode = await carryOut(readOrder(process.argv.slice(2), process.env));
