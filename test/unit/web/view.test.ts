import { describe, expect, it } from 'vitest';
import { applySnapshot, EMPTY_FEED } from '../../../dashboards/web/src/feed/apply.ts';
import { activeAlarms, hiddenAlarms } from '../../../dashboards/web/src/view/alarm-list.ts';
import { alarmTextOf } from '../../../dashboards/web/src/view/alarm-text.ts';
import { agedFreshness } from '../../../dashboards/web/src/view/freshness.ts';
import { openIncidents } from '../../../dashboards/web/src/view/incident-list.ts';
import { groupOf, matches } from '../../../dashboards/web/src/view/site-filter.ts';
import { siteViews } from '../../../dashboards/web/src/view/site-view.ts';
import { textsOf } from '../../../src/i18n/index.ts';
import { incidentOf } from '../../support/incident.ts';
import { alarm, device, site, snapshot, T0 } from './sample.ts';

function views(content: Parameters<typeof snapshot>[0], nowMs = T0) {
  const state = applySnapshot(EMPTY_FEED, snapshot({ alarms: [], ...content }));
  return siteViews(state, { nowMs, language: 'en', previous: [] });
}

describe('freshness on the page', () => {
  const ups = device('a', 'ups-1');

  it.each([
    [10_999, 'live'],
    [11_000, 'stale'],
    [25_999, 'stale'],
    [26_000, 'offline'],
  ])('ages by itself: %d ms after the last message of a 5 s device', (silentMs, expected) => {
    expect(agedFreshness(ups, T0 + silentMs)).toBe(expected);
  });

  it("never betters the server's word", () => {
    expect(agedFreshness({ ...ups, freshness: 'offline' }, T0)).toBe('offline');
  });

  it('is offline where nothing was ever seen', () => {
    expect(agedFreshness({ freshness: 'live', intervalSeconds: 5 }, T0)).toBe('offline');
  });
});

describe('active alarms', () => {
  it('come by priority, then the newest first', () => {
    const list = activeAlarms([
      alarm('a', { raisedAt: T0 - 2 }),
      alarm('b', { raisedAt: T0 - 1 }),
      alarm('c', { priority: 1, raisedAt: T0 - 9 }),
    ]);
    expect(list.map(({ site: id }) => id)).toEqual(['c', 'b', 'a']);
  });

  it('leave out what is normal or suppressed', () => {
    const list = activeAlarms([
      alarm('a', { state: 'NORM' }),
      alarm('b', { suppression: 'shelved' }),
      alarm('c', { state: 'RTN_UNACK' }),
    ]);
    expect(list.map(({ site: id }) => id)).toEqual(['c']);
  });
});

it('hidden alarms are counted, those in normal state are not', () => {
  const suppressions = ['none', 'shelved', 'suppressed', 'out_of_service'] as const;
  const alarms = suppressions.flatMap((suppression) => [
    alarm('a', { suppression }),
    alarm('b', { suppression, state: 'NORM' }),
  ]);
  expect(hiddenAlarms(alarms)).toBe(3);
});

describe('the text of an alarm', () => {
  const en = textsOf('en');

  it('is that of its code', () => {
    expect(alarmTextOf(en, 'UPS_ON_BATTERY')).toMatchObject({ label: 'UPS on battery' });
  });

  it('shows a code that this page does not know as it is', () => {
    for (const code of ['OF_A_NEWER_SERVER', 'constructor']) {
      expect(alarmTextOf(en, code)).toMatchObject({ label: code, action: '' });
    }
  });
});

describe('open incidents', () => {
  const listed = (...given: Parameters<typeof incidentOf>[0][]) => {
    const incidents = given.map((changes) => incidentOf(changes));
    return openIncidents(new Map(incidents.map((one) => [one.id, one]))).map(({ id }) => id);
  };

  it('come by priority, then the newest first, the taken ones too', () => {
    const list = listed(
      { id: 'a', openedAt: T0 - 2 },
      { id: 'b', openedAt: T0 - 1, state: 'taken' },
      { id: 'c', openedAt: T0 - 9, priority: 1 },
      { id: 'd', openedAt: T0 - 2 },
    );
    expect(list).toEqual(['c', 'b', 'a', 'd']);
  });

  it('leave out what is resolved', () => {
    expect(listed({ id: 'a', state: 'resolved' }, { id: 'b' })).toEqual(['b']);
  });

  it('leave out what an open parent has absorbed, and show it again when that is over', () => {
    expect(listed({ id: 'a' }, { id: 'b', parentId: 'a' })).toEqual(['a']);
    expect(listed({ id: 'a', state: 'resolved' }, { id: 'b', parentId: 'a' })).toEqual(['b']);
    expect(listed({ id: 'b', parentId: 'not-known' })).toEqual(['b']);
  });
});

describe('sites', () => {
  it('with a problem come first, then by name', () => {
    const shown = views({
      sites: ['d', 'c', 'b', 'a'].map((id) => site(id)),
      devices: [
        device('a', 'ups-1'),
        device('b', 'ups-1', { freshness: 'offline' }),
        device('c', 'ups-1', { power: 'battery' }),
        device('d', 'ups-1', { power: 'low' }),
      ],
    });
    expect(shown.map((view) => view.site.id)).toEqual(['d', 'c', 'b', 'a']);
    expect(shown.map((view) => view.power)).toEqual(['low', 'battery', 'unknown', 'mains']);
    expect(shown.map(groupOf)).toEqual(['battery', 'battery', 'unknown', 'mains']);
  });

  it('with an alarm of high priority come before all others', () => {
    const shown = views({
      devices: [device('a', 'ups-1', { power: 'low' }), device('b', 'ups-1')],
      alarms: [alarm('b', { priority: 1 })],
    });
    expect(shown.map((view) => view.site.id)).toEqual(['b', 'a']);
  });

  it('never show the last power source of a device that fell silent as current', () => {
    const [view] = views({ sites: [site('a')], devices: [device('a', 'ups-1')] }, T0 + 60_000);
    expect(view).toMatchObject({ power: 'unknown', freshness: 'offline' });
  });

  it('appear also when only a device of theirs is known', () => {
    const shown = views({ sites: [], devices: [device('new', 'ups-1')] });
    expect(shown[0]?.site.name).toEqual({ uk: 'new', en: 'new' });
  });

  it('keep their view while nothing changes, so that nothing is drawn again', () => {
    const state = applySnapshot(EMPTY_FEED, snapshot());
    const first = siteViews(state, { nowMs: T0, language: 'en', previous: [] });
    const next = siteViews(state, { nowMs: T0 + 1000, language: 'en', previous: first });
    expect(next.every((view) => first.includes(view))).toBe(true);
  });

  it('are found by either name or by a device', () => {
    const [view] = views({
      sites: [site('a', { name: { uk: 'Краківець', en: 'Krakivets' } })],
      devices: [device('a', 'scanner-1', { kind: 'scanner' })],
    });
    if (view === undefined) throw new Error('no view');
    expect(['', 'крак', 'KRAK', 'krak scanner'].map((query) => matches(view, query))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(matches(view, 'reni')).toBe(false);
  });
});
