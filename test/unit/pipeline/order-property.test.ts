import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Sample } from '../../../src/contract/sample.ts';
import { createPipeline, type Disks } from '../../support/pipeline.ts';
import { START, statusAt, topology } from '../../support/sample.ts';

const ALARM = 'krakivets.ups-1.UPS_ON_BATTERY';
const QUIET_MS = 2000;

/** What a device did: a message so long after the one before, or after a restart that counts anew. */
const message = fc.record({
  gapMs: fc.integer({ min: 1, max: 20_000 }),
  status: fc.constantFrom('OL', 'OL', 'OL CHRG', 'OB', 'OB DISCHRG', 'OB LB'),
  isRestart: fc.constantFrom(false, false, false, true),
});

/** What the network and the machine did: delivers what is next, or again something from before. */
const delivery = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('next' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('again' as const),
      back: fc.nat(12),
      count: fc.nat(6),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('second' as const) }) },
);

const world = fc.record({
  history: fc.array(message, { minLength: 1, maxLength: 30 }),
  deliveries: fc.array(delivery, { maxLength: 60 }),
  /** How old the newest message is when the first one is delivered. */
  ageMs: fc.constantFrom(0, 20_000, 600_000, 3_600_000),
  waitMs: fc.integer({ min: 0, max: 150 }),
  hasSeq: fc.boolean(),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function historyOf({ history, ageMs, hasSeq }: World): Sample[] {
  const spanMs = history.reduce((sum, { gapMs }) => sum + gapMs, 0);
  let [ts, seq] = [START - ageMs - spanMs, -1];
  return history.map(({ gapMs, status, isRestart }) => {
    ts += gapMs;
    seq = isRestart ? 0 : seq + 1;
    return statusAt(ts, status, hasSeq ? { seq } : {});
  });
}

/** Plays a world; tells the time of every power that was shown, and what stands at the end. */
async function play(one: World, onShown: (ts: number) => void) {
  const history = historyOf(one);
  let pipeline = createPipeline();
  const disks: Disks = pipeline;
  let [next, now] = [0, START];
  const look = () => {
    const shown = pipeline.fleet.device('krakivets', 'ups-1', now)?.metrics['ups.status'];
    if (shown !== undefined) onShown(shown.ts);
  };
  const deliver = async (sample: Sample | undefined) => {
    if (sample === undefined) return;
    now += one.waitMs;
    pipeline.clock.ms = now;
    await pipeline.ingest.accept({ sample: { ...sample, receivedAt: now }, rejects: [] });
    look();
  };
  const step = (ms: number) => {
    now += ms;
    pipeline.clock.ms = now;
    pipeline.tick.step(now);
    look();
  };
  const restart = async () => {
    await pipeline.orders.stop();
    pipeline = createPipeline(topology(), disks);
    pipeline.clock.ms = now;
    await pipeline.desk.start();
    await pipeline.orders.start(topology());
  };
  for (const { what, ...rest } of one.deliveries) {
    if (what === 'next') await deliver(history[next++]);
    else if (what === 'second') step(1000);
    else if (what === 'restart') await restart();
    else {
      const { back = 0, count = 0 } = rest as { back?: number; count?: number };
      const from = Math.max(0, Math.min(next, history.length) - 1 - back);
      const again = history.slice(from, Math.min(from + count, next));
      for (const sample of again) await deliver(sample);
    }
  }
  while (next < history.length) await deliver(history[next++]);
  step(QUIET_MS);
  await new Promise((resolve) => setImmediate(resolve));
  await pipeline.orders.stop();
  return { pipeline, newest: history.at(-1) as Sample };
}

it('whatever comes again and again, in whatever order, the newest is what counts', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (one) => {
      let shownTs = Number.NEGATIVE_INFINITY;
      const { pipeline, newest } = await play(one, (ts) => {
        expect(ts).toBeGreaterThanOrEqual(shownTs);
        shownTs = ts;
      });
      const status = newest.metrics['ups.status'];
      const state = pipeline.fleet.state('krakivets', 'ups-1');
      const isOnBattery = String(status).startsWith('OB');
      // After a restart nothing is shown before it is heard again; what is shown is never another.
      if (state?.values['ups.status'] !== undefined) {
        expect([state.values['ups.status'], state.stamps['ups.status']?.ts]).toEqual([
          status,
          newest.ts,
        ]);
      }
      if (isOnBattery) expect(pipeline.situation.alarm(ALARM)?.state).toBe('UNACK');
      expect(new Set(pipeline.spool.lines).size).toBeLessThanOrEqual(one.history.length);
    }),
    { seed: 20_261_124, numRuns: 400 },
  );
});

it('what began and ended inside a backlog raises nothing, whatever of it comes again', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (one) => {
      const backlog: World = {
        ...one,
        ageMs: 3_600_000,
        history: [...one.history, { gapMs: 1000, status: 'OL', isRestart: false }],
        deliveries: one.deliveries.filter(({ what }) => what !== 'second'),
      };
      const { pipeline } = await play(backlog, () => {});
      expect(pipeline.store.changes).toEqual([]);
    }),
    { seed: 20_261_124, numRuns: 200 },
  );
});
