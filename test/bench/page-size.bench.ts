import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { report } from './figures.ts';

const dist = resolve(import.meta.dirname, '../../dashboards/web/dist');

test('the first load of the page, JavaScript and CSS, gzip', async () => {
  const html = await readFile(join(dist, 'index.html'), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="\/?([^"]+\.(?:js|css))"/g)].map(
    ([, file]) => file,
  );
  expect(files.length).toBeGreaterThan(0);
  let bytes = 0;
  for (const file of files) bytes += gzipSync(await readFile(join(dist, file ?? ''))).length;
  report('page', { files: `${files.length}`, 'gzip kB': bytes / 1000 });
});
