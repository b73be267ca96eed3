import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchorsOf, linksIn } from '../../support/markdown-link.ts';

const root = resolve(import.meta.dirname, '../../..');
const pages = globSync(['*.md', 'docs/**/*.md', 'collectors/**/*.md', 'simulators/*.md'], {
  cwd: root,
});
const read = (page: string) => readFileSync(join(root, page), 'utf8');

test.each(pages)('what %s leads to is there, with its heading', (page) => {
  const strays = linksIn(read(page))
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).has(anchor);
    });
  expect(strays).toEqual([]);
});

describe('a heading’s anchor', () => {
  test.each([
    ['## 2 MQTT', '2-mqtt'],
    ['### Install, upgrade, roll back', 'install-upgrade-roll-back'],
    ['# What `it` says: [all](of.md) of it', 'what-it-says-all-of-it'],
  ])('of %s', (heading, anchor) => {
    expect([...anchorsOf(heading)]).toEqual([anchor]);
  });

  test('is numbered where another has it', () => {
    expect([...anchorsOf('# A\n## A\n```\n# no heading\n```\n# A')]).toEqual(['a', 'a-1', 'a-2']);
  });
});
