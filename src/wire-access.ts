import { join } from 'node:path';
import type { Logger } from 'pino';
import { createPasskeys } from './adapters/credential/passkey.ts';
import { createPasswords } from './adapters/credential/password-hash.ts';
import { createTotp } from './adapters/credential/totp.ts';
import type { Journal } from './adapters/sqlite/journal.ts';
import type { Settings } from './contract/config.ts';
import { createAccessDesk, type StartedAccessDesk } from './pipeline/access/desk.ts';
import { isIncidentOpenIn } from './pipeline/access/open-incident.ts';
import { createServiceOf } from './pipeline/access/service.ts';
import type { Situation } from './pipeline/situation.ts';
import type { Clock, Commands, Queries } from './ports.ts';

interface AccessParts {
  settings: Settings;
  situation: Situation;
  journal: Journal;
  queries: Queries;
  commands: Commands;
  /** Of devices, which may be simulated. */
  clock: Clock;
  /** Sessions go by the time of people, also where that of devices is simulated. */
  clockOfPeople: Clock;
  isDemo: boolean;
  log: Logger;
}

/** Loads OpenID Connect only where a provider is named. */
async function openIdentityProvider(settings: Settings) {
  if (settings.oidcIssuer === undefined && settings.oidcClientId === undefined) return undefined;
  const { identityProviderOf } = await import('./adapters/credential/oidc.ts');
  return identityProviderOf(settings, Date.now);
}

/** Sign-in, accounts and rights, on `accounts.db` and what the settings name; the part of `createApp` for people. */
export async function wireAccess(parts: AccessParts): Promise<StartedAccessDesk> {
  const { settings, situation, journal, queries, commands, clock, clockOfPeople } = parts;
  const identityProvider = await openIdentityProvider(settings);
  return createAccessDesk({
    store: journal.accounts(join(settings.dataDir, 'accounts.db')),
    passwords: createPasswords(),
    totp: createTotp(),
    policy: () => situation.topology.access,
    clock: clockOfPeople,
    log: parts.log,
    hasOpenIncident: (scope) =>
      isIncidentOpenIn(scope, situation.correlator.open(), situation.topology),
    audit: (events) => journal.commit({ access: events }),
    hadAccounts: () => journal.hadAccounts(),
    publicUrl: settings.publicUrl,
    isDemo: parts.isDemo,
    passkeys: createPasskeys({ now: Date.now }),
    ...(identityProvider === undefined ? {} : { identityProvider }),
    serviceOf: createServiceOf({ queries, commands, clock }),
  });
}
