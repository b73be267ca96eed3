import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sample } from '../../../src/contract/sample.ts';
import { createPipeline, type Disks } from '../../support/pipeline.ts';
import { START, statusAt, topology } from '../../support/sample.ts';

const ALARM = 'krakivets.ups-1.UPS_ON_BATTERY';
const HOUR = 3_600_000;

let pipeline: ReturnType<typeof createPipeline>;
let disks: Disks;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
  pipeline = createPipeline();
  disks = pipeline;
  await pipeline.orders.start(topology());
});

afterEach(() => {
  vi.useRealTimers();
});

async function accept(sample: Sample): Promise<void> {
  pipeline.clock.ms = sample.receivedAt;
  await pipeline.ingest.accept({ sample, rejects: [] });
}

/** A message of the UPS at `ts` after the start, `ageMs` old at its receipt. */
const say = (ts: number, status: string, ageMs = 0, changes: Partial<Sample> = {}) =>
  accept(statusAt(START + ts, status, { receivedAt: START + ts + ageMs, ...changes }));

/** A new process on the same disks; nothing of the old one is saved any more. */
async function restart(config = topology()): Promise<void> {
  const { ms } = pipeline.clock;
  vi.clearAllTimers();
  pipeline = createPipeline(config, { store: disks.store, orderStore: disks.orderStore });
  pipeline.clock.ms = ms;
  await pipeline.desk.start();
  await pipeline.orders.start(config);
}

const alarmState = () => pipeline.situation.alarm(ALARM)?.state;
const view = (now = pipeline.clock.ms) => pipeline.fleet.device('krakivets', 'ups-1', now);

describe('after a stop and a start', () => {
  it('what is older than the newest is late', async () => {
    await say(10_000, 'OL');
    await pipeline.orders.stop();
    await restart();
    await say(9999, 'OB', 10_000);
    expect(alarmState()).toBeUndefined();
    expect(view()).toMatchObject({ power: 'unknown', freshness: 'offline' });
    await say(15_000, 'OB', 5000);
    expect(alarmState()).toBe('UNACK');
  });

  it('the newest message counts when it comes again: nothing is shown of it yet', async () => {
    await say(10_000, 'OB', 0, { seq: 7 });
    await pipeline.orders.stop();
    await restart();
    await say(10_000, 'OB', 5000, { seq: 7 });
    expect(view()).toMatchObject({ power: 'battery' });
    const raised = pipeline.store.changes.map(({ alarm }) => alarm.code);
    expect(raised).toEqual(['UPS_ON_BATTERY', 'SITE_OUTAGE']);
  });

  it('a wrong clock is known: its messages count at once, with one offset', async () => {
    for (const ts of [0, 15_000, 30_000]) await say(ts, 'OL', HOUR);
    await pipeline.orders.stop();
    await restart();
    await say(30_000, 'OL', HOUR + 20_000);
    await say(45_000, 'OB', HOUR);
    expect(alarmState()).toBe('UNACK');
    expect(pipeline.spool.lines).toEqual([
      `ups,site=krakivets,device=ups-1 ups.status="OL",clock.offset=-3600000 ${START + 30_000}`,
      `ups,site=krakivets,device=ups-1 ups.status="OB",clock.offset=-3600000 ${START + 45_000}`,
    ]);
    expect(view()?.metrics['ups.status']).toMatchObject({ quality: 'uncertain' });
  });

  it('devices are remembered that are in no configuration, within its limit, the newest', async () => {
    for (const [index, device] of ['ups-7', 'ups-8'].entries()) {
      await say(index * 6000, 'OL', 0, { device });
      await vi.advanceTimersByTimeAsync(6000);
    }
    await restart({ ...topology(), maxUnregistered: 1 });
    expect([...disks.orderStore.orders.keys()]).toEqual(['krakivets/ups-8']);
    await say(5000, 'OB', 10_000, { device: 'ups-8' });
    expect(pipeline.situation.alarms()).toEqual([]);
  });

  it('a device is remembered that is taken out of the configuration and speaks again', async () => {
    await say(10_000, 'OL');
    await pipeline.orders.stop();
    await restart();
    const { krakivets, ...others } = topology().sites;
    pipeline.fleet.configure({ ...topology(), sites: others });
    expect(view()).toBeUndefined();
    pipeline.fleet.configure({
      ...topology(),
      sites: { ...others, ...(krakivets && { krakivets }) },
    });
    await say(9000, 'OB', 10_000);
    expect(alarmState()).toBeUndefined();
  });

  it('a device of another kind than the one of its name begins anew', async () => {
    await say(10_000, 'OL');
    await pipeline.orders.stop();
    const other = topology();
    if (other.sites.krakivets) other.sites.krakivets.devices['ups-1'] = { kind: 'power' };
    await restart(other);
    await say(0, 'OL', 15_000, { kind: 'power', metrics: { 'mains.present': true } });
    expect(view()).toMatchObject({ kind: 'power', power: 'mains' });
  });
});

