import type { OwnAccount } from '../../access-port.ts';
import { accessEvent } from './event.ts';
import { otherSessions } from './new-password.ts';
import { actOnOwn, refusedAsOld } from './own-act.ts';
import { proofOf } from './proof.ts';
import { refusal, SIGN_IN_REFUSED } from './refusal.ts';
import { newRecoveryCodes, recoveryDigest } from './secret.ts';
import type { SignInParts } from './sign-in-way.ts';

/** A secret that nobody has confirmed by then is forgotten (ms). */
const PENDING_MS = 10 * 60_000;

/** Adding and removing an authenticator; a secret counts once a code of it was shown. */
export function createOwnTotp(
  parts: SignInParts,
): Pick<OwnAccount, 'beginTotp' | 'confirmTotp' | 'removeTotp'> {
  const { totp, directory, clock } = parts;
  const pending = new Map<string, { secret: string; at: number }>();
  return {
    beginTotp: async (principal) => {
      const { kind, name, isReadOnly } = principal;
      const account = directory.picture.accounts.get(name);
      if (kind !== 'user' || isReadOnly || account?.passwordHash === undefined) {
        return refusal('SVT_FORBIDDEN', 'expected an account with a password');
      }
      if (account.totp !== undefined) {
        return refusal('SVT_FORBIDDEN', 'expected the present authenticator to be removed first');
      }
      const old = refusedAsOld(parts, principal);
      if (old !== undefined) return old;
      const secret = totp.newSecret();
      pending.set(name, { secret, at: clock.now() });
      return { ok: true, secret, uri: totp.uri(name, secret) };
    },
    confirmTotp: (principal, code) =>
      actOnOwn<{ recoveryCodes: string[] }>(parts, principal, (account, by, picture) => {
        const { name } = account;
        const now = clock.now();
        const begun = pending.get(name);
        if (begun === undefined || now - begun.at > PENDING_MS || account.totp !== undefined) {
          return {
            answer: refusal('SVT_FORBIDDEN', 'expected the authenticator to be begun anew'),
          };
        }
        const { secret } = begun;
        const lastStep = totp.stepOf(code, { secret, lastStep: undefined, now });
        if (lastStep === undefined) return { answer: SIGN_IN_REFUSED };
        pending.delete(name);
        const recoveryCodes = newRecoveryCodes();
        const changed = {
          ...account,
          totp: { secret, lastStep },
          recoveryCodes: recoveryCodes.map(recoveryDigest),
        };
        const events = [accessEvent('totp_added', by)];
        return {
          change: {
            put: { accounts: [changed] },
            remove: { sessions: otherSessions(picture, principal) },
            events,
          },
          answer: { ok: true, recoveryCodes },
        };
      }),
    removeTotp: async (principal, password) => {
      const wrong = await proofOf(parts, principal, password);
      if (wrong !== undefined) return wrong;
      return actOnOwn<object>(parts, principal, (account, by, picture) => {
        if (account.totp === undefined) return { answer: refusal('SVT_NOT_FOUND') };
        const { totp: _, ...rest } = account;
        const events = [accessEvent('totp_removed', by)];
        const changed = { ...rest, recoveryCodes: [] };
        const remove = { sessions: otherSessions(picture, principal) };
        return { change: { put: { accounts: [changed] }, remove, events }, answer: { ok: true } };
      });
    },
  };
}
