import { expect, test } from 'vitest';
import { topologySchema } from '../../../src/contract/config.ts';
import { Fleet } from '../../../src/domain/fleet.ts';
import { START, sampleOf } from '../../support/sample.ts';

const NAME = { uk: 'Краківець', en: 'Krakivets' };

test('a site shows what is configured of it, and nothing where it is not', () => {
  const place = { lat: 49.96, lon: 23.12, region: 'lviv', queue: '3.1' };
  const fleet = new Fleet(
    topologySchema.parse({ sites: { a: { name: NAME, ...place }, b: { name: NAME } } }),
  );
  const unheard = { name: NAME, power: 'unknown', freshness: 'offline' };
  expect(fleet.sites(0)).toEqual([
    { id: 'a', ...place, ...unheard },
    { id: 'b', ...unheard },
  ]);
});

test('the site of an unregistered device goes by its identifier', () => {
  const fleet = new Fleet(topologySchema.parse({}));
  fleet.apply(sampleOf({ site: 'nowhere' }));
  expect(fleet.sites(START)).toEqual([
    { id: 'nowhere', name: { uk: 'nowhere', en: 'nowhere' }, power: 'mains', freshness: 'live' },
  ]);
});

test('a scanner without a known supply says nothing of its site’s power', () => {
  const fleet = new Fleet(topologySchema.parse({}));
  fleet.apply(sampleOf({ site: 'nowhere', kind: 'scanner', metrics: { state: 'ready' } }));
  expect(fleet.site('nowhere', START)?.power).toBe('unknown');
});
