import { describe, expect, test } from 'vitest';
import {
  isSameAccess,
  may,
  NOBODY,
  OPEN_PRINCIPAL,
  type Principal,
} from '../../../../src/domain/access/principal.ts';

const LVIV = { regions: ['lviv'], sites: [] };
const olena: Principal = {
  kind: 'user',
  name: 'olena',
  role: 'viewer',
  permissions: new Set(['see', 'report']),
  scope: LVIV,
  isReadOnly: false,
  isBreakGlass: false,
  session: 'session-1',
};

describe('may', () => {
  test('what is among the permissions, and nobody anything', () => {
    expect(may(olena, 'see')).toBe(true);
    expect(may(olena, 'respond')).toBe(false);
    expect(may(NOBODY, 'see')).toBe(false);
    expect(may(undefined, 'see')).toBe(false);
    expect(may(OPEN_PRINCIPAL, 'administer')).toBe(true);
  });
});

describe('the same access', () => {
  test.each<[string, Partial<Principal>]>([
    ['nothing', {}],
    ['the session', { session: 'session-2' }],
    ['how its permissions are ordered', { permissions: new Set(['report', 'see']) }],
  ])('is kept where %s differs', (_, changes) => {
    expect(isSameAccess(olena, { ...olena, ...changes })).toBe(true);
  });

  test.each<[string, Partial<Principal>]>([
    ['the kind', { kind: 'token' }],
    ['the name', { name: 'taras' }],
    ['the role', { role: 'technician' }],
    ['whether it may only look', { isReadOnly: true }],
    ['a permission more', { permissions: new Set(['see', 'report', 'respond']) }],
    ['another permission', { permissions: new Set(['see', 'respond']) }],
    ['the limits', { scope: { regions: ['volyn'], sites: [] } }],
    ['having no limits', { scope: undefined }],
  ])('is lost where %s differs', (_, changes) => {
    expect(isSameAccess(olena, { ...olena, ...changes })).toBe(false);
  });

  test('is lost by whoever is nobody now', () => {
    expect(isSameAccess(olena, undefined)).toBe(false);
  });
});
