import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ERROR_STATUS } from '../../../src/errors.ts';

const root = resolve(import.meta.dirname, '../../..');

const rows = (await readFile(join(root, 'docs/errors.md'), 'utf8'))
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test.each(Object.entries(ERROR_STATUS))('%s is explained, with its status %i', (code, status) => {
  const row = rows.find(([, name]) => name === `\`${code}\``);
  const [, , documented, meaning = '', remedy = ''] = row ?? [];
  expect(documented).toBe(String(status));
  expect(meaning.length).toBeGreaterThan(10);
  expect(remedy.length).toBeGreaterThan(5);
});

test('no code is explained that does not exist, and none twice', () => {
  const documented = rows.map(([, name = '']) => name.replaceAll('`', ''));
  expect(documented.toSorted()).toEqual(Object.keys(ERROR_STATUS).toSorted());
});

test('no source file speaks of a code that is not registered', async () => {
  const strays: string[] = [];
  for (const folder of ['src', 'collectors', 'simulators', 'dashboards/web/src']) {
    for (const name of await readdir(join(root, folder), { recursive: true })) {
      if (!/\.tsx?$/.test(name)) continue;
      const text = await readFile(join(root, folder, name), 'utf8');
      for (const [code] of text.matchAll(/SVT_[A-Z_]+[A-Z]/g)) {
        if (!Object.hasOwn(ERROR_STATUS, code)) strays.push(`${folder}/${name}: ${code}`);
      }
    }
  }
  expect(strays).toEqual([]);
});
