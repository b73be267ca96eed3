import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { now } from '../feed/store.ts';
import { format, texts } from '../language.ts';
import { Icon } from '../part/icon.tsx';
import { session, sessionState, signIns } from './session.ts';
import { SignInDialog } from './views.ts';

/** The sign-in that is open over the page; it is gone with the sign-in that it was opened for. */
const openedAt = signal<number | undefined>(undefined);

function Banner({ name, tone, children }: BannerProps) {
  return (
    <div
      class={tone === 'urgent' ? 'session-banner urgent' : 'session-banner'}
      role="status"
      data-banner={name}
    >
      <Icon name={tone === 'plain' ? 'person' : 'clock'} />
      <p>{children}</p>
      {tone === 'urgent' && (
        <button
          type="button"
          class="primary"
          data-action="sign-in-again"
          onClick={() => {
            openedAt.value = signIns.peek();
          }}
        >
          {texts.value.access.signInAgain}
        </button>
      )}
    </div>
  );
}

interface BannerProps {
  name: string;
  tone: 'plain' | 'urgent';
  children: ComponentChildren;
}

function Warning() {
  const { access } = texts.value;
  const endsAt = session.value?.expiresAt ?? now.value;
  return (
    <Banner name="session-ends" tone="urgent">
      {access.endsAt(format.value.clock(endsAt))}{' '}
      <span class="left" aria-hidden="true">
        {access.endsIn(format.value.elapsed((endsAt - now.value) / 1000))}
      </span>
    </Banner>
  );
}

function Standing() {
  const { access } = texts.value;
  switch (sessionState.value) {
    case 'open':
      if (session.value?.isDemo === true) return null;
      return (
        <Banner name="no-accounts" tone="plain">
          {access.noAccounts} <span class="muted">{access.noAccountsHint}</span>
        </Banner>
      );
    case 'warning':
      return <Warning />;
    case 'ended':
      return (
        <Banner name="session-ended" tone="urgent">
          {access.ended}
        </Banner>
      );
    case 'read_only':
      return (
        <Banner name="read-only" tone="urgent">
          {access.readOnly}
        </Banner>
      );
    default:
      return null;
  }
}

/** How the person's sign-in stands, and the way to a new one without leaving the page. */
export function SessionBanner() {
  const isOpen = openedAt.value !== undefined && openedAt.value === signIns.value;
  const close = () => {
    openedAt.value = undefined;
  };
  return (
    <>
      <Standing />
      {isOpen && sessionState.value !== 'signed_out' && <SignInDialog onClose={close} />}
    </>
  );
}
