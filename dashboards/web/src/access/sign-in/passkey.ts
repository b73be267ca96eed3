import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  WebAuthnAbortService,
} from '@simplewebauthn/browser';
import { call, signIn } from '../session.ts';
import { isPasskeyHost } from './passkey-host.ts';

type Options = Parameters<typeof startAuthentication>[0]['optionsJSON'];

/** A challenge is answered within minutes: a sign-in that waits for longer asks for another. */
const CHALLENGE_MS = 4 * 60_000;

export function hasPasskeys(): boolean {
  return browserSupportsWebAuthn() && isPasskeyHost(location.hostname);
}

async function ceremony(useBrowserAutofill: boolean): Promise<void> {
  const begun = await call<{ ceremony: string; options: Options }>(
    'POST',
    '/session/passkey/options',
  );
  const response = await startAuthentication({ optionsJSON: begun.options, useBrowserAutofill });
  await signIn('/session/passkey', { ceremony: begun.ceremony, response });
}

/** Asks the browser for a passkey; rejects when the person or the server refuses. */
export function signInByPasskey(): Promise<void> {
  return ceremony(false);
}

/** Passkeys among the names that the browser offers for the field; returns how to stop it. */
export function offerPasskeys(): () => void {
  let isStopped = false;
  const offer = async (): Promise<void> => {
    try {
      if (await browserSupportsWebAuthnAutofill()) await ceremony(true);
    } catch {
      // Nobody chose one, or the button took its place.
    }
  };
  void offer();
  const timer = setInterval(() => {
    if (!isStopped) void offer();
  }, CHALLENGE_MS);
  return () => {
    isStopped = true;
    clearInterval(timer);
    WebAuthnAbortService.cancelCeremony();
  };
}
