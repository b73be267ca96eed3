import type { AccessDesk, AccessRefusal } from '../../src/access-port.ts';
import { OPEN_PRINCIPAL } from '../../src/domain/access/principal.ts';
import { createServiceOf } from '../../src/pipeline/access/service.ts';
import type { Commands, Queries } from '../../src/ports.ts';

const REFUSED: AccessRefusal = { ok: false, code: 'SVT_FORBIDDEN' };

/** Access as it is while there are no accounts, without any that could be made. */
export function createOpenAccess(given: {
  queries: Queries;
  commands: Commands;
  isDemo: boolean;
}): AccessDesk {
  const refuse = async () => REFUSED;
  const { queries, commands } = given;
  const clock = { now: () => queries.now() };
  return {
    access: {
      mode: () => 'open',
      principal: ({ isLocal }) => (isLocal ? OPEN_PRINCIPAL : undefined),
      view: () => ({
        mode: 'open',
        isDemo: given.isDemo,
        ways: { password: false, passkey: false },
      }),
      isCsrf: () => true,
      knowsBrowser: () => false,
      used: () => {},
      onChange: () => {},
    },
    signIn: {
      byPassword: refuse,
      bySetup: refuse,
      byLink: refuse,
      passkeyOptions: async () => ({ ceremony: '', options: {} }),
      byPasskey: refuse,
      oidcStart: refuse,
      byOidc: refuse,
      byKiosk: refuse,
      signOut: async () => {},
    },
    own: {
      view: () => undefined,
      changePassword: refuse,
      beginTotp: refuse,
      confirmTotp: refuse,
      removeTotp: refuse,
      passkeyOptions: refuse,
      addPasskey: refuse,
      removePasskey: refuse,
      revokeSession: refuse,
    },
    administration: {
      accounts: () => [],
      tokens: () => [],
      addAccount: refuse,
      changeAccount: refuse,
      removeAccount: refuse,
      makeLink: refuse,
      removeSecondFactors: refuse,
      signOutEverywhere: refuse,
      addToken: refuse,
      removeToken: refuse,
    },
    serviceOf: createServiceOf({ queries, commands, clock }),
  };
}
