import { language, texts } from '../language.ts';
import type { SiteView } from '../view/site-view.ts';
import { DeviceLine } from './device-line.tsx';
import { Outside } from './outside.tsx';
import { PowerBadge } from './power-badge.tsx';

/** A border crossing with its devices; rendered again only when its view changed. */
export function SiteCard({ view }: { view: SiteView }) {
  const { site, devices, power, freshness } = view;
  return (
    <article
      class={`site power-${power}`}
      data-site={site.id}
      data-power={power}
      data-freshness={freshness}
    >
      <header>
        <h3>
          <Outside text={site.name[language.value]} />
        </h3>
        <PowerBadge power={power} />
      </header>
      {devices.length === 0 && <p class="muted">{texts.value.ui.noDevices}</p>}
      {devices.map((device) => (
        <DeviceLine key={device.device.id} {...device} />
      ))}
    </article>
  );
}
