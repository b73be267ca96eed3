import type { Logger } from 'pino';
import type {
  AccessRefusal,
  IdentityProvider,
  Passkeys,
  Passwords,
  SignedIn,
  SignInPlace,
  Totp,
} from '../../access-port.ts';
import type { AccountRecord } from '../../contract/account.ts';
import type { AccessPolicy } from '../../contract/config.ts';
import { sessionLimits } from '../../domain/access/session-limit.ts';
import type { SignInThrottle } from '../../domain/access/sign-in-throttle.ts';
import type { Clock } from '../../ports.ts';
import type { Directory } from './directory.ts';
import { newSession } from './new-session.ts';
import type { RefusedSignIns } from './refused-sign-ins.ts';
import { digestOf } from './secret.ts';
import type { SetupLink } from './setup-link.ts';

/** What every way to sign in works with. */
export interface SignInParts {
  directory: Directory;
  passwords: Passwords;
  totp: Totp;
  passkeys: Passkeys | undefined;
  identityProvider: IdentityProvider | undefined;
  policy: () => AccessPolicy;
  clock: Clock;
  log: Logger;
  throttle: SignInThrottle;
  refused: RefusedSignIns;
  setup: SetupLink;
}

export type SignInAnswer = SignedIn | AccessRefusal;

/** Whether an account may sign in by what it keeps here, and not by the identity provider alone. */
export function isLocalAllowed({ isBreakGlass, isDisabled }: AccountRecord, policy: AccessPolicy) {
  return !isDisabled && (policy.localSignIn || isBreakGlass);
}

/** The identifier of a browser that has signed in before; to this account, where one is given. */
export function knownDevice(
  { picture }: Directory,
  { device }: SignInPlace,
  account?: string,
): string | undefined {
  const known = device === undefined ? undefined : picture.devices.get(digestOf(device));
  return known === undefined || known.account !== (account ?? known.account) ? undefined : known.id;
}

/** How the account begins a session; for use within an act. */
export function beginSession(
  { directory, policy, clock, log }: SignInParts,
  account: AccountRecord,
  how: Omit<Parameters<typeof newSession>[1], 'account' | 'now' | 'absoluteMs'>,
) {
  const { absoluteMs } = sessionLimits(account.role, policy());
  const { name, isBreakGlass } = account;
  const { address } = how.place;
  if (isBreakGlass) log.warn({ account: name, address }, 'access: a break-glass account signs in');
  return newSession(directory.picture, { account, now: clock.now(), absoluteMs, ...how });
}
