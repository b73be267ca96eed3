import type { SignIn, SignInPlace } from '../../access-port.ts';
import type { Attempt } from '../../domain/access/sign-in-throttle.ts';
import { refusal, SIGN_IN_REFUSED, tooManyAttempts } from './refusal.ts';
import {
  beginSession,
  isLocalAllowed,
  knownDevice,
  type SignInAnswer,
  type SignInParts,
} from './sign-in-way.ts';

/** By a passkey alone: it is two factors by itself. */
export async function signInByPasskey(
  parts: SignInParts,
  given: Parameters<SignIn['byPasskey']>[0],
  place: SignInPlace,
): Promise<SignInAnswer> {
  const { directory, throttle, refused, clock } = parts;
  const device = knownDevice(directory, place);
  const attempt: Attempt = { address: place.address, isKnownAccount: false, device };
  const waitMs = throttle.begin(attempt, clock.now());
  const answer = waitMs > 0 ? tooManyAttempts(waitMs) : await decide(parts, given, place);
  if (answer.ok) throttle.settle(attempt, 'succeeded');
  else {
    const account = directory.picture.passkeys.get(given.response.id)?.account;
    refused.note(account, { address: place.address, now: clock.now() });
  }
  return answer;
}

async function decide(
  parts: SignInParts,
  given: Parameters<SignIn['byPasskey']>[0],
  place: SignInPlace,
): Promise<SignInAnswer> {
  const { passkeys, directory, clock, policy } = parts;
  if (passkeys === undefined) return refusal('SVT_NOT_FOUND');
  const find = (id: string) => directory.picture.passkeys.get(id);
  const used = await passkeys.authenticated(given, find);
  if (used === undefined) return SIGN_IN_REFUSED;
  return directory.act<SignInAnswer>((picture) => {
    const account = picture.accounts.get(used.account);
    // It may have been taken away while it was compared.
    const isThere = picture.passkeys.get(used.id)?.account === used.account;
    if (account === undefined || !isThere) return { answer: SIGN_IN_REFUSED };
    if (!isLocalAllowed(account, policy())) return { answer: SIGN_IN_REFUSED };
    const passkey = { ...used, lastUsedAt: clock.now() };
    return beginSession(parts, account, { method: 'passkey', place, passkey });
  });
}
