import type { Incident } from '../../../../src/contract/incident.ts';
import { feed, incidents } from '../feed/store.ts';
import { format, language, texts } from '../language.ts';
import { outsideText } from '../view/outside-text.ts';
import { Elapsed } from './age.tsx';
import { Icon } from './icon.tsx';
import { Outside } from './outside.tsx';

/** So many sites are named; of more the number is told. */
const SITES_NAMED = 6;

function siteNames(ids: readonly string[]): string {
  const named = ids
    .slice(0, SITES_NAMED)
    .map((id) => outsideText(feed.value.sites.get(id)?.name[language.value] ?? id));
  const rest = ids.length - named.length;
  return rest === 0 ? named.join(', ') : `${named.join(', ')} ${texts.value.ui.andMore(rest)}`;
}

/** `queue:3.1` is an outage queue, anything else a region. */
function Place({ region }: { region: string }) {
  const [, queue] = region.split('queue:');
  return (
    <small class="alarm-device">
      {' '}
      <Outside text={queue === undefined ? region : texts.value.ui.queue(queue)} />
    </small>
  );
}

function Margin({ seconds }: { seconds: number }) {
  const { ui } = texts.value;
  return (
    <span class="runtime">
      <Icon name="clock" />
      {seconds > 0 ? ui.worstMargin(format.value.duration(seconds)) : ui.marginGone}
    </span>
  );
}

/** One cause with its sites, since when, and how long the worst of them has. */
function IncidentCard({ incident }: { incident: Incident }) {
  const t = texts.value;
  const { severity, sites, region, openedAt, worstMarginSeconds, slotEndsAt, takenBy } = incident;
  return (
    <article
      class={`alarm incident severity-${severity} ${incident.state === 'open' ? 'waiting' : ''}`}
      data-incident={incident.id}
      data-class={incident.class}
      data-cause={incident.cause}
      data-state={incident.state}
    >
      <div class="alarm-what">
        <span class="badge severity">
          <Icon name="alarm" />
          {t.severity[severity]}
        </span>
        <h3>
          {t.incidentClass[incident.class]}
          {region !== undefined && <Place region={region} />}
        </h3>
        <p class="alarm-label">
          {t.incidentCause[incident.cause]}
          {slotEndsAt !== undefined && `, ${t.ui.slotUntil(format.value.clock(slotEndsAt))}`}
          {!incident.isConfirmed && ` · ${t.ui.unconfirmed}`}
        </p>
        {sites.length > 0 && (
          <p class="action">
            {t.count.sites(sites.length)}: {siteNames(sites)}
          </p>
        )}
      </div>
      <div class="alarm-facts">
        <span class="since">
          {t.ui.since} <time>{format.value.time(openedAt)}</time>
          {' · '}
          <Elapsed from={openedAt} />
        </span>
        {worstMarginSeconds !== undefined && <Margin seconds={worstMarginSeconds} />}
        {takenBy !== undefined && (
          <span class="acknowledged">
            <Icon name="person" />
            {t.ui.takenBy(outsideText(takenBy, 80))}
          </span>
        )}
      </div>
    </article>
  );
}

/** What has happened, each cause once, above the alarms that tell of it. */
export function IncidentPanel() {
  const { ui } = texts.value;
  const list = incidents.value;
  if (list.length === 0) return null;
  return (
    <section class="alarms incidents" aria-labelledby="incidents-title">
      <header class="section-head">
        <h2 id="incidents-title">
          {ui.openIncidents}
          <span class="count">{list.length}</span>
        </h2>
      </header>
      <div class="alarm-list" aria-live="assertive" aria-relevant="additions">
        {list.map((incident) => (
          <IncidentCard key={incident.id} incident={incident} />
        ))}
      </div>
    </section>
  );
}
