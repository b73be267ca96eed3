import { describe, expect, test } from 'vitest';
import { topologySchema } from '../../../../src/contract/config.ts';
import {
  sessionLimits,
  standingOf,
  warnAtOf,
} from '../../../../src/domain/access/session-limit.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const { access: standard } = topologySchema.parse({});
const { access: short } = topologySchema.parse({ access: { session: { idle: '10m' } } });

describe('how long a session lasts', () => {
  test.each([
    ['viewer', 14 * HOUR],
    ['technician', 14 * HOUR],
    ['supervisor', 14 * HOUR],
    ['auditor', 14 * HOUR],
    ['administrator', 30 * MINUTE],
  ] as const)('%s: 16 h in all, unused %d ms', (role, idleMs) => {
    expect(sessionLimits(role, standard)).toEqual({ absoluteMs: 16 * HOUR, idleMs });
  });

  test('a shorter idle time is for all but technicians, whose shift is long', () => {
    expect(sessionLimits('viewer', short).idleMs).toBe(10 * MINUTE);
    expect(sessionLimits('administrator', short).idleMs).toBe(10 * MINUTE);
    expect(sessionLimits('technician', short).idleMs).toBe(14 * HOUR);
  });

  test('the page begins to warn a quarter of an hour before', () => {
    expect(warnAtOf({ expiresAt: 16 * HOUR })).toBe(16 * HOUR - 15 * MINUTE);
  });
});

describe('a session stands', () => {
  const limits = { absoluteMs: 16 * HOUR, idleMs: HOUR };
  const used = (lastUsedAt: number) => ({ expiresAt: 16 * HOUR, lastUsedAt });

  test.each([
    ['good', 0, HOUR - 1],
    ['grace', 0, HOUR],
    ['grace', 0, 13 * HOUR - 1],
    ['over', 0, 13 * HOUR],
    ['good', 15.5 * HOUR, 16 * HOUR - 1],
    ['grace', 15.5 * HOUR, 16 * HOUR],
    ['over', 15.5 * HOUR, 28 * HOUR],
  ] as const)('%s when it was used at %d and it is %d', (standing, lastUsedAt, now) => {
    expect(standingOf(used(lastUsedAt), limits, now)).toBe(standing);
  });

  test('as before for half an hour without its identity provider, then in grace', () => {
    const session = { ...used(HOUR), oidc: { checkedAt: 0, unreachableSince: HOUR } };
    expect(standingOf(session, limits, 1.5 * HOUR - 1)).toBe('good');
    expect(standingOf(session, limits, 1.5 * HOUR)).toBe('grace');
    expect(standingOf({ ...session, oidc: { checkedAt: 0 } }, limits, 1.5 * HOUR)).toBe('good');
  });
});
