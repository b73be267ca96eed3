import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

/** Ways by which text would become markup or script. */
const SINKS =
  /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|srcdoc|\beval\(|new Function\(|javascript:/;

test('no source of the page makes markup or script of text', () => {
  const root = resolve(import.meta.dirname, '../../../dashboards/web');
  const files = globSync(['src/**/*.{ts,tsx}', 'index.html'], { cwd: root });
  expect(files.length).toBeGreaterThan(50);
  const found = files.filter((file) => SINKS.test(readFileSync(resolve(root, file), 'utf8')));
  expect(found).toEqual([]);
});
