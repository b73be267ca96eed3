import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/contract/sample.ts';
import { Fleet } from '../../../src/domain/fleet.ts';
import { onlineAt, START, sampleOf, statusAt, topology } from '../../support/sample.ts';

const ONE_HOUR = 3_600_000;

describe('a message that is current', () => {
  it('moves the live state and tells a change of power', () => {
    const fleet = new Fleet(topology());
    const current = { outcome: 'current', clockOffsetMs: undefined };
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
    expect([wrongAt(0).outcome, wrongAt(15_000).outcome]).toEqual(['held', 'held']);
    expect(wrongAt(30_000)).toMatchObject({
      outcome: 'current',
      isPowerChanged: true,
      clockOffsetMs: -ONE_HOUR,
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
    expect(fleet.apply(statusAt(START, 'OB', { receivedAt: START + 20 })).outcome).toBe('late');
    const backfill = statusAt(START + 30, 'OB', { isBackfill: true });
    expect(fleet.apply(backfill).outcome).toBe('late');
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
    expect(fleet.apply(old(0, 'OB')).outcome).toBe('held');
    expect(fleet.apply(old(5000, 'OL')).outcome).toBe('held');
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

describe('a backlog of messages that each tell a part', () => {
  const part = (ts: number, metrics: Sample['metrics']) =>
    sampleOf({ ts: START + ts, receivedAt: START + ONE_HOUR + ts / 1000, metrics });
  const known = (fleet: Fleet) => {
    const device = fleet.device('krakivets', 'ups-1', START + ONE_HOUR + 2000);
    const { 'ups.status': status, 'battery.charge': charge } = device?.metrics ?? {};
    return { power: device?.power, status, charge };
  };

  it('counts as a whole, each value with its own time', () => {
    const fleet = new Fleet(topology());
    fleet.apply(part(0, { 'ups.status': 'OB' }));
    fleet.apply(part(5000, { 'battery.charge': 80 }));
    fleet.release(START + ONE_HOUR + 1005);
    expect(known(fleet)).toEqual({
      power: 'battery',
      status: { value: 'OB', ts: START, quality: 'good' },
      charge: { value: 80, ts: START + 5000, quality: 'good' },
    });
  });

  it('counts before a newer one that is current and tells another part', () => {
    const fleet = new Fleet(topology());
    fleet.apply(part(0, { 'ups.status': 'OB' }));
    const current = sampleOf({ ts: START + ONE_HOUR, metrics: { 'battery.charge': 80 } });
    expect(fleet.apply(current)).toMatchObject({ outcome: 'current', isPowerChanged: true });
    expect(known(fleet)).toMatchObject({ power: 'battery', charge: { value: 80 } });
    expect(fleet.releaseAt()).toBeUndefined();
  });

  it('is not touched by the state channel', () => {
    const fleet = new Fleet(topology());
    fleet.apply(part(0, { 'ups.status': 'OB' }));
    fleet.apply(onlineAt(START + ONE_HOUR + 1, true));
    expect(known(fleet).power).toBe('unknown');
    expect(fleet.releaseAt()).toBe(START + ONE_HOUR + 1000);
    fleet.release(START + ONE_HOUR + 1000);
    expect(known(fleet).power).toBe('battery');
  });
});

describe('a backlog that does not come nearer to the present', () => {
  it('is not waited for: a clock that runs at half speed, twice a second', () => {
    const fleet = new Fleet(topology());
    const say = (ms: number) => {
      const receivedAt = START + ONE_HOUR + ms;
      fleet.apply(statusAt(START + ms / 2, 'OB', { receivedAt }));
      return fleet.release(receivedAt);
    };
    expect([0, 500].map(say)).toEqual([[], []]);
    expect(say(1000)).toHaveLength(1);
  });

  it('is not waited for: one message again and again', () => {
    const fleet = new Fleet(topology());
    const old = (ms: number) => statusAt(START, 'OB', { receivedAt: START + ONE_HOUR + ms });
    expect(fleet.apply(old(0)).outcome).toBe('held');
    for (const ms of [400, 800]) expect(fleet.apply(old(ms)).outcome).toBe('duplicate');
    expect(fleet.release(START + ONE_HOUR + 1000)).toHaveLength(1);
    expect(fleet.apply(old(1200)).outcome).toBe('duplicate');
    expect(fleet.releaseAt()).toBeUndefined();
  });
});

describe('the same message again', () => {
  it('is no sign of life and changes nothing', () => {
    const fleet = new Fleet(topology());
    fleet.apply(statusAt(START, 'OB', { seq: 5 }));
    const again = statusAt(START, 'OB', { seq: 5, receivedAt: START + 50_000 });
    expect(fleet.apply(again)).toMatchObject({ outcome: 'duplicate' });
    expect(fleet.device('krakivets', 'ups-1', START + 50_000)).toMatchObject({
      lastSeen: START,
      freshness: 'offline',
    });
  });

  it.each([
    { about: 'another number', changes: { seq: 6 } },
    { about: 'another value', changes: { metrics: { 'ups.status': 'OB LB' } } },
  ])('is another one with $about', ({ changes }) => {
    const fleet = new Fleet(topology());
    fleet.apply(statusAt(START, 'OB', { seq: 5 }));
    const other = statusAt(START, 'OB', { receivedAt: START + 10, ...changes });
    expect(fleet.apply(other).outcome).toBe('current');
    expect(fleet.device('krakivets', 'ups-1', START)?.lastSeen).toBe(START + 10);
  });

  it('of the state channel is none either', () => {
    const fleet = new Fleet(topology());
    const online = onlineAt(START, true, { hasOwnTime: true });
    fleet.apply(online);
    expect(fleet.apply({ ...online, receivedAt: START + 50_000 }).outcome).toBe('duplicate');
    expect(fleet.device('krakivets', 'ups-1', START)?.lastSeen).toBe(START);
  });
});

describe('telemetry that the broker had retained', () => {
  it('shows what it says and proves no life', () => {
    const fleet = new Fleet(topology());
    fleet.apply(statusAt(START, 'OB', { isRetained: true }));
    expect(fleet.device('krakivets', 'ups-1', START)).toMatchObject({
      freshness: 'offline',
      metrics: { 'ups.status': { value: 'OB' } },
    });
  });

  it('without a time of its own says nothing: nobody knows how old it is', () => {
    const fleet = new Fleet(topology());
    const retained = statusAt(START, 'OB', { isRetained: true, hasOwnTime: false });
    expect(fleet.apply(retained).outcome).toBe('ignored');
    expect(fleet.device('krakivets', 'ups-1', START)?.metrics).toEqual({});
  });
});

describe('when our own clock is set', () => {
  it.each([3_600_000, -3_600_000])(
    'by %i ms, silence and a backlog last as long as they would',
    (ms) => {
      const fleet = new Fleet(topology());
      fleet.apply(statusAt(START, 'OL', { device: 'ups-7' }));
      fleet.apply(statusAt(START - ONE_HOUR, 'OB', { receivedAt: START }));
      fleet.shiftTimes(ms, START + 500 + ms);
      expect(fleet.device('krakivets', 'ups-7', START + 500 + ms)).toMatchObject({
        lastSeen: START + ms,
        freshness: 'live',
      });
      expect(fleet.release(START + 999 + ms)).toEqual([]);
      expect(fleet.release(START + 1000 + ms)).toHaveLength(1);
    },
  );
});

describe('the state channel', () => {
  it('makes no telemetry late: a device says that it is there, then sends its backlog', () => {
    const fleet = new Fleet(topology());
    fleet.apply(onlineAt(START + ONE_HOUR, true, { hasOwnTime: true }));
    const old = statusAt(START, 'OB', { receivedAt: START + ONE_HOUR + 1 });
    expect(fleet.apply(old).outcome).toBe('held');
  });

  it('is late when older than its own newest, until a clock was set back', () => {
    const fleet = new Fleet(topology());
    const said = (ts: number, online: boolean) =>
      fleet.apply(onlineAt(START + ts, online, { hasOwnTime: true })).outcome;
    expect([said(240_000, true), said(0, false)]).toEqual(['current', 'late']);
    fleet.apply(statusAt(START + 240_000, 'OL'));
    for (let ts = 0; ts <= 30_000; ts += 5000) fleet.apply(statusAt(START + ts, 'OL'));
    expect(said(30_000, false)).toBe('current');
  });

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
    expect(fleet.apply(late).outcome).toBe('late');
    expect(fleet.device('krakivets', 'ups-1', START + 10)?.freshness).toBe('live');
  });

  it.each([true, false])('retained with online %s never proves a sign of life', (online) => {
    const fleet = new Fleet(topology());
    const retained = onlineAt(START, online, { isRetained: true });
    expect(fleet.apply(retained).outcome).toBe('ignored');
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
    expect(fleet.apply(sampleOf({ device: 'ups-8', ts: START + 1 })).outcome).toBe('current');
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

it('counts devices by the freshness that was found last; a device never looked at is offline', () => {
  const fleet = new Fleet(topology());
  fleet.apply(statusAt(START, 'OL'));
  expect(fleet.freshnessCounts()).toEqual({ live: 0, stale: 0, offline: 4 });
  fleet.freshnessChanges(START);
  expect(fleet.freshnessCounts()).toEqual({ live: 1, stale: 0, offline: 3 });
  fleet.freshnessChanges(START + 10_000);
  expect(fleet.freshnessCounts()).toEqual({ live: 0, stale: 1, offline: 3 });
});

it('lists the devices of one site', () => {
  const fleet = new Fleet(topology());
  expect(fleet.devices(START, 'shehyni').map(({ id }) => id)).toEqual(['ups-1']);
});
