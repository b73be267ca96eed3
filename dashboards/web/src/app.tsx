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
import { route } from './route.ts';

function Overview() {
  return (
    <>
      <IncidentPanel />
      <AlarmPanel />
      <SiteGrid />
    </>
  );
}

export function App() {
  const at = route.value;
  return (
    <>
      <TopBar />
      <FeedBanner />
      <PlatformBanner />
      <main class={isSilent.value ? 'outdated' : ''}>
        {at === undefined ? (
          <Overview />
        ) : (
          <DeviceView key={`${at.site}/${at.device}`} site={at.site} device={at.device} />
        )}
      </main>
      <footer class="muted">{texts.value.ui.observes}</footer>
      <ShiftDialog />
    </>
  );
}
