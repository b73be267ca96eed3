import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Feed } from '../../../src/adapters/live/feed.ts';
import type { Frame, Snapshot } from '../../../src/contract/live.ts';
import { alarmChange } from '../../support/alarm-change.ts';
import { FakeQueries } from '../../support/fake-queries.ts';
import { incidentOf } from '../../support/incident.ts';
import { START, sampleOf, statusAt, topology } from '../../support/sample.ts';

/** The feed on a state that the test sets; `Date` and timers are the test's. */
function open({ isDriven = false } = {}) {
  const clock = { now: () => Date.now() };
  const frames: Frame[] = [];
  const isFull = { value: false };
  const snapshots: Snapshot[] = [];
  const known = new FakeQueries();
  const feed = new Feed({
    queries: known.queries(clock),
    clock,
    send: (frame) => frames.push(frame),
    isWatched: (_room, detail) => detail === 'full' && isFull.value,
    sendSnapshot: (snapshot) => snapshots.push(snapshot),
    isDriven,
  });
  return { feed, known, fleet: known.fleet, frames, snapshots, platform: known.platform, isFull };
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('rooms', () => {
  test('are sites and everything; nobody knows another one', () => {
    const { feed } = open();
    expect(feed.room('*')).toBe(feed.room('*'));
    expect(feed.room('krakivets')?.name).toBe('krakivets');
    expect(feed.room('odesa')).toBeUndefined();
  });

  test('nothing is said where nobody watches', () => {
    const { feed, frames } = open();
    feed.deviceChanged('krakivets', 'ups-1');
    feed.powerChanged('krakivets', 'ups-1');
    feed.flush(START + 60_000);
    expect(frames).toEqual([]);
  });

  test('a snapshot shows the room alone', () => {
    const { feed } = open();
    const room = feed.room('shehyni');
    if (room === undefined) throw new Error('no room');
    const snapshot = feed.snapshot(room);
    expect(snapshot).toMatchObject({ room: 'shehyni', epoch: feed.epoch, seq: 0, incidents: [] });
    expect(snapshot.sites.map(({ id }) => id)).toEqual(['shehyni']);
    expect(snapshot.devices.map(({ site, id }) => `${site}/${id}`)).toEqual(['shehyni/ups-1']);
  });
});

describe('the monitor itself', () => {
  test('is in each snapshot, and its changes in the next frame, without the details', () => {
    const { feed, frames, platform } = open();
    const room = feed.room('krakivets');
    if (room === undefined) throw new Error('no room');
    expect(feed.snapshot(room).platform).toEqual({ store: { isReady: true, state: 'ok' } });
    feed.flush(START);
    platform.store = { isReady: false, state: 'unauthorized', detail: 'user svitlo at 10.0.0.7' };
    feed.flush(START + 1000);
    feed.flush(START + 2000);
    expect(frames).toHaveLength(1);
    expect(frames[0]).toMatchObject({
      room: 'krakivets',
      platform: { store: { isReady: false, state: 'unauthorized' } },
    });
    expect(JSON.stringify(frames)).not.toContain('10.0.0.7');
  });
});

describe('readings', () => {
  test('are gathered to one frame a second and room, each device once', () => {
    const { feed, fleet, frames } = open();
    feed.room('*');
    feed.room('krakivets');
    feed.start();
    for (let count = 0; count < 50; count += 1) {
      fleet.apply(sampleOf({ ts: START + count, metrics: { 'ups.load': count } }));
      feed.deviceChanged('krakivets', 'ups-1');
    }
    feed.deviceChanged('shehyni', 'ups-1');
    expect(frames).toEqual([]);
    vi.advanceTimersByTime(1000);
    feed.stop();
    const told = frames.map(({ room, devices = [] }) => [
      room,
      ...devices.map(({ site, id }) => `${site}/${id}`),
    ]);
    expect(told).toEqual([
      ['*', 'krakivets/ups-1', 'shehyni/ups-1'],
      ['krakivets', 'krakivets/ups-1'],
    ]);
    expect(frames[1]?.devices?.[0]?.metrics['ups.load']?.value).toBe(49);
  });

  test('carry their site when it is another than was sent last, and only then', () => {
    const { feed, fleet, frames } = open();
    feed.room('*');
    const say = (status: string) => {
      vi.advanceTimersByTime(1000);
      fleet.apply(statusAt(Date.now(), status));
      feed.deviceChanged('krakivets', 'ups-1');
      feed.flush(Date.now());
      return frames.at(-1)?.sites?.map(({ id, power }) => `${id} ${power}`);
    };
    expect(say('OL')).toEqual(['krakivets unknown']);
    expect(say('OL')).toBeUndefined();
    expect(say('OB')).toEqual(['krakivets battery']);
  });

  test('of a device that is known no more are left out', () => {
    const { feed, frames } = open();
    feed.room('*');
    feed.deviceChanged('krakivets', 'gone');
    feed.flush(START);
    expect(frames).toHaveLength(1);
    expect(frames[0]).not.toHaveProperty('devices');
  });
});

describe('a large fleet', () => {
  const sites = Array.from({ length: 100 }, (_, index) => `site-${index}`);

  function openLarge() {
    const opened = open();
    opened.fleet.configure({ ...topology(), maxUnregistered: 2 * sites.length });
    for (const site of sites) opened.fleet.apply(statusAt(START, 'OL', { site }));
    return opened;
  }

  test('is gathered a few devices at a time, into one frame', async () => {
    const { feed, frames } = openLarge();
    feed.room('*');
    feed.start();
    for (const site of sites) feed.deviceChanged(site, 'ups-1');
    vi.advanceTimersToNextTimer();
    expect(frames).toEqual([]);
    await vi.advanceTimersByTimeAsync(10);
    feed.stop();
    expect(frames).toHaveLength(1);
    expect(frames[0]?.devices).toHaveLength(100);
    expect(frames[0]?.sites).toHaveLength(100);
  });

  test('shows no state after a newer one that was urgent', async () => {
    const { feed, fleet, frames } = openLarge();
    feed.room('*');
    feed.start();
    for (const site of sites) feed.deviceChanged(site, 'ups-1');
    vi.advanceTimersToNextTimer();
    fleet.apply(statusAt(START + 1, 'OB', { site: 'site-0' }));
    feed.powerChanged('site-0', 'ups-1');
    await vi.advanceTimersByTimeAsync(10);
    feed.stop();
    expect(frames).toHaveLength(2);
    expect(frames[0]?.devices).toMatchObject([{ site: 'site-0', power: 'battery' }]);
    expect(frames[1]?.devices?.some(({ site }) => site === 'site-0')).toBe(false);
    expect(frames[1]?.sites?.some(({ id }) => id === 'site-0')).toBe(false);
    expect(frames[1]?.devices).toHaveLength(99);
  });

  test('tells a new site with the first of its devices that is urgent', async () => {
    const { feed, fleet, frames } = openLarge();
    fleet.apply(statusAt(START, 'OL', { site: 'site-0', device: 'ups-2' }));
    feed.room('*');
    feed.start();
    for (const site of sites) feed.deviceChanged(site, 'ups-1');
    vi.advanceTimersToNextTimer();
    feed.powerChanged('site-0', 'ups-2');
    await vi.advanceTimersByTimeAsync(10);
    feed.stop();
    const told = frames.flatMap((frame) => frame.sites ?? []).map(({ id }) => id);
    expect(told.toSorted()).toEqual(sites.toSorted());
  });

  test('is told before a snapshot that comes between, which is newer', () => {
    const { feed, frames } = openLarge();
    const room = feed.room('*');
    if (room === undefined) throw new Error('no room');
    feed.start();
    for (const site of sites) feed.deviceChanged(site, 'ups-1');
    vi.advanceTimersToNextTimer();
    expect(feed.snapshot(room).seq).toBe(1);
    feed.stop();
    expect(frames).toHaveLength(1);
    expect(frames[0]?.devices).toHaveLength(100);
  });

  test('is read in the detail that somebody watches', () => {
    const { feed, fleet, frames, isFull } = open();
    feed.room('*');
    fleet.apply(sampleOf({ metrics: { 'ups.load': 40, 'battery.voltage': 270 } }));
    const told = () => {
      feed.deviceChanged('krakivets', 'ups-1');
      feed.flush(START);
      return Object.keys(frames.at(-1)?.devices?.[0]?.metrics ?? {});
    };
    expect(told()).toEqual(['ups.load']);
    isFull.value = true;
    expect(told()).toEqual(['ups.load', 'battery.voltage']);
  });
});

describe('what is urgent', () => {
  test('a change of power goes out at once, with the scanner that it feeds and the site', () => {
    const { feed, fleet, frames } = open();
    feed.room('krakivets');
    feed.room('shehyni');
    fleet.apply(sampleOf({ device: 'scanner-1', kind: 'scanner', metrics: { state: 'ready' } }));
    fleet.apply(statusAt(START, 'OB'));
    feed.deviceChanged('krakivets', 'ups-1');
    feed.powerChanged('krakivets', 'ups-1');
    expect(frames).toMatchObject([
      {
        room: 'krakivets',
        seq: 1,
        devices: [
          { id: 'ups-1', power: 'battery' },
          { id: 'scanner-1', power: 'battery' },
        ],
        sites: [{ id: 'krakivets', power: 'battery' }],
      },
    ]);
    feed.flush(START);
    expect(frames).toHaveLength(1);
  });

  test('an alarm goes out at once, to its site and to everything', () => {
    const { feed, frames } = open();
    for (const name of ['*', 'krakivets', 'shehyni']) feed.room(name);
    feed.alarmsChanged([alarmChange(1).alarm]);
    expect(frames).toMatchObject([
      { room: '*', alarms: [{ code: 'UPS_ON_BATTERY' }] },
      { room: 'krakivets', alarms: [{ code: 'UPS_ON_BATTERY' }] },
    ]);
  });

  test('an incident goes out at once, to the sites that it names and to everything', () => {
    const { feed, frames } = open();
    for (const name of ['*', 'krakivets', 'shehyni']) feed.room(name);
    feed.incidentsChanged([incidentOf(), incidentOf({ id: 'i-2', class: 'platform', sites: [] })]);
    expect(
      frames.map(({ room, incidents = [] }) => [room, ...incidents.map(({ id }) => id)]),
    ).toEqual([
      ['*', 'i-1', 'i-2'],
      ['krakivets', 'i-1', 'i-2'],
      ['shehyni', 'i-2'],
    ]);
  });

  test('what is above sites goes to the rooms of the sites below it', () => {
    const { feed, frames } = open();
    for (const name of ['*', 'krakivets', 'shehyni']) feed.room(name);
    const above = (id: string, region?: string) => {
      const { device: _, ...alarm } = alarmChange(1).alarm;
      return { ...alarm, id, site: '*', ...(region === undefined ? {} : { region }) };
    };
    feed.alarmsChanged([
      above('*.lviv.REGIONAL_OUTAGE', 'lviv'),
      above('*.queue:3.1.REGIONAL_OUTAGE', 'queue:3.1'),
      above('*.odesa.REGIONAL_OUTAGE', 'odesa'),
      above('*.PLATFORM_FAULT'),
    ]);
    expect(frames.map(({ room, alarms = [] }) => [room, ...alarms.map(({ id }) => id)])).toEqual([
      [
        '*',
        '*.lviv.REGIONAL_OUTAGE',
        '*.queue:3.1.REGIONAL_OUTAGE',
        '*.odesa.REGIONAL_OUTAGE',
        '*.PLATFORM_FAULT',
      ],
      ['krakivets', '*.lviv.REGIONAL_OUTAGE', '*.queue:3.1.REGIONAL_OUTAGE', '*.PLATFORM_FAULT'],
      ['shehyni', '*.PLATFORM_FAULT'],
    ]);
  });

  test('a snapshot shows the alarms and incidents of the room, those above it too', () => {
    const { feed, known } = open();
    const region = {
      ...alarmChange(1).alarm,
      id: '*.lviv.REGIONAL_OUTAGE',
      site: '*',
      region: 'lviv',
    };
    const wide = { ...region, id: '*.WIDE_AREA_OUTAGE', region: undefined };
    for (const alarm of [region, wide, alarmChange(1).alarm]) {
      known.alarms.set(alarm.id, alarm as typeof region);
    }
    known.incidents.push(incidentOf(), incidentOf({ id: 'i-0', state: 'resolved' }));
    const shown = (name: string) => {
      const room = feed.room(name);
      if (room === undefined) throw new Error('no room');
      const { alarms, incidents } = feed.snapshot(room);
      return [...alarms, ...incidents].map(({ id }) => id);
    };
    const own = 'krakivets.ups-1.UPS_ON_BATTERY';
    expect(shown('*')).toEqual([region.id, wide.id, own, 'i-1']);
    expect(shown('krakivets')).toEqual([region.id, wide.id, own, 'i-1']);
    expect(shown('shehyni')).toEqual([wide.id]);
  });

  test('a resolved incident is told once as resolved', () => {
    const { feed, frames } = open();
    feed.room('krakivets');
    feed.incidentsChanged([incidentOf()]);
    feed.incidentsChanged([incidentOf({ state: 'resolved', revision: 2, resolvedAt: START })]);
    vi.advanceTimersByTime(10_000);
    const told = frames.flatMap(({ incidents = [] }) => incidents.map(({ state }) => state));
    expect(told).toEqual(['open', 'resolved']);
  });
});

describe('a storm', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => alarmChange(1, `ups-${index}`).alarm);

  test('of alarms, one every 2 ms, is told in few frames, and every step of it', () => {
    const { feed, frames } = open();
    feed.room('*');
    const alarms = many(2500);
    for (const alarm of alarms) {
      feed.alarmsChanged([alarm]);
      vi.advanceTimersByTime(2);
    }
    vi.advanceTimersByTime(250);
    expect(frames.length).toBeLessThanOrEqual(4 * 5 + 6);
    expect(frames.flatMap(({ alarms: told = [] }) => told)).toEqual(alarms);
  });

  test('of 5,000 alarms at once is told in several frames, with other work between', () => {
    const { feed, frames } = open();
    feed.room('*');
    const alarms = many(5000);
    feed.alarmsChanged(alarms);
    expect(frames).toHaveLength(1);
    vi.advanceTimersByTime(250);
    expect(frames.map(({ alarms: told = [] }) => told.length)).toEqual([
      1000, 1000, 1000, 1000, 1000,
    ]);
    expect(frames.flatMap(({ alarms: told = [] }) => told)).toEqual(alarms);
  });

  test('waits no longer than 250 ms, and leaves no lone alarm waiting after it', () => {
    const { feed, frames } = open();
    feed.room('*');
    const [first, ...rest] = many(100);
    if (first === undefined) throw new Error('no alarm');
    for (const alarm of rest) feed.alarmsChanged([alarm]);
    const before = frames.length;
    vi.advanceTimersByTime(250);
    expect(frames.flatMap(({ alarms = [] }) => alarms)).toHaveLength(99);
    expect(frames.length).toBe(before + 1);
    vi.advanceTimersByTime(500);
    feed.alarmsChanged([first]);
    expect(frames.at(-1)?.alarms).toEqual([first]);
  });

  test('of steps of one alarm leaves none out', () => {
    const { feed, frames } = open();
    feed.room('*');
    for (let version = 1; version <= 9; version += 1)
      feed.alarmsChanged([alarmChange(version).alarm]);
    vi.advanceTimersByTime(250);
    const versions = frames.flatMap(({ alarms = [] }) => alarms.map(({ version }) => version));
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('of lost mains is told within 250 ms, each device with its newest state', async () => {
    const { feed, fleet, frames } = open();
    const sites = Array.from({ length: 1500 }, (_, index) => `site-${index}`);
    fleet.configure({ ...topology(), maxUnregistered: sites.length });
    feed.room('*');
    for (const site of sites) {
      fleet.apply(statusAt(START, 'OB', { site }));
      feed.powerChanged(site, 'ups-1');
    }
    await vi.advanceTimersByTimeAsync(250);
    const told = frames.flatMap(({ devices = [] }) => devices);
    expect(new Set(told.map(({ site }) => site)).size).toBe(1500);
    expect(told.every(({ power }) => power === 'battery')).toBe(true);
    expect(told).toHaveLength(1500);
    expect(frames.length).toBeLessThanOrEqual(8);
    expect(Math.max(...frames.map(({ devices = [] }) => devices.length))).toBeLessThanOrEqual(1025);
  });

  test('of lost mains waits for readings that are being gathered, and is not forgotten', async () => {
    const { feed, fleet, frames } = open();
    feed.room('*');
    feed.start();
    feed.powerChanged('krakivets', 'ups-1');
    await vi.advanceTimersByTimeAsync(998);
    const sites = Array.from({ length: 400 }, (_, index) => `site-${index}`);
    fleet.configure({ ...topology(), maxUnregistered: sites.length });
    for (const site of sites) fleet.apply(statusAt(START, 'OL', { site }));
    for (const site of sites) feed.deviceChanged(site, 'ups-1');
    feed.powerChanged('krakivets', 'ups-1');
    vi.advanceTimersByTime(2);
    fleet.apply(statusAt(Date.now(), 'OB', { site: 'shehyni' }));
    feed.powerChanged('shehyni', 'ups-1');
    await vi.advanceTimersByTimeAsync(100);
    feed.stop();
    const told = frames.flatMap(({ devices = [] }) => devices);
    expect(told.filter(({ site }) => site === 'shehyni')).toMatchObject([{ power: 'battery' }]);
  });

  test('in simulated time is told at once, each step in its frame', () => {
    const { feed, frames } = open({ isDriven: true });
    feed.room('*');
    const alarms = many(3);
    for (const alarm of alarms) feed.alarmsChanged([alarm]);
    feed.powerChanged('krakivets', 'ups-1');
    feed.powerChanged('shehyni', 'ups-1');
    expect(frames).toHaveLength(5);
    feed.alarmsChanged(many(5000));
    expect(frames).toHaveLength(6);
  });

  test('that waits when the second is flushed goes out with it', () => {
    const { feed, frames } = open();
    feed.room('*');
    feed.incidentsChanged([incidentOf()]);
    feed.incidentsChanged([incidentOf({ revision: 2 })]);
    feed.flush(START);
    expect(frames.flatMap(({ incidents = [] }) => incidents)).toHaveLength(2);
    feed.stop();
  });
});

describe('the beat', () => {
  test('comes at least every 5 s where nothing happens, as an empty frame', () => {
    const { feed, frames } = open();
    feed.room('*');
    feed.start();
    vi.advanceTimersByTime(60_000);
    feed.stop();
    const times = [START, ...frames.map(({ serverTime }) => serverTime)];
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5000);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(4000);
    expect(frames[0]).toEqual({ room: '*', seq: 1, serverTime: START + 4000 });
  });

  test('goes on when the clock is set back', () => {
    const { feed, frames } = open();
    feed.room('*');
    feed.flush(START - 3_600_000);
    expect(frames).toHaveLength(1);
  });
});

test('a new configuration is shown to every room by a snapshot, which frames cannot replace', () => {
  const { feed, fleet, frames, snapshots } = open();
  const room = feed.room('*');
  feed.room('krakivets');
  feed.deviceChanged('shehyni', 'ups-1');
  const { krakivets } = topology().sites;
  fleet.configure({ ...topology(), sites: krakivets === undefined ? {} : { krakivets } });
  feed.topologyChanged();
  expect(snapshots.map(({ room: name, seq }) => [name, seq])).toEqual([
    ['*', 1],
    ['krakivets', 1],
  ]);
  expect(snapshots[0]?.sites.map(({ id }) => id)).toEqual(['krakivets']);
  expect(room?.since(0, 'summary')).toBeUndefined();
  feed.flush(START);
  expect(frames).toEqual([]);
});
