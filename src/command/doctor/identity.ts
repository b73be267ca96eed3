import { z } from 'zod';
import { isLoopback, VARIABLES } from '../../config.ts';
import { type Check, find, type Outcome, reasonOf } from './check.ts';

const TIMEOUT_MS = 8000;
const discoverySchema = z.object({ issuer: z.string() });

export const identity: Check = {
  name: 'identity',
  timeoutSeconds: 12,
  run: async ({ settings }, outcome) => {
    const { publicUrl, oidcIssuer, oidcClientId } = settings;
    if (publicUrl !== undefined) {
      const { protocol, hostname } = new URL(publicUrl);
      if (protocol === 'http:' && !isLoopback(hostname))
        find(outcome, 'public_url_plain', { url: publicUrl });
    }
    if (oidcIssuer === undefined) return;
    if (oidcClientId === undefined)
      find(outcome, 'oidc_incomplete', { missing: VARIABLES.oidcClientId });
    await discover(oidcIssuer, outcome);
  },
};

/** OpenID Connect Discovery 1.0, 4.3: the document names the very issuer that was asked. */
async function discover(issuer: string, outcome: Outcome): Promise<void> {
  try {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(url, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const { issuer: told } = discoverySchema.parse(await response.json());
    if (told !== issuer) find(outcome, 'oidc_wrong_issuer', { issuer, told });
  } catch (error) {
    find(outcome, 'oidc_unreachable', { issuer, reason: reasonOf(error) });
  }
}
