import { isSameSecret, newSecret } from './secret.ts';

const VALID_MS = 24 * 60 * 60_000;

/** The one-time link by which the first administrator is made; in memory alone, new at each start. */
export function createSetupLink(startedAt: number) {
  let token: string | undefined = newSecret();
  return {
    path: () => (token === undefined ? undefined : `/setup#${token}`),
    isValid: (given: string, now: number) =>
      token !== undefined && now < startedAt + VALID_MS && isSameSecret(given, token),
    spend: () => {
      token = undefined;
    },
  };
}
export type SetupLink = ReturnType<typeof createSetupLink>;
