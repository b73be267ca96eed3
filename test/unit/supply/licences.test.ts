import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Bom, readBom } from '../../../scripts/supply/bom.ts';
import { licencesOf } from '../../../scripts/supply/licences.ts';

const root = resolve(import.meta.dirname, '../../..');

function bomWith(licenses: Bom['components'][number]['licenses']): Bom {
  const component = { name: 'svitlo', version: '1.0.0' };
  return { metadata: { component }, components: [{ name: 'one', version: '2.0.0', licenses }] };
}

describe('the licences of production', () => {
  test('are all permissive', () => {
    expect(licencesOf(readBom(root)).faults).toEqual([]);
  });

  test.each([
    ['a copyleft licence', [{ license: { id: 'GPL-3.0-only' } }], 'one 2.0.0: GPL-3.0-only'],
    ['no licence', undefined, 'one 2.0.0: no licence is told'],
    ['one of two that is not allowed', [{ expression: 'MIT AND AGPL-3.0' }], 'AGPL'],
    ['a licence that has a name alone', [{ license: { name: 'Custom' } }], 'one 2.0.0: Custom'],
  ])('%s is a fault', (_, licenses, fault) => {
    expect(licencesOf(bomWith(licenses)).faults).toEqual([expect.stringContaining(fault)]);
  });

  test('of alternatives one is enough', () => {
    const { faults, text } = licencesOf(bomWith([{ expression: '(GPL-2.0 OR MIT)' }]));
    expect(faults).toEqual([]);
    expect(text).toBe('one 2.0.0  (GPL-2.0 OR MIT)\n');
  });
});

describe('the bill of materials', () => {
  test('is that of the product, with a hash of every package, the same each time', () => {
    const bom = readBom(root);
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' });
    expect(bom.metadata.component.name).toBe('svitlo');
    const unhashed = bom.components.filter(({ hashes }) => !Array.isArray(hashes));
    expect(unhashed.map(({ name }) => name)).toEqual([]);
    expect(bom.components.map(({ name }) => name)).not.toContain('vitest');
    expect(readBom(root)).toEqual(bom);
  });
});
