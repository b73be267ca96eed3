import type { ExternalPerson, SignIn, SignInPlace } from '../../access-port.ts';
import type { AccessEvent, AccountRecord } from '../../contract/account.ts';
import type { AccessPolicy } from '../../contract/config.ts';
import { isReservedName } from '../../domain/access/account-name.ts';
import { accountNameOf, roleOfClaims } from '../../domain/access/oidc-role.ts';
import { scopeKey } from '../../domain/access/scope.ts';
import type { Picture } from './directory.ts';
import { accessEvent } from './event.ts';
import { orRefusal, refusal, SIGN_IN_REFUSED } from './refusal.ts';
import { beginSession, type SignInAnswer, type SignInParts } from './sign-in-way.ts';

/** What the audit calls the identity provider. */
export const PROVIDER_NAME = 'identity-provider';

/** By the identity provider, whose claims say each time anew what somebody is. */
export async function signInByOidc(
  parts: SignInParts,
  given: Parameters<SignIn['byOidc']>[0],
  place: SignInPlace,
): Promise<SignInAnswer> {
  const { identityProvider, directory, clock, policy } = parts;
  if (identityProvider === undefined) return refusal('SVT_NOT_FOUND');
  const person = await orRefusal(() => identityProvider.finish(given));
  if ('code' in person) return person;
  const answer = await directory.act<SignInAnswer>((picture) => {
    const met = meet(picture, { person, policy: policy(), at: clock.now() });
    if ('code' in met) return { answer: met };
    const { refreshToken } = person;
    const oidc = {
      checkedAt: clock.now(),
      ...(refreshToken === undefined ? {} : { refreshToken }),
    };
    const begun = beginSession(parts, met.account, { method: 'oidc', place, oidc });
    const events = [...met.events, ...(begun.change.events ?? [])];
    return { change: { ...begun.change, events }, answer: begun.answer };
  });
  if (!answer.ok) {
    parts.log.warn(
      { subject: person.subject, code: answer.code },
      'access: refused, though the identity provider knows who it is',
    );
    parts.refused.note(nameOf(directory.picture, person), {
      address: place.address,
      now: clock.now(),
    });
  }
  return answer;
}

/** The person's account as the claims make it: a new one, or the one that came of it before. */
export function meet(
  picture: Picture,
  { person, policy, at }: { person: ExternalPerson; policy: AccessPolicy; at: number },
): { account: AccountRecord; events: AccessEvent[] } | ReturnType<typeof refusal> {
  const is = roleOfClaims(person.claims, policy.oidcRoles);
  if (is === undefined) return refusal('SVT_FORBIDDEN', 'expected a role for one of the claims');
  const before = ownAccount(picture, person);
  if (before?.isDisabled) return SIGN_IN_REFUSED;
  const name = before?.name ?? accountNameOf(person.name);
  if (name === undefined) return refusal('SVT_OIDC_FAILED', 'expected a name of the person');
  // An account that others made is not taken over by whoever is called the same there.
  const isTaken = before === undefined && (picture.accounts.has(name) || isReservedName(name));
  if (isTaken) return refusal('SVT_NAME_TAKEN', 'there is another account of this name');
  const { scope: _, ...kept } = before ?? {
    name,
    isDisabled: false,
    isBreakGlass: false,
    recoveryCodes: [],
    createdAt: at,
    external: person.subject,
    scope: undefined,
  };
  const { role, scope } = is;
  const account: AccountRecord = { ...kept, role, ...(scope === undefined ? {} : { scope }) };
  const by = { at, subject: name, actor: PROVIDER_NAME, detail: role };
  if (before === undefined) return { account, events: [accessEvent('account_added', by)] };
  const isSame = before.role === role && scopeKey(before.scope) === scopeKey(scope);
  return { account, events: isSame ? [] : [accessEvent('account_changed', by)] };
}

function ownAccount({ accounts }: Picture, { subject }: ExternalPerson): AccountRecord | undefined {
  return [...accounts.values()].find(({ external }) => external === subject);
}

function nameOf(picture: Picture, person: ExternalPerson): string | undefined {
  return ownAccount(picture, person)?.name;
}
