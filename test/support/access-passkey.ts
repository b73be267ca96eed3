import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type WebAuthnCredential,
} from '@simplewebauthn/server';
import { addPasskeyBodySchema, passkeySignInBodySchema } from '../../src/contract/access.ts';

type Registered = Parameters<typeof verifyRegistrationResponse>[0]['response'];
type Authenticated = Parameters<typeof verifyAuthenticationResponse>[0]['response'];

/** Passkeys of one account, by real ceremonies (W3C Web Authentication Level 3) for `localhost`. */
export class AccessPasskeys {
  #credentials: WebAuthnCredential[] = [];
  #challenge = '';

  async register(): Promise<{ ceremony: string; options: object }> {
    const options = await generateRegistrationOptions({
      rpName: 'Svitlo',
      rpID: 'localhost',
      userName: 'olena',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    this.#challenge = options.challenge;
    return { ceremony: 'registration', options };
  }

  /** The label of the passkey that was added; undefined where the ceremony does not hold. */
  async registered(body: unknown, origin: string): Promise<string | undefined> {
    const { label, response } = addPasskeyBodySchema.parse(body);
    const outcome = await verifyRegistrationResponse({
      response: response as unknown as Registered,
      expectedChallenge: this.#challenge,
      expectedOrigin: origin,
      expectedRPID: 'localhost',
    });
    if (!outcome.verified) return undefined;
    this.#credentials.push(outcome.registrationInfo.credential);
    return label;
  }

  async authenticate(): Promise<{ ceremony: string; options: object }> {
    const options = await generateAuthenticationOptions({
      rpID: 'localhost',
      userVerification: 'required',
    });
    this.#challenge = options.challenge;
    return { ceremony: 'authentication', options };
  }

  async authenticated(body: unknown, origin: string): Promise<boolean> {
    const { response } = passkeySignInBodySchema.parse(body);
    const credential = this.#credentials.find(({ id }) => id === response.id);
    if (credential === undefined) return false;
    const { verified } = await verifyAuthenticationResponse({
      response: response as unknown as Authenticated,
      expectedChallenge: this.#challenge,
      expectedOrigin: origin,
      expectedRPID: 'localhost',
      credential,
    });
    return verified;
  }
}
