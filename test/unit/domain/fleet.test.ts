import { describe, expect, it } from 'vitest';
import { Fleet } from '../../../src/domain/fleet.ts';
import { onlineAt, START, sampleOf, statusAt, topology } from '../../support/sample.ts';

const ONE_HOUR = 3_600_000;

describe('a message that is current', () => {
  it('moves the live state and tells a change of power', () => {
    const fleet = new Fleet(topology());
    const current = { outcome: 'current', isClockWrong: false };
    expect(fleet.apply(statusAt(START, 'OL'))).toMatchObject({ ...current, isPowerChanged: true });
    expect(fleet.apply(statusAt(START + 1, 'OL'))).toMatchObject({
      ...current,
      isPowerChanged: false,
    });
    expect(fleet.apply(statusAt(START + 2, 'OB'))).toMatchObject({
      ...current,
      isPowerChanged: true,
    });
    expect(fleet.device('krakivets', 'ups-1', START + 2)).toMatchObject({
      power: 'battery',
      freshness: 'live',
      lastSeen: START + 2,
    });
  });

  it('gives a site the worst power source of its devices', () => {
    const fleet = new Fleet(topology());
    fleet.apply(statusAt(START, 'OB LB'));
    fleet.apply(sampleOf({ device: 'supply', kind: 'power', metrics: { 'mains.present': false } }));
    expect(fleet.site('krakivets', START)).toEqual({
      id: 'krakivets',
      name: { uk: 'Краківець', en: 'Krakivets' },
      region: 'lviv',
      lat: 49.96,
      lon: 23.12,
      queue: '3.1',
      power: 'low',
      freshness: 'stale',
    });
  });

  it('is taken with uncertain quality when the device has a wrong clock', () => {
    const fleet = new Fleet(topology());
    const wrongAt = (ts: number) =>
      fleet.apply(statusAt(START + ts, 'OL', { receivedAt: START + ts + ONE_HOUR }));
    expect([wrongAt(0), wrongAt(15_000)]).toEqual([{ outcome: 'held' }, { outcome: 'held' }]);
    expect(wrongAt(30_000)).toMatchObject({
      outcome: 'current',
      isPowerChanged: true,
      isClockWrong: true,
    });
    const device = fleet.device('krakivets', 'ups-1', START + ONE_HOUR + 30_000);
    expect(device?.metrics['ups.status']?.quality).toBe('uncertain');
    expect(device?.freshness).toBe('live');
  });
});

describe('a message that is late', () => {
  it('leaves the live state and the last sign of life as they are', () => {
    const fleet = new Fleet(topology());
    fleet.apply(statusAt(START + 10, 'OL'));
    expect(fleet.apply(statusAt(START, 'OB', { receivedAt: START + 20 }))).toEqual({
      outcome: 'late',
    });
    const backfill = statusAt(START + 30, 'OB', { isBackfill: true });
    expect(fleet.apply(backfill)).toEqual({ outcome: 'late' });
    expect(fleet.device('krakivets', 'ups-1', START + 30)).toMatchObject({
      power: 'mains',
      lastSeen: START + 10,
    });
  });
});

describe('a backlog', () => {
  const old = (ts: number, status: string) =>
    statusAt(START + ts, status, { receivedAt: START + ONE_HOUR + ts / 1000 });

  it('is read to its end before its newest message counts', () => {
    const fleet = new Fleet(topology());
    expect(fleet.apply(old(0, 'OB'))).toEqual({ outcome: 'held' });
    expect(fleet.apply(old(5000, 'OL'))).toEqual({ outcome: 'held' });
    expect(fleet.device('krakivets', 'ups-1', START + ONE_HOUR)?.power).toBe('unknown');
    expect(fleet.release(START + ONE_HOUR + 1004)).toEqual([]);
    expect(fleet.release(START + ONE_HOUR + 1005)).toMatchObject([
      { sample: old(5000, 'OL'), isPowerChanged: true },
    ]);
    expect(fleet.release(START + ONE_HOUR + 2000)).toEqual([]);
    expect(fleet.device('krakivets', 'ups-1', START + ONE_HOUR + 2000)?.power).toBe('mains');
  });

  it('is dropped from the live state by a newer message that is current', () => {
    const fleet = new Fleet(topology());
    fleet.apply(old(0, 'OB'));
    fleet.apply(statusAt(START + ONE_HOUR + 500, 'OL'));
    expect(fleet.release(START + ONE_HOUR + 5000)).toEqual([]);
    expect(fleet.device('krakivets', 'ups-1', START + ONE_HOUR + 5000)?.power).toBe('mains');
  });
});

