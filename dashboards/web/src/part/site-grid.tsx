import { signal } from '@preact/signals';
import { hasSnapshot, sites } from '../feed/store.ts';
import { texts } from '../language.ts';
import { groupOf, matches, SITE_GROUPS, type SiteGroup } from '../view/site-filter.ts';
import type { SiteView } from '../view/site-view.ts';
import { Icon } from './icon.tsx';
import { SiteCard } from './site-card.tsx';

const query = signal('');
const group = signal<SiteGroup>('all');

function groupLabel(name: SiteGroup): string {
  const { ui, power } = texts.value;
  return name === 'all' ? ui.all : name === 'battery' ? ui.powerProblem : power[name];
}

function GroupButtons({ all }: { all: readonly SiteView[] }) {
  return (
    <div class="groups">
      {SITE_GROUPS.map((name) => {
        const count =
          name === 'all' ? all.length : all.filter((view) => groupOf(view) === name).length;
        if (count === 0 && name !== 'all' && group.value !== name) return null;
        return (
          <button
            key={name}
            type="button"
            class={`group group-${name}`}
            aria-pressed={group.value === name}
            onClick={() => {
              group.value = name;
            }}
          >
            <span class="number">{count}</span> {groupLabel(name)}
          </button>
        );
      })}
    </div>
  );
}

function Legend() {
  const { ui } = texts.value;
  return (
    <p class="legend muted" aria-hidden="true">
      <span class="bar level-high">
        <span class="fill" />
      </span>
      {ui.charge}
      <Icon name="clock" />
      {ui.runtime}
      <Icon name="gauge" />
      {ui.load}
    </p>
  );
}

function Empty({ isFiltered }: { isFiltered: boolean }) {
  const { ui } = texts.value;
  if (!isFiltered) {
    return (
      <div class="empty">
        <strong>{hasSnapshot.value ? ui.noSites : ui.neverConnected}</strong>
        {hasSnapshot.value && <p>{ui.noSitesHint}</p>}
      </div>
    );
  }
  return (
    <div class="empty">
      <strong>{ui.noMatch}</strong>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          query.value = '';
          group.value = 'all';
        }}
      >
        {ui.clearFilter}
      </button>
    </div>
  );
}

/** Every border crossing, the ones with a problem first. */
export function SiteGrid() {
  const { ui } = texts.value;
  const all = sites.value;
  const shown = all.filter(
    (view) =>
      (group.value === 'all' || groupOf(view) === group.value) && matches(view, query.value),
  );
  return (
    <section aria-labelledby="sites-title">
      <header class="section-head">
        <h2 id="sites-title">{ui.sites}</h2>
        <GroupButtons all={all} />
        <Legend />
        <label class="filter">
          <Icon name="search" />
          <span class="sr-only">{ui.filter}</span>
          <input
            type="search"
            data-field="filter"
            placeholder={ui.filter}
            value={query.value}
            onInput={(event) => {
              query.value = event.currentTarget.value;
            }}
          />
        </label>
      </header>
      {shown.length === 0 ? (
        <Empty isFiltered={all.length > 0} />
      ) : (
        <div class="sites">
          {shown.map((view) => (
            <SiteCard key={view.site.id} view={view} />
          ))}
        </div>
      )}
    </section>
  );
}
