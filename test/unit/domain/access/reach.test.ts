import { describe, expect, test } from 'vitest';
import type { Scope } from '../../../../src/contract/access.ts';
import { permissionsOf } from '../../../../src/domain/access/permission.ts';
import { FULL_REACH, reachOf } from '../../../../src/domain/access/reach.ts';

const LVIV: Scope = { regions: ['lviv'], sites: ['yahodyn'] };
const limited = reachOf(
  { permissions: permissionsOf('administrator'), scope: LVIV },
  (site) => site === 'krakivets',
);

describe('limits within one’s own', () => {
  test.each<[Scope | undefined, boolean]>([
    [undefined, false],
    [{ regions: ['lviv'], sites: [] }, true],
    [{ regions: ['lviv', 'volyn'], sites: [] }, false],
    [{ regions: [], sites: ['yahodyn'] }, true],
    [{ regions: [], sites: ['krakivets'] }, true],
    [{ regions: ['lviv'], sites: ['porubne'] }, false],
  ])('%j: %s', (scope, isCovered) => {
    expect(limited.covers(scope)).toBe(isCovered);
  });

  test('are any for whoever has none', () => {
    const all = [undefined, LVIV, { regions: [], sites: ['porubne'] }];
    expect(all.map((scope) => FULL_REACH.covers(scope))).toEqual([true, true, true]);
    expect([FULL_REACH.isUnlimited, limited.isUnlimited]).toEqual([true, false]);
  });
});

test('what is given is had: its permissions, and within the limits', () => {
  const reach = reachOf({ permissions: new Set(['administer', 'see']), scope: LVIV }, () => false);
  expect(reach.includes({ permissions: ['see'], scope: LVIV })).toBe(true);
  expect(reach.includes({ permissions: ['see', 'respond'], scope: LVIV })).toBe(false);
  expect(reach.includes({ permissions: ['see'] })).toBe(false);
});