describe('the state channel', () => {
  it('takes a device offline at once, and its next message brings it back', () => {
    const fleet = new Fleet(topology());
    fleet.apply(statusAt(START, 'OL'));
    fleet.apply(onlineAt(START + 1, false));
    expect(fleet.device('krakivets', 'ups-1', START + 1)).toMatchObject({
      freshness: 'offline',
      power: 'unknown',
      metrics: { online: { value: false } },
    });
    fleet.apply(onlineAt(START + 2, true));
    expect(fleet.device('krakivets', 'ups-1', START + 2)).toMatchObject({
      freshness: 'live',
      power: 'mains',
      metrics: { online: { value: true } },
    });
  });

  it('does not take a device offline by a message older than its newest', () => {
    const fleet = new Fleet(topology());
    fleet.apply(statusAt(START + 10, 'OL'));
    const late = onlineAt(START, false, { hasOwnTime: true });
    expect(fleet.apply(late)).toEqual({ outcome: 'late' });
    expect(fleet.device('krakivets', 'ups-1', START + 10)?.freshness).toBe('live');
  });

  it.each([true, false])('retained with online %s never proves a sign of life', (online) => {
    const fleet = new Fleet(topology());
    const retained = onlineAt(START, online, { isRetained: true });
    expect(fleet.apply(retained)).toEqual({ outcome: 'ignored' });
    expect(fleet.device('krakivets', 'ups-1', START)).toMatchObject({ freshness: 'offline' });
    expect(fleet.device('krakivets', 'ups-1', START)).not.toHaveProperty('lastSeen');
  });

  it('retained and offline does not take down a device that was heard since', () => {
    const fleet = new Fleet(topology());
    fleet.apply(statusAt(START, 'OL'));
    fleet.apply(onlineAt(START + 1, false, { isRetained: true }));
    expect(fleet.device('krakivets', 'ups-1', START + 1)?.freshness).toBe('live');
  });
});

describe('the power source of a scanner', () => {
  const powerAt = (fleet: Fleet, now: number) => fleet.device('krakivets', 'scanner-1', now)?.power;

  function heardScanner(changes = topology()): Fleet {
    const fleet = new Fleet(changes);
    fleet.apply(sampleOf({ device: 'scanner-1', kind: 'scanner', metrics: { state: 'ready' } }));
    return fleet;
  }

  it('is that of the UPS that feeds it', () => {
    const fleet = heardScanner();
    expect(powerAt(fleet, START)).toBe('unknown');
    fleet.apply(statusAt(START, 'OB'));
    expect(powerAt(fleet, START)).toBe('battery');
  });

  it('is unknown once that UPS has fallen silent', () => {
    const fleet = heardScanner();
    fleet.apply(statusAt(START, 'OL'));
    fleet.apply(onlineAt(START + 1, false));
    expect(powerAt(fleet, START + 1)).toBe('unknown');
  });

  it('is unknown where a feed is not configured or has no power of its own', () => {
    const strange = topology();
    const { krakivets } = strange.sites;
    if (krakivets !== undefined) {
      krakivets.devices['scanner-1'] = { kind: 'scanner', poweredBy: ['ups-9', 'scanner-1'] };
    }
    const fleet = heardScanner(strange);
    expect(powerAt(fleet, START)).toBe('unknown');
  });

  it.each([{ poweredBy: [] }, {}])('is not shown with %j in the configuration', (feeds) => {
    const bare = topology();
    const { krakivets } = bare.sites;
    if (krakivets !== undefined) krakivets.devices['scanner-1'] = { kind: 'scanner', ...feeds };
    expect(powerAt(heardScanner(bare), START)).toBeUndefined();
  });

  it('names the devices that a UPS feeds', () => {
    const fleet = new Fleet(topology());
    expect(fleet.poweredFrom('krakivets', 'ups-1')).toEqual(['ups-1', 'scanner-1']);
    expect(fleet.poweredFrom('krakivets', 'supply')).toEqual(['supply']);
    expect(fleet.poweredFrom('nowhere', 'ups-1')).toEqual(['ups-1']);
  });
});

