import { describe, expect, test } from 'vitest';
import type { IncidentEvent } from '../../../../src/contract/incident.ts';
import { covers, scopeKey } from '../../../../src/domain/access/scope.ts';
import {
  alarmSeen,
  eventsSeen,
  incidentSeen,
  isWhollySeen,
  sightOf,
} from '../../../../src/domain/access/sight.ts';
import { alarmChange } from '../../../support/alarm-change.ts';
import { incidentOf } from '../../../support/incident.ts';
import { START } from '../../../support/sample.ts';

const SITES = [
  { id: 'krakivets', region: 'lviv', queue: '3.1' },
  { id: 'shehyni', region: 'lviv' },
  { id: 'yahodyn', region: 'volyn', queue: '3.1' },
  { id: 'vylok' },
];
const places = { sites: () => SITES, site: (id: string) => SITES.find((one) => one.id === id) };

function sight(regions: string[], sites: string[] = []) {
  return sightOf({ regions, sites }, places);
}

const { device: _device, ...above } = alarmChange(1).alarm;
const regional = { ...above, site: '*', region: 'lviv' };

describe('limits', () => {
  test('cover a site by its name or its region', () => {
    const scope = { regions: ['lviv'], sites: ['vylok'] };
    expect(SITES.filter((site) => covers(scope, site)).map(({ id }) => id)).toEqual([
      'krakivets',
      'shehyni',
      'vylok',
    ]);
    expect(SITES.every((site) => covers(undefined, site))).toBe(true);
  });

  test('are the same in whatever order', () => {
    const one = scopeKey({ regions: ['lviv', 'volyn'], sites: ['b', 'a'] });
    expect(scopeKey({ regions: ['volyn', 'lviv'], sites: ['a', 'b'] })).toBe(one);
    expect(scopeKey({ regions: ['lviv'], sites: ['a', 'b'] })).not.toBe(one);
    expect(scopeKey(undefined)).toBe('');
  });

  test('reach and hold regions and queues by their sites', () => {
    const own = sight(['lviv']);
    const areas = ['lviv', 'volyn', 'queue:3.1', '*', 'nowhere'];
    expect(areas.map(own.reaches)).toEqual([true, false, true, true, false]);
    expect(areas.map(own.holds)).toEqual([true, false, false, false, false]);
    expect(own.covers('nowhere')).toBe(false);
  });
});

describe('an alarm', () => {
  test('of a site is seen by who has it', () => {
    const { alarm } = alarmChange(1);
    expect(alarmSeen(alarm, sight(['lviv']))).toBe(alarm);
    expect(alarmSeen(alarm, sight(['volyn']))).toBeUndefined();
    expect(isWhollySeen(alarm, sight(['volyn']))).toBe(false);
  });

  test('of a region keeps people’s words for who has all of it', () => {
    const words = { ...regional, shelveReason: 'as at shehyni' };
    expect(alarmSeen(words, sight(['lviv']))).toBe(words);
    expect(alarmSeen(words, sight([], ['krakivets']))).toEqual(regional);
    expect(alarmSeen(words, sight(['volyn']))).toBeUndefined();
  });

  test('out of service says who and when, and not why, to who has a part', () => {
    const outOfService = { by: 'Олена', at: START, reason: 'shehyni', workOrder: 'WO-17' };
    const seen = alarmSeen({ ...regional, outOfService }, sight([], ['krakivets']));
    expect(seen?.outOfService).toEqual({ by: 'Олена', at: START, reason: '', workOrder: '' });
  });

  test('of no one region is above everybody who has a site', () => {
    const { region: _region, ...wide } = regional;
    expect(alarmSeen(wide, sight(['volyn']))).toEqual(wide);
    expect(alarmSeen(wide, sight([]))).toBeUndefined();
    expect(isWhollySeen(wide, sight(['lviv', 'volyn'], ['vylok']))).toBe(false);
  });
});

describe('an incident', () => {
  const wide = incidentOf({
    sites: ['krakivets', 'yahodyn'],
    devices: ['krakivets/ups-1', 'yahodyn/ups-1'],
    worstMarginSeconds: 60,
  });

  test('is trimmed to one’s own, without the margin of all', () => {
    const { worstMarginSeconds: _margin, ...rest } = wide;
    expect(incidentSeen(wide, sight(['volyn']))).toEqual({
      ...rest,
      sites: ['yahodyn'],
      devices: ['yahodyn/ups-1'],
    });
  });

  test('is seen as it is by who has all of it, and not at all by who has none', () => {
    expect(incidentSeen(wide, sight(['lviv', 'volyn']))).toBe(wide);
    expect(incidentSeen(wide, sight([], ['vylok']))).toBeUndefined();
  });

  test('is trimmed by its devices, too', () => {
    const one = incidentOf({ devices: ['krakivets/ups-1', 'yahodyn/ups-1'] });
    expect(incidentSeen(one, sight(['lviv']))?.devices).toEqual(['krakivets/ups-1']);
    expect(incidentSeen(one, sight(['volyn']))).toMatchObject({ sites: [] });
  });

  test('without a site is seen where it is of the monitor itself', () => {
    const own = incidentOf({ class: 'platform', sites: [], devices: [] });
    expect(incidentSeen(own, sight(['volyn']))).toBe(own);
    expect(incidentSeen(own, sight([]))).toBeUndefined();
    expect(incidentSeen({ ...own, class: 'region' }, sight(['volyn']))).toBeUndefined();
    expect(incidentSeen({ ...own, sites: ['vylok'] }, sight(['volyn']))).toBeUndefined();
  });

  test('has a timeline of what names no other site', () => {
    const common = { incidentId: 'i-1', revision: 1, at: START } as const;
    const events: IncidentEvent[] = [
      { ...common, type: 'opened' },
      { ...common, type: 'taken', text: 'vylok too' },
      { ...common, type: 'note', text: 'vylok too' },
      { ...common, type: 'site_added', site: 'vylok' },
      { ...common, type: 'note', site: 'yahodyn', text: 'here' },
    ];
    const typesOf = (isTrimmed: boolean) =>
      eventsSeen(events, sight(['volyn']), isTrimmed).map(({ type, text }) => [type, text]);
    expect(typesOf(false)).toEqual([
      ['opened', undefined],
      ['taken', 'vylok too'],
      ['note', 'vylok too'],
      ['note', 'here'],
    ]);
    expect(typesOf(true)).toEqual([
      ['opened', undefined],
      ['taken', undefined],
      ['note', 'here'],
    ]);
  });
});
