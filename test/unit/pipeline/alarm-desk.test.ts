import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPipeline, knownDevice } from '../../support/pipeline.ts';
import { START, sampleOf, statusAt, topology } from '../../support/sample.ts';
import { until } from '../../support/wait.ts';

const ALARM = 'krakivets.ups-1.UPS_ON_BATTERY';
const olena = { name: 'Olena', isVerified: false };
const petro = { name: 'Petro', isVerified: false };

let pipeline: ReturnType<typeof createPipeline>;

beforeEach(() => {
  pipeline = createPipeline();
});

async function say(status: string): Promise<void> {
  const sample = statusAt(pipeline.clock.now(), status);
  await pipeline.ingest.accept({ sample, rejects: [] });
}

const known = () => knownDevice(pipeline.fleet);

const command = (changes: Record<string, unknown> = {}) => ({
  type: 'acknowledge' as const,
  commandId: 'c-1',
  alarmId: ALARM,
  occurrence: 1,
  version: 1,
  ...changes,
});

describe('an acknowledgement', () => {
  it('is answered after its commit and shown to all', async () => {
    await say('OB');
    expect(await pipeline.desk.actOnAlarm(command(), olena)).toEqual({ ok: true, version: 2 });
    expect(pipeline.store.changes.at(-1)?.transition).toMatchObject({
      from: 'UNACK',
      to: 'ACKED',
      actor: 'Olena',
      commandId: 'c-1',
    });
    expect(pipeline.live.told.at(-1)).toBe(`alarm ${ALARM} ACKED`);
  });

  it('sent twice is carried out once, with one answer', async () => {
    await say('OB');
    await pipeline.desk.actOnAlarm(command(), olena);
    const { length } = pipeline.store.changes;
    expect(await pipeline.desk.actOnAlarm(command(), olena)).toEqual({ ok: true, version: 2 });
    expect(pipeline.store.changes).toHaveLength(length);
  });

  it('after another person tells who was first and when', async () => {
    await say('OB');
    await pipeline.desk.actOnAlarm(command(), olena);
    pipeline.clock.ms += 1000;
    expect(await pipeline.desk.actOnAlarm(command({ commandId: 'c-2' }), petro)).toEqual({
      ok: false,
      code: 'SVT_ALREADY_ACKNOWLEDGED',
      by: 'Olena',
      at: START,
    });
  });

  it('of what has changed since is refused without a name', async () => {
    await say('OB');
    expect(await pipeline.desk.actOnAlarm(command({ version: 7 }), olena)).toEqual({
      ok: false,
      code: 'SVT_ALARM_CHANGED',
    });
  });

  it('sent again while its commit is on its way waits for the disk, too', async () => {
    await say('OB');
    const disk = Promise.withResolvers<void>();
    pipeline.store.gate = disk.promise;
    const answers = [
      pipeline.desk.actOnAlarm(command(), olena),
      pipeline.desk.actOnAlarm(command(), olena),
    ];
    expect(await Promise.race([answers[1], nextTurn('on its way')])).toBe('on its way');
    disk.resolve();
    expect(await Promise.all(answers)).toEqual([
      { ok: true, version: 2 },
      { ok: true, version: 2 },
    ]);
  });

  it('says where the journal could not keep it', async () => {
    await say('OB');
    pipeline.store.failure = new Error('disk full');
    expect(await pipeline.desk.actOnAlarm(command(), olena)).toEqual({
      ok: false,
      code: 'SVT_JOURNAL_FAILED',
    });
  });

  it('is not answered for another alarm, whatever its command is called', async () => {
    await say('OB');
    await pipeline.desk.actOnAlarm(command(), olena);
    expect(await pipeline.desk.actOnAlarm(command({ alarmId: 'x' }), olena)).toMatchObject({
      code: 'SVT_NOT_FOUND',
    });
  });

  it('of an unknown alarm is refused', async () => {
    expect(await pipeline.desk.actOnAlarm(command({ alarmId: 'x' }), olena)).toEqual({
      ok: false,
      code: 'SVT_NOT_FOUND',
    });
  });

  it('of an alarm that is normal is refused', async () => {
    await say('OB');
    const [raised] = pipeline.situation.alarms();
    const next = createPipeline();
    if (raised !== undefined) next.store.alarms = [{ ...raised, state: 'NORM' }];
    await next.desk.start();
    expect(await next.desk.actOnAlarm(command(), olena)).toEqual({
      ok: false,
      code: 'SVT_NOT_ACTIVE',
    });
  });
});

function nextTurn<T>(value: T): Promise<T> {
  return new Promise((resolve) => setImmediate(() => resolve(value)));
}

describe('the journal', () => {
  it('gives back the alarms at the start', async () => {
    await say('OB');
    const { store } = pipeline;
    const next = createPipeline(topology(), { store });
    next.clock.ms = pipeline.clock.ms + 1;
    await next.desk.start();
    expect(next.situation.alarm(ALARM)).toEqual(pipeline.situation.alarm(ALARM));
    const before = store.changes.length;
    await next.ingest.accept({ sample: statusAt(START + 1, 'OB'), rejects: [] });
    expect(store.changes).toHaveLength(before);
  });

  it('that fails is logged, and the page is told all the same', async () => {
    pipeline.store.failure = new Error('disk full');
    void say('OB');
    await until(() => pipeline.messages.length > 0, { what: 'the failure in the log' });
    expect(pipeline.messages).toEqual(['journal: a commit is not on disk; it is tried again']);
    expect(pipeline.live.told).toContain(`alarm ${ALARM} UNACK`);
  });
});

describe('a journal that is slow', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('holds the page back no longer than half a second, and the order is kept', async () => {
    vi.useFakeTimers();
    const disk = Promise.withResolvers<void>();
    pipeline.store.gate = disk.promise;
    void say('OB');
    await vi.advanceTimersByTimeAsync(100);
    void say('OB LB');
    await vi.advanceTimersByTimeAsync(399);
    expect(pipeline.live.told).toEqual([]);
    await vi.advanceTimersByTimeAsync(101);
    const alarms = pipeline.live.told.filter((one) => one.startsWith('alarm'));
    expect(alarms).toEqual([
      `alarm ${ALARM} UNACK`,
      'alarm krakivets.SITE_OUTAGE UNACK',
      'alarm krakivets.ups-1.UPS_CRITICAL UNACK',
    ]);
    disk.resolve();
  });

  it('keeps the message from being acknowledged until its alarm is on disk', async () => {
    const disk = Promise.withResolvers<void>();
    pipeline.store.gate = disk.promise;
    let isAccepted = false;
    const said = say('OB').then(() => {
      isAccepted = true;
    });
    await until(() => pipeline.messages.length > 0, { what: 'the page to be told' });
    expect(isAccepted).toBe(false);
    disk.resolve();
    await said;
  });
});

describe('a sample', () => {
  it('that changes nothing promises nothing', async () => {
    await say('OL');
    expect(pipeline.desk.observe(statusAt(START, 'OL'), known())).toBeUndefined();
  });

  it('of the state channel is not evaluated', async () => {
    await say('OB');
    pipeline.desk.silenced(known());
    expect(pipeline.desk.observe(sampleOf({ channel: 'state' }), known())).toBeUndefined();
  });
});

it('follows the rules of a new configuration', async () => {
  pipeline.situation.configure(
    { ...topology(), thresholds: { onBatteryOffDelay: 0 } },
    pipeline.clock.now(),
  );
  await say('OB');
  pipeline.clock.ms += 1;
  await say('OL');
  expect(pipeline.situation.alarm(ALARM)?.state).toBe('RTN_UNACK');
});