describe('after kill -9', () => {
  it('a message from before the one that raised an alarm does not end it', async () => {
    await say(10_000, 'OB');
    await restart();
    await say(5000, 'OL', 15_000);
    pipeline.clock.ms = START + 120_000;
    pipeline.desk.tick(pipeline.clock.ms);
    expect(alarmState()).toBe('UNACK');
    expect(view()?.power).toBe('unknown');
  });

  it('what was saved a moment ago is there, with what the journal knows since', async () => {
    await say(0, 'OL', 0, { seq: 1 });
    await vi.advanceTimersByTimeAsync(5000);
    await say(10_000, 'OB', 0, { seq: 2 });
    await restart();
    await say(9000, 'OL', 6000);
    expect(view()?.power).toBe('unknown');
    await say(10_000, 'OB', 6000, { seq: 2 });
    expect(view()?.power).toBe('battery');
  });

  it('a device that set its clock back is not held by what its alarm knows of before', async () => {
    await say(240_000, 'OB', -240_000);
    for (let ts = 5000; ts <= 40_000; ts += 5000) await say(ts, 'OB');
    await pipeline.orders.stop();
    await restart();
    await say(45_000, 'OL');
    expect(view()?.power).toBe('mains');
  });
});

describe('a backlog whose end would raise an alarm', () => {
  it('is on disk before its message is acknowledged, and counts after kill -9', async () => {
    await say(0, 'OL', HOUR);
    await say(5000, 'OB', HOUR - 4000);
    await restart();
    pipeline.ingest.release(pipeline.clock.ms + 999);
    expect(alarmState()).toBeUndefined();
    pipeline.ingest.release(pipeline.clock.ms + 1000);
    await vi.advanceTimersByTimeAsync(0);
    expect(alarmState()).toBe('UNACK');
    expect(view()).toMatchObject({
      freshness: 'offline',
      metrics: { 'ups.status': { value: 'OB' } },
    });
  });

  it('is dropped after kill -9 by a newer message that tells its end', async () => {
    await say(0, 'OB', HOUR);
    await restart();
    await say(5000, 'OL', HOUR - 4000);
    pipeline.ingest.release(pipeline.clock.ms + 1000);
    expect(alarmState()).toBeUndefined();
    expect(view(pipeline.clock.ms)).toMatchObject({ power: 'mains' });
  });

  it.each([
    { what: 'another held one', ageMs: HOUR - 4000 },
    { what: 'a live one', ageMs: 0 },
  ])('raises nothing after kill -9 where $what has told its end', async ({ ageMs }) => {
    await say(0, 'OB', HOUR);
    await say(ageMs === 0 ? HOUR + 500 : 5000, 'OL', ageMs);
    await restart();
    pipeline.ingest.release(pipeline.clock.ms + 1000);
    await vi.advanceTimersByTimeAsync(0);
    expect(pipeline.store.changes).toEqual([]);
  });

  it('is saved once, however many of its messages say so', async () => {
    for (let ts = 0; ts < 50_000; ts += 5000) await say(ts, 'OB', HOUR - ts);
    expect(disks.orderStore.saves).toBe(1);
  });

  const savedHeld = () => disks.orderStore.orders.get('krakivets/ups-1')?.record.held;

  it('is no longer kept when a newer message that was watched ends it', async () => {
    await say(0, 'OB', HOUR);
    expect(savedHeld()).toBeDefined();
    pipeline.clock.ms = START + HOUR + 100;
    pipeline.ingest.watch(statusAt(pipeline.clock.ms, 'OL'));
    await vi.advanceTimersByTimeAsync(5000);
    expect(savedHeld()).toBeUndefined();
  });

  it('is kept also where its message had been watched before', async () => {
    pipeline.clock.ms = START + HOUR;
    const sample = statusAt(START, 'OB', { receivedAt: START + HOUR });
    pipeline.ingest.watch(sample);
    await accept(sample);
    expect(savedHeld()).toBeDefined();
  });

  it('is kept anew where more of it would be an alarm', async () => {
    await say(0, 'OB', HOUR);
    await say(1000, 'OB LB', HOUR - 1000);
    expect(savedHeld()?.values).toMatchObject({ 'ups.status': 'OB LB' });
  });

  it('is no longer kept when the journal has its alarm', async () => {
    await say(0, 'OB', HOUR);
    pipeline.ingest.release(pipeline.clock.ms + 1000);
    await vi.advanceTimersByTimeAsync(0);
    expect(disks.orderStore.orders.get('krakivets/ups-1')?.record).not.toHaveProperty('held');
  });

  it('of a device that is in no configuration counts, too', async () => {
    await say(0, 'OB', HOUR, { device: 'ups-7' });
    await restart();
    pipeline.ingest.release(pipeline.clock.ms + 1000);
    await vi.advanceTimersByTimeAsync(0);
    expect(pipeline.situation.alarms().map(({ id }) => id)).toEqual([
      'krakivets.ups-7.UPS_ON_BATTERY',
    ]);
  });
});

