import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  accountNameSchema,
  type Permission,
  permissionSchema,
  type Role,
  roleSchema,
  type Scope,
  scopeSchema,
} from '../../contract/access.ts';
import { settingsSchema } from '../../contract/config.ts';
import type { Language } from '../../i18n/index.ts';

/** What is done to an account with nothing more said. */
const PLAIN = [
  'disable',
  'enable',
  'password',
  'link',
  'sign-out',
  'remove-second-factor',
  'remove',
] as const;

/** What is to be done, with all that it needs. */
export type Order =
  | { verb: 'add'; name: string; role: Role; scope: Scope | undefined; isBreakGlass: boolean }
  | { verb: 'role'; name: string; role: Role }
  | { verb: 'scope'; name: string; scope: Scope | undefined }
  | Plain<(typeof PLAIN)[number]>
  | {
      verb: 'token add';
      name: string;
      permissions: Permission[];
      scope: Scope | undefined;
      days: number | undefined;
    }
  | { verb: 'token remove'; id: string }
  | { verb: 'list' }
  | { verb: 'token list' };

/** A member of the union for each verb. */
type Plain<V extends string> = V extends V ? { verb: V; name: string } : never;

/** Why it is not understood. */
export type Misunderstanding = 'usage' | 'wrongName' | 'wrongRole' | 'wrongPermission';

/** Where the accounts are, and in what language to say what becomes of them. */
export interface Surroundings {
  folder: string;
  file: string;
  language: Language;
  /** Where the page is, as far as the settings tell. */
  pageUrl: string;
}

const OPTIONS = {
  data: { type: 'string' },
  role: { type: 'string' },
  site: { type: 'string', multiple: true },
  region: { type: 'string', multiple: true },
  permission: { type: 'string', multiple: true },
  days: { type: 'string' },
  'break-glass': { type: 'boolean' },
} as const;

/** `SVITLO_DATA_DIR`, `SVITLO_LANG` and the page's address mean what they mean to the monitor. */
export function surroundingsOf(data: string | undefined, env: NodeJS.ProcessEnv): Surroundings {
  const picked = {
    lang: true,
    dataDir: true,
    publicUrl: true,
    httpHost: true,
    httpPort: true,
  } as const;
  const schema = settingsSchema.pick(picked);
  const given = {
    lang: env.SVITLO_LANG || undefined,
    dataDir: data ?? (env.SVITLO_DATA_DIR || undefined),
    publicUrl: env.SVITLO_PUBLIC_URL || undefined,
    httpHost: env.SVITLO_HTTP_HOST || undefined,
    httpPort: env.SVITLO_HTTP_PORT || undefined,
  };
  const parsed = schema.safeParse(given);
  const settings = parsed.success ? parsed.data : schema.parse({ dataDir: given.dataDir });
  const { dataDir: folder, lang: language, publicUrl, httpHost, httpPort } = settings;
  const scheme = env.SVITLO_TLS_CERT || env.SVITLO_TLS_CERT_FILE ? 'https' : 'http';
  const host = httpHost.includes(':') ? `[${httpHost}]` : httpHost;
  const pageUrl = publicUrl ?? `${scheme}://${host}:${httpPort}`;
  return { folder, file: join(folder, 'accounts.db'), language, pageUrl };
}

/** What the command line asks for. */
export function readOrder(argv: readonly string[]): {
  data?: string | undefined;
  order: Order | Misunderstanding;
} {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: OPTIONS,
      allowPositionals: true,
    });
    return { data: values.data, order: orderOf(positionals, values) };
  } catch {
    return { order: 'usage' };
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

function orderOf(words: readonly string[], values: Values): Order | Misunderstanding {
  const [verb, name = '', ...rest] = words;
  if (verb === 'token') return tokenOrderOf([name, ...rest], values);
  if (verb === 'list' && words.length === 1) return { verb };
  if (name === '') return 'usage';
  if (verb === 'add') return rest.length > 0 ? 'usage' : addOrderOf(name, values);
  if (verb === 'role' && rest.length === 1) {
    const role = roleSchema.safeParse(rest[0]);
    return role.success ? { verb, name, role: role.data } : 'wrongRole';
  }
  if (rest.length > 0) return 'usage';
  if (verb === 'scope') return withScope(values, (scope) => ({ verb, name, scope }));
  const isPlain = PLAIN.find((one) => one === verb);
  return isPlain === undefined ? 'usage' : ({ verb: isPlain, name } satisfies Order);
}

function addOrderOf(given: string, values: Values): Order | Misunderstanding {
  const name = accountNameSchema.safeParse(given);
  if (!name.success) return 'wrongName';
  const role = roleSchema.safeParse(values.role);
  if (!role.success) return 'wrongRole';
  const isBreakGlass = values['break-glass'] ?? false;
  return withScope(values, (scope) => ({
    verb: 'add',
    name: name.data,
    role: role.data,
    scope,
    isBreakGlass,
  }));
}

function tokenOrderOf(words: readonly string[], values: Values): Order | Misunderstanding {
  const [verb, what = '', ...rest] = words;
  if (rest.length > 0) return 'usage';
  if (verb === 'list' && what === '') return { verb: 'token list' };
  if (what === '') return 'usage';
  if (verb === 'remove') return { verb: 'token remove', id: what };
  if (verb !== 'add') return 'usage';
  const permissions = permissionSchema.array().min(1).safeParse(values.permission);
  if (!permissions.success) return 'wrongPermission';
  const days = values.days === undefined ? undefined : Number(values.days);
  if (days !== undefined && !(days > 0 && days <= 3650)) return 'usage';
  const unique = [...new Set(permissions.data)];
  return withScope(values, (scope) => ({
    verb: 'token add',
    name: what,
    permissions: unique,
    scope,
    days,
  }));
}

function withScope(
  { site: sites = [], region: regions = [] }: Values,
  make: (scope: Scope | undefined) => Order,
): Order | Misunderstanding {
  if (sites.length + regions.length === 0) return make(undefined);
  const scope = scopeSchema.safeParse({ sites, regions });
  return scope.success ? make(scope.data) : 'usage';
}
