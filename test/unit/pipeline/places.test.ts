import { expect, test } from 'vitest';
import type { SiteConfig } from '../../../src/contract/config.ts';
import { Places } from '../../../src/pipeline/places.ts';
import { topology } from '../../support/sample.ts';

function places() {
  const { krakivets, ...others } = topology().sites;
  if (krakivets === undefined) throw new Error('the topology has no krakivets');
  const devices: SiteConfig['devices'] = {
    ...krakivets.devices,
    'ups-2': { kind: 'ups', feed: 'b' },
    'scanner-2': { kind: 'scanner', poweredBy: ['ups-1', 'ups-2'], mobile: true },
    'scanner-3': { kind: 'scanner', safeShutdown: 90, donor: 'USA' },
  };
  return new Places({ sites: { krakivets: { ...krakivets, devices }, ...others } });
}

test('a site’s devices are parted by kind, with their feeds', () => {
  const place = places().of('krakivets');
  expect(place?.ups).toEqual([{ id: 'ups-1' }, { id: 'ups-2', feed: 'b' }]);
  expect(place?.supplies).toEqual([{ id: 'supply' }]);
  expect(place?.schedule).toEqual({
    site: 'krakivets',
    region: 'lviv',
    queue: '3.1',
    exempt: undefined,
  });
});

test('a scanner’s safe shutdown is its own, else what its kind usually needs', () => {
  const scanners = places().of('krakivets')?.scanners ?? [];
  expect(scanners.map((one) => [one.id, one.safeShutdownSeconds, one.isMobile])).toEqual([
    ['scanner-1', 480, false],
    ['scanner-2', 600, true],
    ['scanner-3', 90, false],
  ]);
  expect(scanners.map(({ donor }) => donor)).toEqual([undefined, undefined, 'USA']);
});

test('the scanners of a UPS are those that take their power from it', () => {
  const fedBy = (ups: string) =>
    places()
      .fedBy('krakivets', ups)
      .map(({ id }) => id);
  expect(fedBy('ups-1')).toEqual(['scanner-1', 'scanner-2']);
  expect(fedBy('ups-2')).toEqual(['scanner-2']);
  expect(places().fedBy('nowhere', 'ups-1')).toEqual([]);
});

test('what is not configured has no place, whatever it is called', () => {
  expect(places().of('nowhere')).toBeUndefined();
  expect(places().of('constructor')).toBeUndefined();
  expect(
    places()
      .all()
      .map(({ schedule }) => schedule.site),
  ).toEqual(['krakivets', 'shehyni']);
});

test('a site is worked out once', () => {
  const known = places();
  expect(known.of('krakivets')).toBe(known.of('krakivets'));
});
