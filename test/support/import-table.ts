import { posix } from 'node:path';
import { parseSync } from 'vite';

/** One import statement; `to` is a path from the repository's root, or a package's name. */
export interface Import {
  from: string;
  to: string;
  isTypeOnly: boolean;
}

export interface Violation extends Import {
  reason: string;
}

interface Row {
  /** Layers whose code and types may be imported. */
  layers: readonly string[];
  /** Layers of which only types may be imported. */
  typesOf?: readonly string[];
  /** Packages (a `node:` prefix stands for Node's own modules); without it, any. */
  packages?: readonly string[];
}

/** The import table of CONTRIBUTING.md. A layer may always import itself. */
export const IMPORT_TABLE: Readonly<Record<string, Row>> = {
  contract: { layers: [], packages: ['zod'] },
  i18n: { layers: [], packages: [] },
  errors: { layers: [], packages: [] },
  'yaml-file': { layers: [], packages: ['node:', 'yaml', 'zod'] },
  domain: { layers: ['contract'], packages: [] },
  ports: { layers: ['contract'], typesOf: ['domain'], packages: [] },
  pipeline: { layers: ['contract', 'domain', 'ports', 'errors'], packages: ['node:', 'pino'] },
  collectors: { layers: ['contract', 'domain', 'ports', 'errors', 'i18n'] },
  adapters: { layers: ['contract', 'domain', 'ports', 'errors', 'i18n'] },
  web: { layers: ['i18n'], typesOf: ['contract'] },
  simulators: { layers: ['contract', 'yaml-file'] },
};

/** Layers whose folders are parts of their own, which never import each other. */
const DIVIDED_LAYERS: readonly string[] = ['collectors', 'adapters'];

/** These start processes, wire, or build: they may import anything. */
const SHELL =
  /^(src\/(app|wire-access|main|config|log)\.ts|src\/command\/.+|scripts\/.+|[^/]+\.ts)$/;
const TEST = /^test\/|\.test\.tsx?$/;

/** The layer of a file, `shell` for what may import anything, undefined for a place not in the table. */
export function layerOf(path: string): string | undefined {
  if (SHELL.test(path) || TEST.test(path)) return 'shell';
  const [top = '', second = ''] = path.split('/');
  if (top === 'src') {
    const layer = second === 'access-port.ts' ? 'ports' : second.replace(/\.ts$/, '');
    return layer in IMPORT_TABLE ? layer : undefined;
  }
  if (path.startsWith('dashboards/web/')) return 'web';
  return top in IMPORT_TABLE ? top : undefined;
}

function partOf(path: string): string {
  return path
    .replace(/^src\/adapters\//, 'adapters/')
    .split('/')
    .slice(0, 2)
    .join('/');
}

/** Why the table forbids this import, or undefined where it allows it. */
export function reasonAgainst(one: Import): string | undefined {
  const from = layerOf(one.from);
  if (from === 'shell') return undefined;
  const row = from === undefined ? undefined : IMPORT_TABLE[from];
  if (from === undefined || row === undefined) return `${one.from} is in no layer of the table`;
  if (!one.to.includes('/') || !isRepositoryPath(one.to))
    return reasonAgainstPackage(row, one, from);
  const to = layerOf(one.to);
  if (to === from) return reasonAgainstSibling(one, from);
  if (to !== undefined && row.layers.includes(to)) return undefined;
  if (to !== undefined && row.typesOf?.includes(to)) {
    return one.isTypeOnly ? undefined : `${from} may import only types from ${to}`;
  }
  return `${from} may not import ${to ?? one.to}`;
}

function isRepositoryPath(to: string): boolean {
  return /^(src|collectors|dashboards|simulators|test|scripts|\.\.)\//.test(to);
}

function reasonAgainstPackage(row: Row, one: Import, from: string): string | undefined {
  const isAllowed =
    row.packages?.some(
      (name) => one.to === name || (name === 'node:' && one.to.startsWith(name)),
    ) ?? true;
  return isAllowed ? undefined : `${from} may not import the package ${one.to}`;
}

function reasonAgainstSibling(one: Import, layer: string): string | undefined {
  if (!DIVIDED_LAYERS.includes(layer)) return undefined;
  // collectors/index.ts is the one registration of them all.
  if (one.from === 'collectors/index.ts' || partOf(one.from) === partOf(one.to)) return undefined;
  return `${partOf(one.from)} may not import ${partOf(one.to)}`;
}

/** Every import of a TypeScript source: static, re-exported, dynamic, and `import()` of a literal. */
export function importsOf(path: string, source: string): Import[] {
  const { module, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const found: Import[] = [];
  const add = (specifier: string, isTypeOnly: boolean) => {
    const isRelative = specifier.startsWith('.');
    const to = isRelative ? posix.join(posix.dirname(path), specifier) : specifier;
    found.push({ from: path, to, isTypeOnly });
  };
  for (const { moduleRequest, entries } of module.staticImports) {
    add(moduleRequest.value, entries.length > 0 && entries.every((entry) => entry.isType));
  }
  for (const { entries } of module.staticExports) {
    for (const entry of entries) {
      if (entry.moduleRequest) add(entry.moduleRequest.value, entry.isType);
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const text = source.slice(moduleRequest.start, moduleRequest.end);
    if (/^(['"`]).*\1$/.test(text)) add(text.slice(1, -1), false);
  }
  return found;
}

/** What the table forbids in one source file. */
export function violationsIn(path: string, source: string): Violation[] {
  return importsOf(path, source).flatMap((one) => {
    const reason = reasonAgainst(one);
    return reason === undefined ? [] : [{ ...one, reason }];
  });
}
