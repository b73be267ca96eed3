import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { VARIABLES } from '../../config.ts';
import { type StorePlace, storePlaceOf } from '../../contract/backup.ts';
import { settingsSchema } from '../../contract/config.ts';
import type { Language } from '../../i18n/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `SVITLO_LANG`, or Ukrainian. */
export function languageOf(env: Environment): Language {
  const lang = env[VARIABLES.lang] || undefined;
  return settingsSchema.pick({ lang: true }).catch({ lang: 'uk' }).parse({ lang }).lang;
}

export interface BackupOrder {
  target: string;
  dataDir: string;
  configFile?: string;
  /** By the environment: a monitor that runs knows better. */
  store: StorePlace;
  /** What a disk that the monitor writes to must keep free (bytes). */
  minFreeBytes: number;
}

/** Variables mean what they mean to the monitor; `undefined` where the arguments are not understood. */
export function readBackupOrder(
  argv: readonly string[],
  env: Environment,
): BackupOrder | undefined {
  const given = argumentsOf(argv, ['data', 'config']);
  if (given?.positionals.length !== 1) return undefined;
  const [target = ''] = given.positionals;
  const settings = settingsSchema
    .pick({ dataDir: true, influxUrl: true, spoolMinFreeBytes: true })
    .parse({
      dataDir: given.values.data || env[VARIABLES.dataDir] || undefined,
      influxUrl: givenIn(env, VARIABLES.influxUrl),
      spoolMinFreeBytes: env[VARIABLES.spoolMinFreeBytes] || undefined,
    });
  const named = given.values.config || env[VARIABLES.configFile] || undefined;
  const configFile = named ?? (existsSync('svitlo.yaml') ? 'svitlo.yaml' : undefined);
  return {
    target: resolve(target),
    dataDir: resolve(settings.dataDir),
    store: storePlaceOf(settings.influxUrl),
    minFreeBytes: settings.spoolMinFreeBytes,
    ...(configFile === undefined ? {} : { configFile: resolve(configFile) }),
  };
}

export interface RestoreOrder {
  backup: string;
  dataDir: string;
  isBrokenAuditTaken: boolean;
}

export function readRestoreOrder(argv: readonly string[]): RestoreOrder | undefined {
  const given = argumentsOf(argv, ['data'], ['accept-broken-audit']);
  const [backup] = given?.positionals ?? [];
  if (given?.positionals.length !== 1 || !backup || !given.values.data) return undefined;
  return {
    backup: resolve(backup),
    dataDir: resolve(given.values.data),
    isBrokenAuditTaken: given.flags.includes('accept-broken-audit'),
  };
}

interface Arguments {
  positionals: string[];
  values: Record<string, string | undefined>;
  flags: string[];
}

function argumentsOf(
  argv: readonly string[],
  names: readonly string[],
  flagNames: readonly string[] = [],
): Arguments | undefined {
  const options = Object.fromEntries([
    ...names.map((name) => [name, { type: 'string' as const }]),
    ...flagNames.map((name) => [name, { type: 'boolean' as const }]),
  ]);
  try {
    const parsed = parseArgs({ args: [...argv], options, allowPositionals: true });
    const values = parsed.values as Record<string, string | boolean | undefined>;
    return {
      positionals: parsed.positionals,
      values: Object.fromEntries(
        names.map((name) => [name, typeof values[name] === 'string' ? values[name] : undefined]),
      ),
      flags: flagNames.filter((name) => values[name] === true),
    };
  } catch {
    return undefined;
  }
}

/** A variable's value, or what the file holds that its `_FILE` twin names. */
function givenIn(env: Environment, variable: string): string | undefined {
  const file = env[`${variable}_FILE`];
  return (file ? readFileSync(file, 'utf8').trimEnd() : env[variable]) || undefined;
}
