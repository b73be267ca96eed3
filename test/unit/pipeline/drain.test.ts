import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadinessState } from '../../../src/contract/readiness.ts';
import { Drain } from '../../../src/pipeline/drain.ts';
import type { PageWrite, StoreFault } from '../../../src/ports.ts';
import { FakeSeriesStore, FakeSpool, recordingLog } from '../../support/fake-ports.ts';
import { until } from '../../support/wait.ts';

let spool: FakeSpool;
let store: FakeSeriesStore;
let messages: string[];
let drain: Drain;
let writes: PageWrite[];

beforeEach(() => {
  const recording = recordingLog();
  spool = new FakeSpool();
  store = new FakeSeriesStore();
  messages = recording.messages;
  writes = [];
  const meter = {
    spoolCommitted: () => {},
    journalCommitted: () => {},
    acknowledged: () => {},
    pageWritten: (write: PageWrite) => writes.push(write),
  };
  drain = new Drain({ spool, store, log: recording.log, meter });
});

afterEach(async () => {
  await drain.stop();
});

async function drained(): Promise<void> {
  drain.start();
  await until(() => spool.lines.length === 0, { what: 'an empty spool' });
}

describe('points', () => {
  it('move from the spool to the store, in order', async () => {
    spool.lines.push('a', 'b', 'c');
    await drained();
    expect(store.lines).toEqual(['a', 'b', 'c']);
    expect(messages).toEqual([]);
  });

  it('move in pages of 5,000', async () => {
    for (let line = 0; line < 12_000; line += 1) spool.lines.push(`${line}`);
    await drained();
    expect(store.batches).toEqual([5000, 5000, 2000]);
    expect(new Set(store.lines).size).toBe(12_000);
  });

  it('that come later are found later', async () => {
    drain.start();
    await new Promise((resolve) => setImmediate(resolve));
    spool.lines.push('a');
    await until(() => store.lines.length === 1, { what: 'the later point' });
  });

  it('stay in the spool when it stops', async () => {
    drain.start();
    await drain.stop();
    spool.lines.push('a');
    await new Promise((resolve) => setImmediate(resolve));
    expect(store.lines).toEqual([]);
    expect(spool.lines).toEqual(['a']);
  });

  it('need no answer to a probe for it to stop', async () => {
    store.isHung = true;
    drain.start();
    await new Promise((resolve) => setImmediate(resolve));
    await drain.stop();
    expect(drain.readiness().state).toBe('connecting');
  });

  it('of a damaged batch are dropped and told, the others are kept', async () => {
    spool.lines.push('a', 'torn', 'b');
    spool.damaged.add('torn');
    await drained();
    expect(store.lines).toEqual(['a', 'b']);
    expect(messages).toEqual(['spool: damaged batch dropped']);
  });

  it('of a page that is all damaged do not stand in the way', async () => {
    spool.lines.push('torn');
    spool.damaged.add('torn');
    await drained();
    expect(store.batches).toEqual([]);
  });
});

const fault = (outcome: StoreFault['outcome'], state: ReadinessState): StoreFault => ({
  outcome,
  state,
  detail: `because of ${state}`,
});

/** A store that refuses the lines for which `isBad` holds, as InfluxDB 2 does: the whole batch. */
function refusing(isBad: (line: string) => boolean, state: ReadinessState = 'field_type_conflict') {
  store.answer = (lines) => (lines.some(isBad) ? fault('split', state) : undefined);
}

describe('a store that takes nothing', () => {
  it.each([
    fault('retry', 'unreachable'),
    fault('retry', 'overloaded'),
    fault('pause', 'unauthorized'),
    fault('pause', 'database_missing'),
    fault('pause', 'retention_policy_missing'),
  ])('keeps the points waiting until it does: $state', async (away) => {
    let attempts = 0;
    store.answer = () => {
      attempts += 1;
      return attempts <= 2 ? away : undefined;
    };
    spool.lines.push('a', 'b');
    drain.start();
    await until(() => !drain.readiness().isReady && attempts > 0, { what: 'the state' });
    expect(drain.readiness()).toEqual({ isReady: false, state: away.state, detail: away.detail });
    await until(() => spool.lines.length === 0, { what: 'an empty spool' });
    expect(store.lines).toEqual(['a', 'b']);
    expect(spool.refused).toEqual([]);
    await until(() => messages.length === 2, { what: 'the end of the failure in the log' });
    expect(messages).toEqual([
      'store: takes no points; they wait in the spool',
      'store: writing again',
    ]);
    expect(drain.readiness()).toEqual({ isReady: true, state: 'ok' });
  });

  it('is found by asking, before there is anything to store', async () => {
    store.answer = () => fault('retry', 'unreachable');
    drain.start();
    await until(() => drain.readiness().state === 'unreachable', { what: 'the state' });
  });

  it('is tried again after something unforeseen, too', async () => {
    let attempts = 0;
    store.answer = () => {
      attempts += 1;
      if (attempts === 1) throw new Error('something unforeseen');
      return undefined;
    };
    spool.lines.push('a');
    await drained();
    expect(store.lines).toEqual(['a']);
  });
});

