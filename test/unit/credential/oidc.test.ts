import { describe, expect, test } from 'vitest';
import { identityProviderOf } from '../../../src/adapters/credential/oidc.ts';

const PLAIN = { oidcLabel: 'Customs' };
const FULL = { ...PLAIN, oidcIssuer: 'https://login.example', oidcClientId: 'svitlo' };

const providerOf = (settings: typeof PLAIN | typeof FULL) => identityProviderOf(settings, () => 0);

describe('the settings', () => {
  test('name a provider, whom nobody asks before somebody signs in', () => {
    expect(providerOf(FULL)?.label).toBe('Customs');
  });

  test('name none where they say nothing', () => {
    expect(providerOf(PLAIN)).toBeUndefined();
  });

  test.each([
    [{ oidcIssuer: undefined }, 'expected both or neither'],
    [{ oidcClientId: undefined }, 'expected both or neither'],
    [{ oidcIssuer: 'http://login.example' }, 'expected https://'],
    [{ oidcIssuer: 'http://127.0.0.1.example' }, 'expected https://'],
  ])('are refused with %j', (change, fault) => {
    expect(() => providerOf({ ...FULL, ...change } as typeof FULL)).toThrow(
      expect.objectContaining({
        code: 'SVT_CONFIG_INVALID',
        message: expect.stringContaining(fault),
      }),
    );
  });

  test.each(['http://localhost:4000', 'http://127.0.0.1', 'http://[::1]:4000'])(
    'may name %s: it is on this machine',
    (oidcIssuer) => {
      expect(providerOf({ ...FULL, oidcIssuer })).toBeDefined();
    },
  );
});
