import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadTopology, watchTopology } from '../../../src/config.ts';

test('a change that is made between the load and the watch is picked up, and nothing else is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'svitlo-'));
  const file = join(folder, 'svitlo.yaml');
  const changes: string[][] = [];
  const refused: string[] = [];
  const watch = () => {
    const running = loadTopology(file);
    return (text?: string) => {
      if (text !== undefined) writeFileSync(file, text);
      const take = ({ sites }: { sites: object }) => changes.push(Object.keys(sites));
      watchTopology(file, running, take, (reason) => refused.push(reason))();
    };
  };
  writeFileSync(file, 'sites: {}');
  watch()();
  expect(changes).toEqual([]);
  watch()('sites: {a: {name: {uk: a, en: a}}}');
  expect(changes).toEqual([['a']]);
  watch()('sites: 5');
  expect(refused).toHaveLength(1);
  rmSync(folder, { recursive: true });
});
