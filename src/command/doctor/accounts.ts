import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isLoopback, VARIABLES } from '../../config.ts';
import { accountRecordSchema } from '../../contract/account.ts';
import type { Settings } from '../../contract/config.ts';
import { permissionsOf, permissionsWithin } from '../../domain/access/permission.ts';
import { type Check, find, note, reasonOf } from './check.ts';

/** Whoever lets others in needs somebody who can administer. */
export const accounts: Check = {
  name: 'accounts',
  timeoutSeconds: 10,
  run: ({ settings }, outcome) => {
    const path = join(resolve(settings.dataDir), 'accounts.db');
    const setting = openingOf(settings);
    try {
      const records = existsSync(path) ? readAccounts(path) : [];
      const isAdministered = records.some(
        ({ role, scope, isDisabled }) =>
          permissionsWithin(scope, permissionsOf(role)).has('administer') && !isDisabled,
      );
      if (setting !== undefined && !isAdministered) find(outcome, 'no_administrator', { setting });
      else if (records.length === 0) note(outcome, 'open_mode', {});
    } catch (error) {
      find(outcome, 'accounts_damaged', { path, reason: reasonOf(error) });
    }
  },
};

/** The setting that lets in whoever is not at this machine. */
function openingOf({ httpHost, trustedProxies }: Settings): string | undefined {
  if (!isLoopback(httpHost)) return VARIABLES.httpHost;
  return trustedProxies === undefined ? undefined : VARIABLES.trustedProxies;
}

function readAccounts(path: string) {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    const rows = database.prepare('SELECT body FROM accounts').all();
    return rows.map(({ body }) => accountRecordSchema.parse(JSON.parse(String(body))));
  } finally {
    database.close();
  }
}
