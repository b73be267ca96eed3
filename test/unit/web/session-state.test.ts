import { describe, expect, it } from 'vitest';
import {
  feedKeyOf,
  isAllowed,
  rightsKey,
  stateOf,
} from '../../../dashboards/web/src/access/session-state.ts';
import type { SessionView, Who } from '../../../src/contract/access.ts';
import { T0 } from './sample.ts';

const WHO: Who = {
  name: 'olena',
  kind: 'user',
  role: 'technician',
  permissions: ['see', 'report', 'respond'],
  isReadOnly: false,
  isBreakGlass: false,
};
const WAYS = { password: true, passkey: false };
const OPEN: SessionView = { mode: 'open', isDemo: false, ways: WAYS };
const NOBODY: SessionView = { mode: 'accounts', isDemo: false, ways: WAYS };
const SIGNED_IN: SessionView = { ...NOBODY, who: WHO, warnAt: T0 + 100, expiresAt: T0 + 200 };
const LOOKING = { ...WHO, permissions: ['see' as const], isReadOnly: true };

describe('the state of a session', () => {
  it.each([
    ['loading', undefined, T0],
    ['open', OPEN, T0],
    ['signed_out', NOBODY, T0],
    ['signed_in', SIGNED_IN, T0 + 99],
    ['warning', SIGNED_IN, T0 + 100],
    ['warning', SIGNED_IN, T0 + 199],
    ['ended', SIGNED_IN, T0 + 200],
    ['read_only', { ...SIGNED_IN, who: LOOKING }, T0 + 300],
    ['signed_in', { ...NOBODY, who: WHO }, T0 + 300],
  ] as const)('is %s', (state, view, nowMs) => {
    expect(stateOf(view, nowMs)).toBe(state);
  });
});

describe('what is allowed', () => {
  it('is nothing before the server’s word', () => {
    expect(isAllowed(undefined, 'see')).toBe(false);
  });

  it('is everything while there are no accounts', () => {
    expect(isAllowed(OPEN, 'supervise')).toBe(true);
  });

  it('is nothing for nobody, and what the server lists for somebody', () => {
    expect(isAllowed(NOBODY, 'see')).toBe(false);
    expect(isAllowed(SIGNED_IN, 'respond')).toBe(true);
    expect(isAllowed(SIGNED_IN, 'supervise')).toBe(false);
  });
});

describe('whose feed the page holds', () => {
  const of = (who: Who) => feedKeyOf({ ...SIGNED_IN, who });

  it('is nobody’s without the right to see', () => {
    expect(feedKeyOf(undefined)).toBeUndefined();
    expect(feedKeyOf(NOBODY)).toBeUndefined();
    expect(of({ ...WHO, role: 'auditor', permissions: ['report'] })).toBeUndefined();
  });

  it('is the same for the same rights in any order, whatever the session', () => {
    const limited = { ...WHO, scope: { regions: ['b', 'a'], sites: [] } };
    const turned = { ...WHO, scope: { regions: ['a', 'b'], sites: [] } };
    expect(of(turned)).toBe(of(limited));
    expect(of({ ...WHO, permissions: ['respond', 'see', 'report'] })).toBe(of(WHO));
    expect(feedKeyOf({ ...SIGNED_IN, csrf: 'other', expiresAt: T0 + 999 })).toBe(of(WHO));
  });

  it.each<[string, Partial<Who>]>([
    ['person', { name: 'petro' }],
    ['role', { role: 'viewer' }],
    ['right', { permissions: ['see'] }],
    ['limit', { scope: { regions: [], sites: ['a'] } }],
    ['end of the session', { isReadOnly: true }],
  ])('is another for another %s', (_what, changes) => {
    expect(rightsKey({ ...WHO, ...changes })).not.toBe(rightsKey(WHO));
  });
});