describe('a line that the store refuses for good', () => {
  it('stands alone in quarantine with the reason, and every other line is stored', async () => {
    const bad = new Set(['3', '7', '8']);
    refusing((line) => bad.has(line));
    for (let line = 0; line < 10; line += 1) spool.lines.push(`${line}`);
    await drained();
    expect(spool.refused.map(({ line }) => line)).toEqual(['3', '7', '8']);
    expect(spool.refused[0]?.reason).toBe('because of field_type_conflict');
    expect(new Set(store.lines)).toEqual(new Set(['0', '1', '2', '4', '5', '6', '9']));
  });

  it('leaves the store ready, with a state that tells of it and one line in the log', async () => {
    refusing((line) => line.startsWith('bad'));
    for (let line = 0; line < 8; line += 1) spool.lines.push(`bad ${line}`, `good ${line}`);
    await drained();
    await until(() => drain.readiness().state !== 'connecting', { what: 'the state' });
    expect(drain.readiness()).toEqual({
      isReady: true,
      state: 'field_type_conflict',
      detail: 'because of field_type_conflict',
    });
    expect(messages).toEqual(['store: refuses points']);
    expect(drain.counts.refused).toEqual({ field_type_conflict: 8 });
  });

  it('past the retention is counted and not kept, by its age where the store tells it', async () => {
    store.answer = (lines) =>
      lines.some((line) => line.endsWith(' 1'))
        ? { ...fault('split', 'points_expired'), keptSince: 2 }
        : undefined;
    spool.lines.push('a 1', 'b 2', 'c 1', 'd 3');
    await drained();
    expect(store.lines).toEqual(['b 2', 'd 3']);
    expect(store.batches).toEqual([2]);
    expect(spool.refused).toEqual([]);
    expect(drain.counts.refused).toEqual({ points_expired: 2 });
  });
});

describe('a store that refuses most series alike', () => {
  const series = (number: number) => `ups,site=site-${number},device=ups-1 x=1 ${number}`;

  it('is set up wrongly: it pauses, and nothing goes into quarantine', async () => {
    refusing(() => true);
    for (let number = 0; number < 100; number += 1) spool.lines.push(series(number));
    drain.start();
    await until(() => drain.readiness().state === 'refusing', { what: 'the pause' });
    expect(spool.refused).toEqual([]);
    expect(spool.lines).toHaveLength(100);
    store.answer = () => undefined;
    await until(() => spool.lines.length === 0, { what: 'an empty spool' });
    expect(store.lines).toHaveLength(100);
  });

  it('is not what one device does, however much it sends', async () => {
    const bad = series(0);
    refusing((line) => line === bad);
    for (let number = 1; number < 30; number += 1) spool.lines.push(bad, bad, bad, series(number));
    await drained();
    expect(spool.refused).toHaveLength(87);
    expect(new Set(store.lines).size).toBe(29);
  });
});

it('measures each try to write a page, with the time of its first point', async () => {
  let attempts = 0;
  store.answer = () => {
    attempts += 1;
    return attempts === 1 ? fault('retry', 'unreachable') : undefined;
  };
  spool.lines.push('ups ups.load=1 1764000000000', 'ups ups.load=2 1763000000000');
  await drained();
  const common = { points: 2, firstTs: 1_764_000_000_000, durationMs: expect.any(Number) };
  expect(writes).toEqual([
    { ...common, isStored: false },
    { ...common, isStored: true },
  ]);
  expect(drain.counts).toEqual({ stored: 2, retries: 1, refused: {}, damaged: 0 });
});

it('writes smaller pages to a store that could not take a page in time', async () => {
  let attempts = 0;
  store.answer = () => {
    attempts += 1;
    return attempts === 1 ? fault('retry', 'unreachable') : undefined;
  };
  for (let line = 0; line < 6000; line += 1) spool.lines.push(`${line}`);
  await drained();
  expect(store.batches).toEqual([2500, 3500]);
});
