import { expect, test } from 'vitest';
import { viewRegion } from '../../../../src/domain/incident/region-view.ts';
import { World } from '../../../support/correlation.ts';

test('a region shows its worst power, how fresh that is, and which sites are out', () => {
  const world = new World().site('a', 1).site('b', 1).site('c', 1).start().lose('b', 'ups-1');
  const parts = [
    { id: 'a', power: 'mains', freshness: 'live' },
    { id: 'b', power: 'battery', freshness: 'live' },
    { id: 'c', power: 'unknown', freshness: 'offline' },
  ] as const;
  expect(viewRegion('lviv', parts, (site) => world.correlator.isOut(site))).toEqual({
    id: 'lviv',
    power: 'battery',
    freshness: 'stale',
    sites: 3,
    sitesOut: ['b'],
  });
});
