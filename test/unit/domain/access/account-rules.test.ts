import { describe, expect, test } from 'vitest';
import type { AccountRecord } from '../../../../src/contract/account.ts';
import { isReservedName } from '../../../../src/domain/access/account-name.ts';
import { isAbleAdministrator } from '../../../../src/domain/access/last-administrator.ts';
import { accountNameOf, roleOfClaims } from '../../../../src/domain/access/oidc-role.ts';

const administrator: AccountRecord = {
  name: 'olena',
  role: 'administrator',
  isDisabled: false,
  isBreakGlass: false,
  passwordHash: '$argon2id$',
  recoveryCodes: [],
  createdAt: 0,
};

describe('an administrator who can sign in', () => {
  const { passwordHash: _, ...invited } = administrator;
  test.each([
    [true, administrator, 0],
    [false, { ...administrator, isDisabled: true }, 0],
    [false, { ...administrator, role: 'supervisor' as const }, 0],
    [false, { ...administrator, scope: { regions: ['lviv'], sites: [] } }, 0],
    [false, invited, 0],
    [true, invited, 1],
    [true, { ...invited, external: 'https://login.example 1' }, 0],
  ])('%s', (isAble, account, passkeys) => {
    expect(isAbleAdministrator({ account, passkeys })).toBe(isAble);
  });
});

test.each(['console', 'nobody', 'unknown'])('%s is the audit’s own name', (name) => {
  expect(isReservedName(name)).toBe(true);
  expect(isReservedName(`${name}s`)).toBe(false);
});

describe('the identity provider’s claims', () => {
  const rules = [
    { claim: 'groups', value: 'svitlo-admins', role: 'administrator' as const },
    {
      claim: 'groups',
      value: 'west',
      role: 'technician' as const,
      scope: { regions: ['lviv'], sites: [] },
    },
    { claim: 'department', value: 'audit', role: 'auditor' as const },
  ];

  test.each([
    [{ groups: ['west', 'svitlo-admins'] }, 'administrator'],
    [{ groups: ['west'] }, 'technician'],
    [{ groups: 'west' }, 'technician'],
    [{ department: 'audit' }, 'auditor'],
    [{ groups: ['east'] }, undefined],
    [{ groups: { west: true } }, undefined],
    [{}, undefined],
  ])('%j make of somebody: %s', (claims, role) => {
    expect(roleOfClaims(claims, rules)?.role).toBe(role);
  });

  test('the rule’s limits come along', () => {
    expect(roleOfClaims({ groups: 'west' }, rules)?.scope).toEqual(rules[1]?.scope);
  });

  test('what every object inherits is no claim', () => {
    const rule = [{ claim: 'constructor', value: 'x', role: 'viewer' as const }];
    expect(roleOfClaims({}, rule)).toBeUndefined();
  });

  test.each([
    ['Olena.K@Example.com', 'olena.k@example.com'],
    ['Zoë Müller', 'zoe-mu-ller'],
    ['--a b--', 'a-b'],
    ['Олена', undefined],
    ['x'.repeat(80), 'x'.repeat(64)],
  ])('%s is called %s here', (told, name) => {
    expect(accountNameOf(told)).toBe(name);
  });
});
