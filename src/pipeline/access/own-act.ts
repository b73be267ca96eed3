import type { AccessRefusal, AccountChange, Answer } from '../../access-port.ts';
import type { AccessEvent, AccountRecord } from '../../contract/account.ts';
import type { Principal } from '../../domain/access/principal.ts';
import type { Picture } from './directory.ts';
import { refusal } from './refusal.ts';
import type { SignInParts } from './sign-in-way.ts';

const FORBIDDEN = refusal(
  'SVT_FORBIDDEN',
  'expected somebody who is signed in, and not to look alone',
);

/** Who finds a browser open cannot make a way in of one's own that outlasts the session (ASVS 7.5.1; ms). */
const FRESH_MS = 15 * 60_000;

/** Refuses a change of the ways to sign in by a session that began long ago; no session is refused elsewhere. */
export function refusedAsOld(
  { directory, clock }: SignInParts,
  { session }: Principal,
): AccessRefusal | undefined {
  const begun = directory.picture.sessions.get(session ?? '')?.createdAt;
  if (begun === undefined || Math.abs(clock.now() - begun) <= FRESH_MS) return undefined;
  return refusal('SVT_SIGN_IN_AGAIN');
}

/** An act on the account of whoever asks; refused where that one is nobody, or may look alone. */
export function actOnOwn<T extends object>(
  { directory, clock }: SignInParts,
  { kind, name, session, isReadOnly }: Principal,
  decide: (
    account: AccountRecord,
    by: Omit<AccessEvent, 'type'>,
    picture: Picture,
  ) => { change?: AccountChange; answer: Answer<T> },
): Promise<Answer<T>> {
  return directory.act<Answer<T>>((picture) => {
    const account = kind === 'user' && !isReadOnly ? picture.accounts.get(name) : undefined;
    const isThere = session !== undefined && picture.sessions.has(session);
    if (account === undefined || !isThere) return { answer: FORBIDDEN };
    return decide(account, { at: clock.now(), subject: name, actor: name }, picture);
  });
}
