import type { SignIn } from '../../access-port.ts';
import { accessEvent } from './event.ts';
import { signInByLink, signInBySetup } from './link-sign-in.ts';
import { signInByOidc } from './oidc-sign-in.ts';
import { signInByPasskey } from './passkey-sign-in.ts';
import { signInByPassword } from './password-sign-in.ts';
import { orRefusal, refusal } from './refusal.ts';
import { digestOf } from './secret.ts';
import type { SignInParts } from './sign-in-way.ts';

/** All ways in and the way out; `isOpen`: there are no accounts, so only the first may be made. */
export function createSignIn(parts: SignInParts, isOpen: () => boolean): SignIn {
  const { directory, passkeys, identityProvider, clock } = parts;
  const closed = refusal('SVT_FORBIDDEN', 'there are no accounts yet');
  return {
    byPassword: async (given, place) => (isOpen() ? closed : signInByPassword(parts, given, place)),
    bySetup: (given, place) => signInBySetup(parts, given, place),
    byLink: async (given, place) => (isOpen() ? closed : signInByLink(parts, given, place)),
    passkeyOptions: async (origin) =>
      passkeys === undefined || isOpen()
        ? { ceremony: '', options: {} }
        : passkeys.authenticate(origin),
    byPasskey: async (given, place) => (isOpen() ? closed : signInByPasskey(parts, given, place)),
    oidcStart: async (origin) => {
      if (isOpen()) return closed;
      if (identityProvider === undefined) return refusal('SVT_NOT_FOUND');
      const begun = await orRefusal(() => identityProvider.start(origin));
      return 'code' in begun ? begun : { ok: true, ...begun };
    },
    byOidc: async (given, place) => (isOpen() ? closed : signInByOidc(parts, given, place)),
    signOut: (given) =>
      directory.act(({ sessions }) => {
        const session = sessions.get(digestOf(given));
        if (session === undefined) return { answer: undefined };
        const { id, account, address } = session;
        const by = { at: clock.now(), subject: account, actor: account, address };
        const events = [accessEvent('signed_out', by)];
        return { change: { remove: { sessions: [id] }, events }, answer: undefined };
      }),
  };
}
