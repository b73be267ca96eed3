import type { SignIn, SignInPlace } from '../../access-port.ts';
import type { AccountRecord, LinkRecord } from '../../contract/account.ts';
import { isReservedName } from '../../domain/access/account-name.ts';
import type { Picture } from './directory.ts';
import { accessEvent } from './event.ts';
import { withPassword } from './new-password.ts';
import { orRefusal, refusal, weakPassword } from './refusal.ts';
import { digestOf } from './secret.ts';
import {
  beginSession,
  isLocalAllowed,
  type SignInAnswer,
  type SignInParts,
} from './sign-in-way.ts';

const SPENT = refusal('SVT_LINK_SPENT');

/** The first administrator, by the link that is printed at the start. */
export async function signInBySetup(
  parts: SignInParts,
  { token, name, password }: Parameters<SignIn['bySetup']>[0],
  place: SignInPlace,
): Promise<SignInAnswer> {
  const { setup, directory, passwords, clock } = parts;
  if (!setup.isValid(token, clock.now())) return SPENT;
  if (isReservedName(name))
    return refusal('SVT_NAME_TAKEN', 'expected a name that is not reserved');
  const weak = weakPassword(password, name);
  if (weak !== undefined) return weak;
  const passwordHash = await orRefusal(() => passwords.hash(password));
  if (typeof passwordHash === 'object') return passwordHash;
  const answer = await directory.act<SignInAnswer>(({ accounts, hasDamagedAccount }) => {
    const isSpent = !setup.isValid(token, clock.now());
    if (isSpent || accounts.size > 0 || hasDamagedAccount) return { answer: SPENT };
    const at = clock.now();
    const account: AccountRecord = {
      name,
      role: 'administrator',
      isDisabled: false,
      isBreakGlass: false,
      passwordHash,
      recoveryCodes: [],
      createdAt: at,
    };
    const { change, answer } = beginSession(parts, account, { method: 'link', place });
    const { address } = place;
    const added = { at, subject: name, actor: name, address, detail: 'administrator' };
    const events = [accessEvent('account_added', added), ...(change.events ?? [])];
    return { change: { ...change, events }, answer };
  });
  if (answer.ok) setup.spend();
  return answer;
}

/** Sets the password of the link's account; signs in where no second factor stands in between. */
export async function signInByLink(
  parts: SignInParts,
  { token, password }: Parameters<SignIn['byLink']>[0],
  place: SignInPlace,
): Promise<SignInAnswer> {
  const { directory, passwords, clock, policy } = parts;
  const found = () => accountOfLink(directory.picture, digestOf(token), clock.now());
  const asked = found();
  if (asked === undefined) return SPENT;
  if (!isLocalAllowed(asked.account, policy()))
    return refusal('SVT_FORBIDDEN', 'by the identity provider alone');
  const weak = weakPassword(password, asked.account.name);
  if (weak !== undefined) return weak;
  const hash = await orRefusal(() => passwords.hash(password));
  if (typeof hash === 'object') return hash;
  return directory.act<SignInAnswer>((picture) => {
    const { account, link } = found() ?? {};
    if (account === undefined || link === undefined) return { answer: SPENT };
    const { name } = account;
    const by = { at: clock.now(), subject: name, actor: name, address: place.address };
    const set = withPassword(picture, { account, hash, by });
    const remove = { ...set.remove, links: [link.id] };
    if (account.totp !== undefined) {
      return { change: { ...set, remove }, answer: refusal('SVT_CODE_NEEDED') };
    }
    const { change, answer } = beginSession(parts, set.account, { method: 'link', place });
    const sessions = [...(change.remove?.sessions ?? []), ...remove.sessions];
    return {
      change: {
        put: change.put ?? {},
        remove: { ...change.remove, ...remove, sessions },
        events: [...set.events, ...(change.events ?? [])],
      },
      answer,
    };
  });
}

function accountOfLink(
  { links, accounts }: Picture,
  id: string,
  now: number,
): { account: AccountRecord; link: LinkRecord } | undefined {
  const link = links.get(id);
  const account = link && accounts.get(link.account);
  if (link === undefined || account === undefined) return undefined;
  return now < link.expiresAt && !account.isDisabled ? { account, link } : undefined;
}
