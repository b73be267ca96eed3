import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPipeline } from '../../support/pipeline.ts';
import { START, sampleOf, statusAt } from '../../support/sample.ts';

const ALARM = 'krakivets.ups-1.UPS_ON_BATTERY';
const ONE_HOUR = 3_600_000;

let pipeline: ReturnType<typeof createPipeline>;

beforeEach(() => {
  pipeline = createPipeline();
  pipeline.tick.step(START);
  pipeline.live.told.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

async function say(afterMs: number, status: string, receivedAfterMs = afterMs): Promise<void> {
  const sample = statusAt(START + afterMs, status, { receivedAt: START + receivedAfterMs });
  pipeline.clock.ms = sample.receivedAt;
  await pipeline.ingest.accept({ sample, rejects: [] });
}

/** Steps once a second up to and including `toMs` after the start. */
async function stepUntil(fromMs: number, toMs: number): Promise<void> {
  for (let ms = fromMs; ms <= toMs; ms += 1000) pipeline.tick.step(START + ms);
  await new Promise((resolve) => setImmediate(resolve));
}

describe('a second', () => {
  it('clears an alarm when mains has held for the off-delay', async () => {
    await say(0, 'OB');
    for (let ms = 5000; ms <= 65_000; ms += 5000) {
      await say(ms, 'OL');
      if (ms < 65_000) await stepUntil(ms, ms + 4000);
    }
    expect(pipeline.situation.alarm(ALARM)).toMatchObject({
      state: 'RTN_UNACK',
      clearedAt: START + 65_000,
    });
  });

  it('never clears the alarm of a device that fell silent', async () => {
    await say(0, 'OB');
    await say(5000, 'OL');
    await stepUntil(6000, 200_000);
    expect(pipeline.situation.alarm(ALARM)?.state).toBe('UNACK');
    await say(201_000, 'OL');
    expect(pipeline.situation.alarm(ALARM)?.state).toBe('UNACK');
  });

  it('tells the page of a device that falls silent, and of those that it feeds', async () => {
    await pipeline.ingest.accept({
      sample: sampleOf({ device: 'scanner-1', kind: 'scanner', metrics: { state: 'ready' } }),
      rejects: [],
    });
    await say(0, 'OL');
    await stepUntil(1000, 5000);
    pipeline.live.told.length = 0;
    await say(5000, 'OL');
    await pipeline.ingest.accept({
      sample: sampleOf({ ts: START + 15_000, device: 'scanner-1', kind: 'scanner', metrics: {} }),
      rejects: [],
    });
    await pipeline.desk.settled();
    pipeline.live.told.length = 0;
    await stepUntil(14_000, 15_000);
    expect(pipeline.live.told).toEqual(['device krakivets/ups-1', 'device krakivets/scanner-1']);
  });

  it('lets a backlog count that has been read to its end', async () => {
    await say(0, 'OB', ONE_HOUR);
    await stepUntil(ONE_HOUR, ONE_HOUR);
    expect(pipeline.situation.alarm(ALARM)).toBeUndefined();
    await stepUntil(ONE_HOUR + 1000, ONE_HOUR + 1000);
    expect(pipeline.situation.alarm(ALARM)?.state).toBe('UNACK');
    expect(pipeline.live.told).toContain('power krakivets/ups-1');
  });
});

describe('when our own clock is set', () => {
  it.each([3_600_000, -3_600_000])(
    'by %i ms, an off-delay lasts as long as it would',
    async (ms) => {
      await say(0, 'OB');
      for (let at = 5000; at < 60_000; at += 5000) await say(at, 'OL');
      pipeline.clock.setBy = ms;
      pipeline.tick.step(START + 55_000);
      await say(ms + 60_000, 'OL');
      pipeline.tick.step(START + ms + 64_999);
      expect(pipeline.situation.alarm(ALARM)?.state).toBe('UNACK');
      pipeline.tick.step(START + ms + 65_000);
      expect(pipeline.situation.alarm(ALARM)?.state).toBe('RTN_UNACK');
    },
  );

  it('forward, nothing falls silent by that', async () => {
    await say(0, 'OL');
    pipeline.clock.setBy = 3_600_000;
    pipeline.tick.step(START);
    expect(pipeline.fleet.device('krakivets', 'ups-1', pipeline.clock.ms)?.freshness).toBe('live');
  });
});

describe('a backlog that has been read to its end', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  it('counts a second after its last message, wherever the seconds fall', async () => {
    pipeline.tick.start();
    await vi.advanceTimersByTimeAsync(300);
    await say(0, 'OB', ONE_HOUR);
    pipeline.clock.ms += 400;
    await vi.advanceTimersByTimeAsync(400);
    await say(5000, 'OB', ONE_HOUR + 400);
    pipeline.clock.ms += 999;
    await vi.advanceTimersByTimeAsync(999);
    expect(pipeline.situation.alarm(ALARM)).toBeUndefined();
    pipeline.clock.ms += 1;
    await vi.advanceTimersByTimeAsync(1);
    await vi.advanceTimersByTimeAsync(50);
    expect(pipeline.situation.alarm(ALARM)?.state).toBe('UNACK');
    pipeline.tick.stop();
  });

  it('counts when it was taken up at the start', async () => {
    await say(0, 'OB', ONE_HOUR);
    pipeline.tick.start();
    pipeline.clock.ms += 1000;
    await vi.advanceTimersByTimeAsync(999);
    expect(pipeline.situation.alarm(ALARM)).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(pipeline.situation.alarm(ALARM)?.state).toBe('UNACK');
    pipeline.tick.stop();
  });
});

it('steps once a second between its start and its stop', async () => {
  vi.useFakeTimers();
  await say(0, 'OL');
  pipeline.tick.start();
  pipeline.live.told.length = 0;
  pipeline.clock.ms = START + 10_000;
  vi.advanceTimersByTime(999);
  expect(pipeline.live.told).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(pipeline.live.told).toContain('device krakivets/ups-1');
  pipeline.tick.stop();
  pipeline.live.told.length = 0;
  pipeline.clock.ms = START + 60_000;
  vi.advanceTimersByTime(5000);
  expect(pipeline.live.told).toEqual([]);
});