describe('a device that is not in the configuration', () => {
  it('is accepted as unregistered, and its site is shown by its identifier', () => {
    const fleet = new Fleet(topology());
    fleet.apply(statusAt(START, 'OL', { site: 'elsewhere' }));
    expect(fleet.device('elsewhere', 'ups-1', START)?.registered).toBe(false);
    expect(fleet.site('elsewhere', START)).toEqual({
      id: 'elsewhere',
      name: { uk: 'elsewhere', en: 'elsewhere' },
      power: 'mains',
      freshness: 'live',
    });
    expect(fleet.sites(START).map(({ id }) => id)).toEqual(['krakivets', 'shehyni', 'elsewhere']);
  });

  it('may be called like something that every object has', () => {
    const fleet = new Fleet(topology());
    const device = 'constructor';
    fleet.apply(sampleOf({ site: device, device }));
    fleet.configure(topology());
    const name = { uk: device, en: device };
    expect(fleet.site(device, START)).toMatchObject({ name });
    expect(fleet.sites(START).find(({ id }) => id === device)).toMatchObject({ name });
    expect(fleet.device(device, device, START)).toMatchObject({ registered: false });
    expect(fleet.poweredFrom(device, device)).toEqual([device]);
  });

  it('is rejected beyond the most that may be unregistered', () => {
    const fleet = new Fleet(topology());
    for (const device of ['ups-7', 'ups-8']) fleet.apply(sampleOf({ device }));
    expect(fleet.apply(sampleOf({ device: 'ups-9' }))).toMatchObject({
      outcome: 'rejected',
      reason: 'too_many_unregistered',
    });
    expect(fleet.apply(sampleOf({ device: 'ups-8' })).outcome).toBe('current');
    expect(fleet.device('krakivets', 'ups-9', START)).toBeUndefined();
  });

  it('is rejected under a kind other than the known one', () => {
    const fleet = new Fleet(topology());
    expect(fleet.apply(sampleOf({ kind: 'power' }))).toEqual({
      outcome: 'rejected',
      reason: 'kind_conflict',
      detail: 'expected ups, as it is known',
    });
  });
});

describe('a new configuration', () => {
  it('keeps what is known, takes in, takes out and makes room', () => {
    const fleet = new Fleet(topology());
    fleet.apply(statusAt(START, 'OB'));
    for (const device of ['ups-7', 'ups-8']) fleet.apply(sampleOf({ device }));
    const next = topology();
    next.sites = {
      krakivets: {
        name: { uk: 'Краківець', en: 'Krakivets' },
        devices: { 'ups-7': { kind: 'ups' }, supply: { kind: 'ups' } },
      },
    };
    fleet.configure(next);
    const seen = fleet.devices(START).map(({ id, kind, registered }) => ({ id, kind, registered }));
    expect(seen).toEqual([
      { id: 'ups-1', kind: 'ups', registered: false },
      { id: 'supply', kind: 'ups', registered: true },
      { id: 'ups-7', kind: 'ups', registered: true },
      { id: 'ups-8', kind: 'ups', registered: false },
    ]);
    expect(fleet.device('krakivets', 'ups-1', START)?.power).toBe('battery');
    expect(fleet.site('shehyni', START)).toBeUndefined();
    expect(fleet.apply(sampleOf({ device: 'ups-9' }))).toMatchObject({ outcome: 'rejected' });
  });
});

describe('changes of freshness', () => {
  it('are told once each', () => {
    const fleet = new Fleet(topology());
    fleet.apply(statusAt(START, 'OL'));
    expect(fleet.freshnessChanges(START)).toHaveLength(4);
    expect(fleet.freshnessChanges(START + 9999)).toEqual([]);
    expect(fleet.freshnessChanges(START + 10_000)).toMatchObject([
      { site: 'krakivets', id: 'ups-1', freshness: 'stale' },
    ]);
    expect(fleet.freshnessChanges(START + 11_000)).toEqual([]);
    expect(fleet.freshnessChanges(START + 25_000)).toMatchObject([
      { site: 'krakivets', id: 'ups-1', freshness: 'offline', power: 'unknown' },
    ]);
  });
});

it('lists the devices of one site', () => {
  const fleet = new Fleet(topology());
  expect(fleet.devices(START, 'shehyni').map(({ id }) => id)).toEqual(['ups-1']);
});
