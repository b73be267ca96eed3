import { effect, untracked } from '@preact/signals';
import { clearAttempts } from '../acknowledge.ts';
import { closeFeed, openFeed, reconnectFeed } from '../feed/connection.ts';
import { texts } from '../language.ts';
import { enterPage, isByLink, leavePage, path } from '../route.ts';
import { endShift } from '../shift.ts';
import {
  askSession,
  feedKey,
  isDemo,
  session,
  sessionState,
  signedOut,
  signIns,
} from './session.ts';

const RETRY_MS = 2000;
/** How often a page asks that waits for the server's word, or is let to look on while an outage lasts. */
const ASK_AGAIN_MS = 10_000;

async function askUntilKnown(): Promise<void> {
  await askSession();
  if (session.peek() === undefined) setTimeout(() => void askUntilKnown(), RETRY_MS);
}

/** The feed is open for these rights alone: others begin with an empty page. */
function followRights(): void {
  let openFor: string | undefined;
  let openSignIn = 0;
  effect(() => {
    const key = isByLink.value ? undefined : feedKey.value;
    const signIn = signIns.value;
    untracked(() => {
      if (key !== openFor) {
        if (openFor !== undefined) {
          closeFeed();
          clearAttempts();
        }
        if (key !== undefined) openFeed({ onSignedOut, onDoubt: () => void askSession() });
      } else if (key !== undefined && signIn !== openSignIn) reconnectFeed();
      if (signIn !== openSignIn) enterPage();
      openFor = key;
      openSignIn = signIn;
    });
  });
}

function onSignedOut(): void {
  signedOut('ended');
  void askSession();
}

/** A place on the page tells something, too: nobody is left at it. */
function followState(): void {
  let before = sessionState.peek();
  effect(() => {
    const state = sessionState.value;
    untracked(() => {
      if (state === 'signed_out' && before !== 'loading' && before !== state) {
        leavePage();
      }
      if (state === 'signed_in' && path.peek() === '/sign-in') enterPage();
      if ((state === 'warning' || state === 'ended') && before !== state) void askSession();
      if (state !== 'loading' && state !== 'open') endShift();
      before = state;
    });
  });
}

/** Asks who this is, and keeps feed, title and page in step with the answer for as long as it lives. */
export function startSession(): void {
  followRights();
  followState();
  effect(() => {
    const { ui, access } = texts.value;
    document.title = isDemo.value ? `${access.demoTitle} · ${ui.title}` : ui.title;
  });
  void askUntilKnown();
  setInterval(() => {
    const state = sessionState.peek();
    if (state === 'ended' || state === 'read_only') void askSession();
  }, ASK_AGAIN_MS);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void askSession();
  });
  // The browser's own memory of a page that was left: it may have been signed out since.
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload();
  });
}
