import type { ComponentChildren } from 'preact';
import { DemoMark } from './access/demo-mark.tsx';
import { feedKey, isRefused, may, session, sessionState } from './access/session.ts';
import { SessionBanner } from './access/session-banner.tsx';
import {
  AccountView,
  AdministerView,
  KioskView,
  LinkView,
  ReportView,
  SignInView,
} from './access/views.ts';
import { DeviceView } from './device/device-view.tsx';
import { isSilent } from './feed/store.ts';
import { texts } from './language.ts';
import { AlarmPanel } from './part/alarm-panel.tsx';
import { FeedBanner } from './part/feed-banner.tsx';
import { IncidentPanel } from './part/incident-panel.tsx';
import { PlatformBanner } from './part/platform-banner.tsx';
import { ShiftDialog } from './part/shift-dialog.tsx';
import { SiteGrid } from './part/site-grid.tsx';
import { TopBar } from './part/top-bar.tsx';
import { isByLink, path, route } from './route.ts';

function Overview() {
  return (
    <>
      <IncidentPanel />
      <AlarmPanel />
      <SiteGrid />
    </>
  );
}

/** What the live feed tells: views of it are made anew for other rights, with nothing of the former. */
function Live() {
  const at = route.value;
  return (
    <>
      <FeedBanner />
      <PlatformBanner />
      <main key={feedKey.value} class={isSilent.value ? 'outdated' : ''}>
        {at.view === 'device' ? (
          <DeviceView key={`${at.at.site}/${at.at.device}`} {...at.at} />
        ) : (
          <Overview />
        )}
      </main>
      <ShiftDialog />
    </>
  );
}

function OnlyThere() {
  const { access } = texts.value;
  return (
    <div class="empty" data-view="only-there">
      <strong>{access.onlyThere}</strong>
      <p>{access.onlyThereHint}</p>
    </div>
  );
}

function Page({ children }: { children: ComponentChildren }) {
  return <main>{children}</main>;
}

/** The account's own views, where there is an account. */
function Own() {
  const at = route.value;
  if (session.value?.mode !== 'accounts' || sessionState.value === 'read_only') return undefined;
  if (at.view === 'account') return <AccountView />;
  return at.view === 'accounts' && may('administer') ? <AdministerView /> : undefined;
}

function Content() {
  const state = sessionState.value;
  if (isByLink.value) {
    return (
      <Page>
        {path.value === '/kiosk' ? <KioskView /> : <LinkView isSetup={path.value === '/setup'} />}
      </Page>
    );
  }
  if (state === 'loading') {
    return (
      <Page>
        {isRefused.value ? <OnlyThere /> : <p class="empty">{texts.value.ui.neverConnected}</p>}
      </Page>
    );
  }
  if (state === 'signed_out') {
    return (
      <Page>
        <SignInView />
      </Page>
    );
  }
  const own = Own();
  if (own !== undefined) return <Page>{own}</Page>;
  if (may('see')) return <Live />;
  return (
    <Page>
      <ReportView />
    </Page>
  );
}

export function App() {
  return (
    <>
      <DemoMark />
      <TopBar />
      {!isByLink.value && <SessionBanner />}
      <Content />
      <footer class="muted">{texts.value.ui.observes}</footer>
    </>
  );
}
