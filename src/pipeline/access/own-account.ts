import type { OwnAccount } from '../../access-port.ts';
import type { AccountRecord } from '../../contract/account.ts';
import { accountViewOf, passkeysOf } from './account-view.ts';
import { accessEvent } from './event.ts';
import { otherSessions, withPassword } from './new-password.ts';
import { actOnOwn, refusedAsOld } from './own-act.ts';
import { createOwnTotp } from './own-totp.ts';
import { proofOf } from './proof.ts';
import { orRefusal, refusal, weakPassword } from './refusal.ts';
import type { SignInParts } from './sign-in-way.ts';

const NOT_FOUND = refusal('SVT_NOT_FOUND');

export function createOwnAccount(parts: SignInParts): OwnAccount {
  const { directory, passkeys, passwords } = parts;
  return {
    view: (principal) => accountViewOf(directory.picture, principal),
    changePassword: async (principal, { current, password }) => {
      const wrong = await proofOf(parts, principal, current);
      if (wrong !== undefined) return wrong;
      const weak = weakPassword(password, principal.name);
      if (weak !== undefined) return weak;
      const hash = await orRefusal(() => passwords.hash(password));
      if (typeof hash === 'object') return hash;
      return actOnOwn<object>(parts, principal, (account, by, picture) => {
        const { put, remove, events } = withPassword(picture, {
          account,
          hash,
          by,
          keep: principal.session,
        });
        return { change: { put, remove, events }, answer: { ok: true } };
      });
    },
    ...createOwnTotp(parts),
    passkeyOptions: async (principal, origin) => {
      const { kind, name, isReadOnly } = principal;
      if (passkeys === undefined) return NOT_FOUND;
      if (kind !== 'user' || isReadOnly) return refusal('SVT_FORBIDDEN');
      const old = refusedAsOld(parts, principal);
      if (old !== undefined) return old;
      const own = passkeysOf(directory.picture, name);
      return { ok: true, ...(await passkeys.register({ name, passkeys: own, origin })) };
    },
    addPasskey: async (principal, given) => {
      if (passkeys === undefined) return NOT_FOUND;
      const passkey = await passkeys.registered({ account: principal.name, ...given });
      if (passkey === undefined) return refusal('SVT_SIGN_IN_REFUSED', 'the passkey does not hold');
      return actOnOwn<object>(parts, principal, (_, by, picture) => {
        if (picture.passkeys.has(passkey.id)) return { answer: refusal('SVT_NAME_TAKEN') };
        const events = [accessEvent('passkey_added', { ...by, detail: passkey.label })];
        const remove = { sessions: otherSessions(picture, principal) };
        return { change: { put: { passkeys: [passkey] }, remove, events }, answer: { ok: true } };
      });
    },
    removePasskey: (principal, id) =>
      actOnOwn<object>(parts, principal, (account, by, picture) => {
        const own = passkeysOf(picture, account.name);
        const passkey = own.find((one) => one.id === id);
        if (passkey === undefined) return { answer: NOT_FOUND };
        const old = refusedAsOld(parts, principal);
        if (old !== undefined) return { answer: old };
        if (own.length === 1 && !hasAnotherWay(account)) {
          return { answer: refusal('SVT_FORBIDDEN', 'it is the only way to sign in') };
        }
        const events = [accessEvent('passkey_removed', { ...by, detail: passkey.label })];
        const remove = { passkeys: [id], sessions: otherSessions(picture, principal) };
        return { change: { remove, events }, answer: { ok: true } };
      }),
    revokeSession: (principal, id) =>
      actOnOwn<object>(parts, principal, (account, by, picture) => {
        if (picture.sessions.get(id)?.account !== account.name) return { answer: NOT_FOUND };
        const events = [accessEvent('session_revoked', by)];
        return { change: { remove: { sessions: [id] }, events }, answer: { ok: true } };
      }),
  };
}

function hasAnotherWay({ passwordHash, external }: AccountRecord): boolean {
  return passwordHash !== undefined || external !== undefined;
}