describe('a disk that does not take it', () => {
  it('holds an acknowledgement back no longer than the message is held', async () => {
    disks.orderStore.gate = new Promise(() => {});
    const accepted = say(0, 'OB', HOUR);
    await vi.advanceTimersByTimeAsync(2000);
    await accepted;
    expect(view()?.power).toBe('unknown');
  });

  it('holds no start back where devices are to be forgotten', async () => {
    await say(10_000, 'OL');
    await say(10_000, 'OL', 0, { device: 'ups-7' });
    await pipeline.orders.stop();
    disks.orderStore.failure = new Error('disk full');
    await restart({ ...topology(), maxUnregistered: 0 });
    expect(pipeline.messages).toEqual(['order: what is no longer kept was not deleted']);
    await say(9999, 'OB', 10_000);
    expect(pipeline.situation.alarms()).toEqual([]);
  });

  it('is told in the log, holds no stop back, and the devices are saved when they are heard again', async () => {
    disks.orderStore.failure = new Error('disk full');
    await say(0, 'OL');
    await vi.advanceTimersByTimeAsync(5000);
    expect(pipeline.messages.at(-1)).toMatch(/^order: not saved/);
    disks.orderStore.failure = undefined;
    await say(5000, 'OL');
    await pipeline.orders.stop();
    expect(disks.orderStore.orders.get('krakivets/ups-1')?.record.newestTs).toBe(START + 5000);
  });
});

describe('what is saved', () => {
  it('is the devices that were heard since, every five seconds, however many messages came', async () => {
    for (let ts = 0; ts < 1000; ts += 100) await say(ts, 'OL');
    await vi.advanceTimersByTimeAsync(4999);
    expect(disks.orderStore.saves).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(disks.orderStore.saves).toBe(1);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(disks.orderStore.saves).toBe(1);
  });

  it('goes to the disk a few hundred devices at a time', async () => {
    await restart({ ...topology(), maxUnregistered: 2000 });
    for (let index = 0; index < 1200; index += 1) await say(0, 'OL', 0, { device: `box-${index}` });
    await pipeline.orders.stop();
    expect(disks.orderStore.saves).toBe(3);
    expect(disks.orderStore.orders.size).toBe(1200);
  });

  it('is nothing of a device without a time of its own', async () => {
    await say(0, 'OL', 0, { hasOwnTime: false });
    await pipeline.orders.stop();
    expect(disks.orderStore.saves).toBe(0);
  });
});
