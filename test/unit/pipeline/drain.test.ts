import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SvitloError } from '../../../src/errors.ts';
import { Drain } from '../../../src/pipeline/drain.ts';
import { FakeSeriesStore, FakeSpool, recordingLog } from '../../support/fake-ports.ts';
import { until } from '../../support/wait.ts';

let spool: FakeSpool;
let store: FakeSeriesStore;
let refused: { line: string; reason: string }[];
let messages: string[];
let drain: Drain;

beforeEach(() => {
  const recording = recordingLog();
  spool = new FakeSpool();
  store = new FakeSeriesStore();
  refused = [];
  messages = recording.messages;
  drain = new Drain({
    spool,
    store,
    log: recording.log,
    onRefused: (line, reason) => refused.push({ line, reason }),
  });
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

describe('a store that is away', () => {
  it.each([
    new SvitloError('SVT_STORE_UNREACHABLE', 'connection refused', { retryable: true }),
    new Error('something unforeseen'),
  ])('keeps the points waiting until it is back: %s', async (failure) => {
    let attempts = 0;
    store.refuse = () => {
      attempts += 1;
      if (attempts <= 2) throw failure;
    };
    spool.lines.push('a', 'b');
    await drained();
    expect(attempts).toBe(3);
    expect(store.lines).toEqual(['a', 'b']);
    expect(refused).toEqual([]);
    await until(() => messages.length === 2, { what: 'the end of the failure in the log' });
    expect(messages).toEqual(['store: away; points wait in the spool', 'store: writing again']);
  });
});

describe('a line that the store refuses for good', () => {
  it('is told alone, and every other line is stored', async () => {
    const bad = new Set(['3', '7', '8']);
    store.refuse = (lines) => {
      if (lines.some((line) => bad.has(line))) {
        throw new SvitloError('SVT_STORE_REFUSED', 'field type conflict');
      }
    };
    for (let line = 0; line < 10; line += 1) spool.lines.push(`${line}`);
    await drained();
    expect(refused.map(({ line }) => line)).toEqual(['3', '7', '8']);
    expect(refused[0]?.reason).toBe('field type conflict');
    expect(store.lines).toEqual(['0', '1', '2', '4', '5', '6', '9']);
  });
});
