import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Feed } from '../../../src/adapters/live/feed.ts';
import type { Frame, Snapshot } from '../../../src/contract/live.ts';
import type { Readiness } from '../../../src/contract/readiness.ts';
import { createQueries } from '../../../src/pipeline/queries.ts';
import { createPipeline, knownDevice } from '../../support/pipeline.ts';
import { START, sampleOf, statusAt, topology } from '../../support/sample.ts';

/** The feed on the pipeline's live state; `Date` and timers are the test's. */
function open() {
  const { fleet, desk, store, rejects, spool } = createPipeline();
  const clock = { now: () => Date.now() };
  const frames: Frame[] = [];
  const isFull = { value: false };
  const snapshots: Snapshot[] = [];
  const platform: Record<string, Readiness> = { store: { isReady: true, state: 'ok' } };
  const readiness = () => platform;
  const queries = createQueries({ fleet, desk, store, rejects, spool, clock, readiness });
  const feed = new Feed({
    queries,
    clock,
    send: (frame) => frames.push(frame),
    isWatchedInFull: () => isFull.value,
    sendSnapshot: (snapshot) => snapshots.push(snapshot),
  });
  return { feed, fleet, desk, frames, snapshots, platform, isFull };
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

  test('an alarm goes out at once, to its site and to everything', async () => {
    const { feed, fleet, desk, frames } = open();
    for (const name of ['*', 'krakivets', 'shehyni']) feed.room(name);
    const sample = statusAt(START, 'OB');
    fleet.apply(sample);
    await desk.observe(sample, knownDevice(fleet));
    feed.alarmsChanged(desk.alarms());
    expect(frames).toMatchObject([
      { room: '*', alarms: [{ code: 'UPS_ON_BATTERY' }] },
      { room: 'krakivets', alarms: [{ code: 'UPS_ON_BATTERY' }] },
    ]);
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
