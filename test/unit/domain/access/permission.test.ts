import { describe, expect, test } from 'vitest';
import { permissionSchema, roleSchema } from '../../../../src/contract/access.ts';
import { topologySchema } from '../../../../src/contract/config.ts';
import {
  mayBeLimited,
  permissionsOf,
  permissionsWithin,
} from '../../../../src/domain/access/permission.ts';

const LVIV = { regions: ['lviv'], sites: [] };

describe('whoever may administer', () => {
  test('has no limits, which he could lift', () => {
    expect(permissionSchema.options.filter((one) => !mayBeLimited([one]))).toEqual(['administer']);
    expect(roleSchema.options.filter((role) => !mayBeLimited(permissionsOf(role)))).toEqual([
      'administrator',
    ]);
  });

  test('may do all the rest where limits stand all the same', () => {
    const all = permissionsOf('administrator');
    expect(permissionsWithin(undefined, all)).toEqual(all);
    expect([...permissionsWithin(LVIV, all)].toSorted()).toEqual(
      [...all].filter((one) => one !== 'administer').toSorted(),
    );
    expect(permissionsWithin(LVIV, ['see', 'report'])).toEqual(new Set(['see', 'report']));
  });

  test.each(roleSchema.options)(
    'is told apart in the configuration by the same rule: %s',
    (role) => {
      const rule = { value: 'svitlo', role };
      const isTaken = (scope?: object) =>
        topologySchema.safeParse({ access: { oidcRoles: [{ ...rule, ...(scope && { scope }) }] } })
          .success;
      expect(isTaken()).toBe(true);
      expect(isTaken({ regions: ['lviv'] })).toBe(mayBeLimited(permissionsOf(role)));
    },
  );
});
