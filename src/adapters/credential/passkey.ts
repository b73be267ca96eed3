import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Passkeys } from '../../access-port.ts';
import type { PasskeyRecord } from '../../contract/account.ts';
import { SvitloError } from '../../errors.ts';
import { createOnceStore } from './once.ts';

const CEREMONY_MS = 5 * 60_000;

/** EdDSA, ES256 and RS256 (COSE): every authenticator knows one, and none is experimental in Node. */
const ALGORITHMS = [-8, -7, -257];

/** Loaded at the first ceremony: with what it brings it takes some 25 MB. */
const library = () => import('@simplewebauthn/server');

/** A challenge that was given out; `account` where a passkey is being added to it. */
interface Ceremony {
  challenge: string;
  origin: string;
  account?: string;
}

/** Passkeys of W3C Web Authentication Level 3, without attestation. `now`: ms since 1970 UTC. */
export function createPasskeys({ now }: { now: () => number }): Passkeys {
  const ceremonies = createOnceStore<Ceremony>({ now, lifeMs: CEREMONY_MS });
  return {
    register: async ({ name, passkeys, origin }) => {
      const options = await registrationOptions({ name, passkeys, origin });
      const { challenge } = options;
      return { ceremony: ceremonies.put({ challenge, origin, account: name }), options };
    },
    registered: async ({ account, ceremony, label, response }) => {
      const begun = ceremonies.take(ceremony);
      if (begun === undefined || begun.account !== account) return undefined;
      const made = await ifItHolds(verifyCreated(begun, response));
      return made && { ...made, account, label, createdAt: now() };
    },
    authenticate: async (origin) => {
      const rpID = relyingPartyOf(origin);
      const { generateAuthenticationOptions } = await library();
      const options = await generateAuthenticationOptions({
        rpID,
        userVerification: 'required',
        timeout: CEREMONY_MS,
      });
      return { ceremony: ceremonies.put({ challenge: options.challenge, origin }), options };
    },
    authenticated: async ({ ceremony, response }, find) => {
      const begun = ceremonies.take(ceremony);
      if (begun === undefined || begun.account !== undefined) return undefined;
      const passkey = find(response.id);
      if (passkey === undefined) return undefined;
      const counter = await ifItHolds(verifyUsed(begun, response, passkey));
      return counter === undefined ? undefined : { ...passkey, counter, lastUsedAt: now() };
    },
  };
}

/** The passkey can be found without a name, and asks for a finger, a face or a PIN. */
async function registrationOptions(given: {
  name: string;
  passkeys: readonly PasskeyRecord[];
  origin: string;
}) {
  const rpID = relyingPartyOf(given.origin);
  const { generateRegistrationOptions } = await library();
  return generateRegistrationOptions({
    rpName: 'Svitlo',
    rpID,
    userName: given.name,
    // The same for each passkey of an account, so that an authenticator keeps one of it.
    userID: new Uint8Array(createHash('sha256').update(`svitlo ${given.name}`).digest()),
    userDisplayName: given.name,
    timeout: CEREMONY_MS,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: given.passkeys.map(({ id, transports }) => ({ id, transports })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

async function verifyCreated({ challenge, origin }: Ceremony, response: { id: string }) {
  const { verifyRegistrationResponse } = await library();
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: response as RegistrationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: relyingPartyOf(origin),
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  });
  if (!verified) return undefined;
  const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
  return { id, publicKey: Buffer.from(publicKey).toString('base64url'), counter, transports };
}

/** The signature's counter; one that does not rise is of a copy (§ 6.1.1), and is refused. */
async function verifyUsed(
  { challenge, origin }: Ceremony,
  response: { id: string },
  { id, publicKey, counter }: PasskeyRecord,
): Promise<number | undefined> {
  const { verifyAuthenticationResponse } = await library();
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: response as AuthenticationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: relyingPartyOf(origin),
    credential: { id, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter },
    requireUserVerification: true,
  });
  return verified ? authenticationInfo.newCounter : undefined;
}

/** The library throws on whatever does not hold; the response is from outside. */
async function ifItHolds<T>(work: Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await work;
  } catch {
    return undefined;
  }
}

/** A passkey belongs to a host's name; there is none for an address (§ 5.1.3: a valid domain). */
function relyingPartyOf(origin: string): string {
  const host = URL.canParse(origin) ? new URL(origin).hostname : '';
  if (host === '' || host.startsWith('[') || isIP(host) !== 0) {
    throw new SvitloError(
      'SVT_BAD_REQUEST',
      'a passkey belongs to a name, not to an address: open the page by a name, such as localhost',
    );
  }
  return host;
}
