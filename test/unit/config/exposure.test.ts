import { describe, expect, test } from 'vitest';
import { loadConfig, refuseExposure } from '../../../src/config.ts';

function expose(env: Record<string, string>, mode: 'open' | 'accounts') {
  const { settings } = loadConfig([], env);
  return () => refuseExposure(settings, mode);
}

const TLS = { SVITLO_TLS_CERT: 'cert.pem', SVITLO_TLS_KEY: 'key.pem' };
const PROXY = { SVITLO_TRUSTED_PROXIES: '10.0.0.1, 10.1.0.0/16' };
const DEMO = { SVITLO_TOPIC_ROOT: 'svitlo-sim/v1' };
const EVERYWHERE = { SVITLO_HTTP_HOST: '0.0.0.0' };

describe('listening on loopback', () => {
  test.each(['127.0.0.1', '127.8.7.6', '::1', '[::1]', 'localhost'])(
    'at %s is safe in any way',
    (host) => {
      for (const more of [{}, TLS, DEMO]) {
        const env = { ...more, SVITLO_HTTP_HOST: host };
        expect(expose(env, 'open')).not.toThrow();
        expect(expose(env, 'accounts')).not.toThrow();
      }
    },
  );

  test('behind a proxy needs accounts', () => {
    expect(expose(PROXY, 'open')).toThrow(
      /SVITLO_TRUSTED_PROXIES: .*there are no accounts: expected it unset, or first: npm run user -- add/,
    );
    expect(expose(PROXY, 'accounts')).not.toThrow();
  });
});

describe('listening beyond loopback', () => {
  test.each(['0.0.0.0', '::', '10.0.0.7', 'svitlo.example', '127.0.0.1.example'])(
    'at %s is refused while there are no accounts, TLS or not',
    (host) => {
      for (const more of [{}, TLS, PROXY]) {
        expect(expose({ ...more, SVITLO_HTTP_HOST: host }, 'open')).toThrow(
          `SVITLO_HTTP_HOST: ${host} is beyond loopback, and there are no accounts: expected 127.0.0.1, or first: npm run user -- add NAME --role administrator`,
        );
      }
    },
  );

  test('in the clear is refused', () => {
    expect(expose(EVERYWHERE, 'accounts')).toThrow(
      /in the clear: expected SVITLO_TLS_CERT and SVITLO_TLS_KEY, or SVITLO_TRUSTED_PROXIES/,
    );
  });

  test.each([TLS, PROXY])('with accounts and %o is allowed', (more) => {
    expect(expose({ ...EVERYWHERE, ...more }, 'accounts')).not.toThrow();
  });
});

test.each([{ ...EVERYWHERE, ...TLS }, { ...EVERYWHERE, ...PROXY }, PROXY])(
  'the demo with %o is refused, accounts or not',
  (env) => {
    for (const mode of ['open', 'accounts'] as const) {
      expect(expose({ ...DEMO, ...env }, mode)).toThrow(/the demo cannot be reached from outside/);
    }
  },
);

test.each(['proxy.example', '10.0.0.300', '10.0.0.0/33', '0.0.0.0/0', '10.0.0.1,', '1'])(
  'SVITLO_TRUSTED_PROXIES=%s is refused with what was expected',
  (list) => {
    expect(() => loadConfig([], { SVITLO_TRUSTED_PROXIES: list })).toThrow(
      'SVITLO_TRUSTED_PROXIES: expected addresses and networks such as 10.0.0.1, 10.1.0.0/16: ',
    );
  },
);
