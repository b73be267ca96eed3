import { computed, signal } from '@preact/signals';
import type { Permission, SessionView } from '../../../../src/contract/access.ts';
import { noteServerTime, now } from '../feed/store.ts';
import { CallError, createCaller } from './call.ts';
import { feedKeyOf, isAllowed, stateOf } from './session-state.ts';

/** What the server says of this page; undefined until its first word. */
export const session = signal<SessionView | undefined>(undefined);
/** The monitor has no accounts and this is not its machine. */
export const isRefused = signal(false);
/** Why a person who was signed in is not any more. */
export const parting = signal<'signed_out' | 'ended' | undefined>(undefined);
/** How often somebody has signed in on this page: the feed is then opened anew. */
export const signIns = signal(0);

export const sessionState = computed(() => stateOf(session.value, now.value));
export const who = computed(() =>
  session.value?.mode === 'accounts' ? session.value.who : undefined,
);
export const isDemo = computed(() => session.value?.isDemo === true);
export const feedKey = computed(() => feedKeyOf(session.value));

export function may(permission: Permission): boolean {
  return isAllowed(session.value, permission);
}

/** Later words of the server count, whatever order they come in. */
let asked = 0;

/** Other tabs of this browser have the same cookie. */
const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('svitlo');

/** A sign-in that is under way ends the former one: what is said of that no longer counts. */
let signingIn = 0;

/** Signs in by what a form was given; throws `CallError`. */
export async function signIn(path: string, body: object): Promise<void> {
  signingIn += 1;
  try {
    const view = await call<SessionView>('POST', path, body);
    asked += 1;
    parting.value = undefined;
    session.value = view;
    signIns.value += 1;
    tabs?.postMessage('signed-in');
  } finally {
    signingIn -= 1;
  }
}

/** The page holds nothing of what a signed-in person saw from here on. */
export function signedOut(reason: 'signed_out' | 'ended'): void {
  if (signingIn > 0) return;
  asked += 1;
  const known = session.peek();
  if (known === undefined || known.mode === 'open' || known.who === undefined) return;
  parting.value = reason;
  const { mode, isDemo: demo, ways } = known;
  session.value = { mode, isDemo: demo, ways };
}

export const call = createCaller({
  fetch: (input, init) => fetch(input, init),
  csrf: () => session.peek()?.csrf,
  onSignInNeeded: () => {
    signedOut('ended');
    void askSession();
  },
  renew: () => askSession(),
  onServerTime: noteServerTime,
});

/** Asks the server who this is. One that cannot be reached changes nothing. */
export async function askSession(): Promise<boolean> {
  asked += 1;
  const mine = asked;
  try {
    const view = await call<SessionView>('GET', '/session');
    if (mine !== asked || signingIn > 0) return true;
    if (view.who === undefined) signedOut('ended');
    isRefused.value = false;
    session.value = view;
    return true;
  } catch (error) {
    if (error instanceof CallError && error.code === 'SVT_FORBIDDEN') isRefused.value = true;
    return false;
  }
}

/** Signs out here at once, and on the server as soon as it hears. */
export async function signOut(): Promise<void> {
  const ending = call('DELETE', '/session');
  signedOut('signed_out');
  try {
    await ending;
  } finally {
    tabs?.postMessage('signed-out');
    await askSession();
  }
}

tabs?.addEventListener('message', ({ data }) => {
  if (data === 'signed-out') signedOut('ended');
  void askSession();
});
