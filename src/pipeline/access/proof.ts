import type { AccessRefusal } from '../../access-port.ts';
import type { Principal } from '../../domain/access/principal.ts';
import { orRefusal, refusal, SIGN_IN_REFUSED, tooManyAttempts } from './refusal.ts';
import type { SignInParts } from './sign-in-way.ts';

/**
 * Whether whoever is signed in knows the account's password: a browser that was left alone does not. Undefined:
 * it is right. Guesses are slowed down by the session.
 */
export async function proofOf(
  { directory, passwords, throttle, clock }: SignInParts,
  { kind, name, session, isReadOnly }: Principal,
  password: string,
): Promise<AccessRefusal | undefined> {
  if (kind !== 'user' || isReadOnly) return refusal('SVT_FORBIDDEN');
  const hash = directory.picture.accounts.get(name)?.passwordHash;
  const attempt = { address: '', account: name, isKnownAccount: true, device: `${session}` };
  const waitMs = throttle.begin(attempt, clock.now());
  if (waitMs > 0) return tooManyAttempts(waitMs);
  const verdict = await orRefusal(() => passwords.verify({ password, hash, isPreferred: true }));
  if ('code' in verdict) return verdict;
  if (!verdict.isRight) return SIGN_IN_REFUSED;
  throttle.settle(attempt, 'succeeded');
  return undefined;
}
