import type { SignIn, SignInPlace } from '../../access-port.ts';
import { isLookingAlone } from '../../domain/access/permission.ts';
import { notRead } from './directory.ts';
import { accessEvent } from './event.ts';
import { signInByLink, signInBySetup } from './link-sign-in.ts';
import { signInByOidc } from './oidc-sign-in.ts';
import { signInByPasskey } from './passkey-sign-in.ts';
import { signInByPassword } from './password-sign-in.ts';
import { orRefusal, refusal, SIGN_IN_REFUSED } from './refusal.ts';
import { digestOf } from './secret.ts';
import type { SignInAnswer, SignInParts } from './sign-in-way.ts';

/** All ways in and the way out; `isOpen`: there are no accounts, so only the first may be made. */
export function createSignIn(parts: SignInParts, isOpen: () => boolean): SignIn {
  const { directory, passkeys, identityProvider, clock } = parts;
  const closed = refusal('SVT_FORBIDDEN', 'there are no accounts yet');
  const by =
    <G>(way: (parts: SignInParts, given: G, place: SignInPlace) => Promise<SignInAnswer>) =>
    async (given: G, place: SignInPlace) => {
      if (!directory.isLoaded) throw notRead();
      return isOpen() ? closed : way(parts, given, place);
    };
  return {
    byPassword: by(signInByPassword),
    bySetup: (given, place) => signInBySetup(parts, given, place),
    byLink: by(signInByLink),
    passkeyOptions: async (origin) =>
      passkeys === undefined || isOpen()
        ? { ceremony: '', options: {} }
        : passkeys.authenticate(origin),
    byPasskey: by(signInByPasskey),
    oidcStart: async (origin) => {
      if (isOpen()) return closed;
      if (identityProvider === undefined) return refusal('SVT_NOT_FOUND');
      const begun = await orRefusal(() => identityProvider.start(origin));
      return 'code' in begun ? begun : { ok: true, ...begun };
    },
    byOidc: by(signInByOidc),
    byKiosk: async (token) => {
      const found = directory.picture.tokens.get(digestOf(token));
      const isOver = found?.expiresAt !== undefined && clock.now() >= found.expiresAt;
      if (isOpen() || found === undefined || isOver) return SIGN_IN_REFUSED;
      if (isLookingAlone(found.permissions)) return { ok: true };
      return refusal('SVT_FORBIDDEN', 'expected a token that may look alone: see, report');
    },
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
