import { expect, test } from 'vitest';
import type { Site } from '../../../src/contract/device.ts';
import { regionsOf } from '../../../src/domain/region-view.ts';

function site(id: string, region: string | undefined, changes: Partial<Site> = {}): Site {
  const name = { uk: id, en: id };
  const place = region === undefined ? {} : { region };
  return { id, name, power: 'mains', freshness: 'live', ...place, ...changes };
}

test('regions come by name, each with the worst of its sites and how many are without mains', () => {
  const regions = regionsOf([
    site('a', 'odesa'),
    site('b', 'lviv', { power: 'battery' }),
    site('c', 'lviv', { power: 'generator', freshness: 'stale' }),
    site('d', 'lviv', { power: 'low' }),
    site('e', 'lviv', { power: 'bypass' }),
    site('f', 'odesa', { power: 'off' }),
    site('g', undefined, { power: 'off' }),
  ]);
  expect(regions).toEqual([
    { id: 'lviv', power: 'low', freshness: 'stale', sites: 4, sitesOut: 3 },
    { id: 'odesa', power: 'off', freshness: 'live', sites: 2, sitesOut: 1 },
  ]);
});

test('the order of the sites is no matter', () => {
  const names = ['lviv', 'odesa', 'chernivtsi'];
  for (const listed of [names, names.toReversed()]) {
    const regions = regionsOf(listed.map((region) => site(`of-${region}`, region)));
    expect(regions.map(({ id }) => id)).toEqual(['chernivtsi', 'lviv', 'odesa']);
  }
});

test('what is not known is not counted as without mains', () => {
  const [region] = regionsOf([site('a', 'lviv', { power: 'unknown', freshness: 'offline' })]);
  expect(region).toMatchObject({ power: 'unknown', freshness: 'offline', sitesOut: 0 });
});
