import { globSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IMPORT_TABLE, layerOf, violationsIn } from '../support/import-table.ts';
import { runCommand } from '../support/run-command.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const root = resolve(import.meta.dirname, '../..');

/** A planted file, the statement in it that breaks the table, and one that keeps it. */
interface Plant {
  layer: string;
  path: string;
  forbidden: string;
  allowed: string;
}

const plants: Plant[] = [
  {
    layer: 'contract',
    path: 'src/contract/planted.ts',
    forbidden: `export { Fleet } from '../domain/fleet.ts';`,
    allowed: `export { z } from 'zod';`,
  },
  {
    layer: 'contract',
    path: 'src/contract/planted.ts',
    forbidden: `export { connect } from 'mqtt';`,
    allowed: `export { ID_PATTERN } from './kind.ts';`,
  },
  {
    layer: 'i18n',
    path: 'src/i18n/planted.ts',
    forbidden: `export type { Alarm } from '../contract/alarm.ts';`,
    allowed: `export { en } from './en.ts';`,
  },
  {
    layer: 'errors',
    path: 'src/errors.ts',
    forbidden: `export type { Clock } from './ports.ts';`,
    allowed: 'export const one = 1;',
  },
  {
    layer: 'yaml-file',
    path: 'src/yaml-file.ts',
    forbidden: `export type { Clock } from './ports.ts';`,
    allowed: `export { parse } from 'yaml';\nexport { z } from 'zod';\nexport { readFileSync } from 'node:fs';`,
  },
  {
    layer: 'domain',
    path: 'src/domain/planted.ts',
    forbidden: `export { SvitloError } from '../errors.ts';`,
    allowed: `export { kindSchema } from '../contract/kind.ts';`,
  },
  {
    layer: 'domain',
    path: 'src/domain/alarm/planted.ts',
    forbidden: `export type { Clock } from '../../ports.ts';`,
    allowed: `export { kindSchema } from '../../contract/kind.ts';\nexport { Fleet } from '../fleet.ts';`,
  },
  {
    layer: 'domain',
    path: 'src/domain/planted.ts',
    forbidden: `export { readFile } from 'node:fs/promises';`,
    allowed: `export * from './alarm/rule.ts';`,
  },
  {
    layer: 'ports',
    path: 'src/ports.ts',
    forbidden: `export { Fleet } from './domain/fleet.ts';`,
    allowed: `export type { Fleet } from './domain/fleet.ts';`,
  },
  {
    layer: 'ports',
    path: 'src/ports.ts',
    forbidden: `export type { SvitloError } from './errors.ts';`,
    allowed: `export type { Alarm } from './contract/alarm.ts';`,
  },
  {
    layer: 'pipeline',
    path: 'src/pipeline/planted.ts',
    forbidden: `export { InfluxStore } from '../adapters/influx/store.ts';`,
    allowed: `export type { Clock } from '../ports.ts';`,
  },
  {
    layer: 'collectors',
    path: 'collectors/mqtt/planted.ts',
    forbidden: `export { decode } from '../nut/decode.ts';`,
    allowed: `export { connect } from 'mqtt';\nexport { SvitloError } from '../../src/errors.ts';`,
  },
  {
    layer: 'collectors',
    path: 'collectors/mqtt/planted.ts',
    forbidden: `export { Ingest } from '../../src/pipeline/ingest.ts';`,
    allowed: `export { decode } from './decode.ts';`,
  },
  {
    layer: 'adapters',
    path: 'src/adapters/influx/planted.ts',
    forbidden: `export { DuckdbStore } from '../duckdb/store.ts';`,
    allowed: `export { readFile } from 'node:fs/promises';\nexport { en } from '../../i18n/en.ts';`,
  },
  {
    layer: 'adapters',
    path: 'src/adapters/http/route/planted.ts',
    forbidden: `export { createApp } from '../../../app.ts';`,
    allowed: `export { a } from '../server.ts';\nexport { b } from '../../../errors.ts';`,
  },
  {
    layer: 'web',
    path: 'dashboards/web/src/planted.ts',
    forbidden: `export { alarmSchema } from '../../../src/contract/alarm.ts';`,
    allowed: `export type { Alarm } from '../../../src/contract/alarm.ts';`,
  },
  {
    layer: 'web',
    path: 'dashboards/web/src/part/planted.ts',
    forbidden: `export type { Fleet } from '../../../../src/domain/fleet.ts';`,
    allowed: `export { en } from '../../../../src/i18n/en.ts';\nexport { store } from '../feed/store.ts';`,
  },
  {
    layer: 'simulators',
    path: 'simulators/physics/planted.ts',
    forbidden: `export { Fleet } from '../../src/domain/fleet.ts';`,
    allowed: `export { kindSchema } from '../../src/contract/kind.ts';\nexport * from '../random.ts';`,
  },
  {
    layer: 'simulators',
    path: 'simulators/planted.ts',
    forbidden: `export const app = await import('../src/app.ts');`,
    allowed: `export { connect } from 'mqtt';`,
  },
];

const named = plants.map((plant) => ({ ...plant, name: `${plant.path}: ${plant.forbidden}` }));

describe('the import table', () => {
  const sources = globSync('{src,collectors,dashboards/web,simulators}/**/*.{ts,tsx}', {
    cwd: root,
    exclude: (name) => name.includes('node_modules') || name.endsWith('dist'),
  });

  test('has a row for every source file', () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.filter((path) => layerOf(path) === undefined)).toEqual([]);
  });

  test('is kept by every source file', async () => {
    const violations = await Promise.all(
      sources.map(async (path) => violationsIn(path, await readFile(join(root, path), 'utf8'))),
    );
    expect(violations.flat()).toEqual([]);
  });

  test('has a planted violation for each of its rows', () => {
    const planted = new Set(plants.map((plant) => plant.layer));
    expect([...planted].toSorted()).toEqual(Object.keys(IMPORT_TABLE).toSorted());
  });

  test.each(named)('$name is caught', ({ path, layer, forbidden, allowed }) => {
    expect(layerOf(path)).toBe(layer);
    expect(violationsIn(path, forbidden)).toHaveLength(1);
    expect(violationsIn(path, allowed)).toEqual([]);
  });

  test('lets app.ts and tests import anything', () => {
    const source = `import { Fleet } from '../domain/fleet.ts';`;
    expect(violationsIn('src/app.ts', source)).toEqual([]);
    expect(violationsIn('src/contract/kind.test.ts', source)).toEqual([]);
  });
});

describe('lint', () => {
  let folder: TempFolder;
  beforeAll(async () => {
    folder = await tempFolder('lint');
    await cp(join(root, 'biome.json'), join(folder.path, 'biome.json'));
    await cp(join(root, 'scripts/lint'), join(folder.path, 'scripts/lint'), { recursive: true });
  });
  afterAll(() => folder.remove());

  async function lint(path: string, source: string): Promise<string> {
    const file = join(folder.path, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${source}\n`);
    const biome = join(root, 'node_modules/.bin/biome');
    const result = await runCommand(biome, ['lint', '--colors=off', path], { cwd: folder.path });
    return result.status === 0 ? 'clean' : result.stdout + result.stderr;
  }

  test.each(named)('$name is caught', async ({ path, forbidden, allowed }) => {
    expect(await lint(path, forbidden)).toMatch(/noRestrictedImports|Only types may be imported/);
    expect(await lint(path, allowed)).toBe('clean');
  });
});
