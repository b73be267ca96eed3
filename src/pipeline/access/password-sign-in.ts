import type { SignIn } from '../../access-port.ts';
import type { AccountRecord } from '../../contract/account.ts';
import type { Attempt } from '../../domain/access/sign-in-throttle.ts';
import { orRefusal, refusal, SIGN_IN_REFUSED, tooManyAttempts } from './refusal.ts';
import { withCodeUsed } from './second-factor.ts';
import {
  beginSession,
  isLocalAllowed,
  knownDevice,
  type SignInAnswer,
  type SignInParts,
} from './sign-in-way.ts';

type Given = Parameters<SignIn['byPassword']>[0];
type Place = Parameters<SignIn['byPassword']>[1];

/** By name and password, and a code where the account has a second factor. */
export async function signInByPassword(
  parts: SignInParts,
  given: Given,
  place: Place,
): Promise<SignInAnswer> {
  const { directory, throttle, refused, clock } = parts;
  const name = given.name.trim().toLowerCase();
  const account = directory.picture.accounts.get(name);
  const attempt: Attempt = {
    address: place.address,
    account: name,
    isKnownAccount: account !== undefined,
    device: knownDevice(directory, place, name),
  };
  const waitMs = throttle.begin(attempt, clock.now());
  const answer =
    waitMs > 0
      ? tooManyAttempts(waitMs)
      : await decide(parts, { ...given, place, account, attempt });
  if (waitMs > 0 || (!answer.ok && answer.code === 'SVT_SIGN_IN_REFUSED')) {
    refused.note(account?.name, { address: place.address, now: clock.now() });
  } else throttle.settle(attempt, answer.ok ? 'succeeded' : 'undecided');
  return answer;
}

interface Asked extends Omit<Given, 'name'> {
  place: Place;
  account: AccountRecord | undefined;
  attempt: Attempt;
}

async function decide(parts: SignInParts, asked: Asked): Promise<SignInAnswer> {
  const { passwords, directory } = parts;
  const { account, password } = asked;
  const hash = account?.passwordHash;
  const isPreferred = asked.attempt.device !== undefined;
  const verdict = await orRefusal(() => passwords.verify({ password, hash, isPreferred }));
  if ('code' in verdict) return verdict;
  if (!verdict.isRight || account === undefined) return SIGN_IN_REFUSED;
  const next = verdict.isOutdated ? await orRefusal(() => passwords.hash(password)) : hash;
  if (typeof next === 'object') return next;
  return directory.act<SignInAnswer>(({ accounts }) => {
    const now = accounts.get(account.name);
    // Somebody may have changed the password while it was compared.
    if (now === undefined || now.passwordHash !== hash) return { answer: SIGN_IN_REFUSED };
    if (!isLocalAllowed(now, parts.policy())) return { answer: SIGN_IN_REFUSED };
    const proven = withCode(parts, now, asked.code);
    if ('code' in proven) return { answer: proven };
    const { place } = asked;
    const changed = next === undefined ? proven : { ...proven, passwordHash: next };
    return beginSession(parts, changed, { method: 'password', place });
  });
}

function withCode({ totp, clock }: SignInParts, account: AccountRecord, code: string | undefined) {
  if (account.totp === undefined) return account;
  if (code === undefined) return refusal('SVT_CODE_NEEDED');
  return withCodeUsed(account, { code, totp, now: clock.now() }) ?? SIGN_IN_REFUSED;
}
