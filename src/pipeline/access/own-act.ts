import type { AccountChange, Answer } from '../../access-port.ts';
import type { AccessEvent, AccountRecord } from '../../contract/account.ts';
import type { Principal } from '../../domain/access/principal.ts';
import type { Picture } from './directory.ts';
import { refusal } from './refusal.ts';
import type { SignInParts } from './sign-in-way.ts';

const FORBIDDEN = refusal(
  'SVT_FORBIDDEN',
  'expected somebody who is signed in, and not to look alone',
);

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
