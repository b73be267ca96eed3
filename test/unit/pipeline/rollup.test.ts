import { beforeEach, describe, expect, test } from 'vitest';
import type { Retention } from '../../../src/contract/config.ts';
import type { Resolution, Span } from '../../../src/domain/resolution.ts';
import { SvitloError } from '../../../src/errors.ts';
import { Rollup } from '../../../src/pipeline/rollup.ts';
import { FakeClock, FakeSeriesStore, recordingLog } from '../../support/fake-ports.ts';
import { FakeStoredMinutes } from '../../support/rollups.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
/** 12:20:06 */
const NOW = Date.UTC(2026, 10, 24, 12, 20, 6);
const at = (hour: number, minute: number, second = 0) =>
  Date.UTC(2026, 10, 24, hour, minute, second);

/** Writes down what it is asked to do; `fail` may throw, `onWork` may do something meanwhile. */
class RecordingStore extends FakeSeriesStore {
  readonly done: string[] = [];
  fail: (work: string) => void = () => {};
  onWork: () => Promise<void> | void = () => {};

  override rollMinutes(span: Span): Promise<void> {
    return this.#work(`minutes ${show(span)}`);
  }

  override rollHours(span: Span): Promise<void> {
    return this.#work(`hours ${show(span)}`);
  }

  override expire(resolution: Resolution, beforeMs: number): Promise<void> {
    return this.#work(`expire ${resolution} ${new Date(beforeMs).toISOString().slice(0, 10)}`);
  }

  async #work(work: string): Promise<void> {
    this.fail(work);
    this.done.push(work);
    await this.onWork();
  }
}

function show({ fromMs, toMs }: Span): string {
  const time = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  return `${time(fromMs)}–${time(toMs)}`;
}

let minutes: FakeStoredMinutes;
let store: RecordingStore;
let clock: FakeClock;

beforeEach(() => {
  minutes = new FakeStoredMinutes();
  store = new RecordingStore();
  clock = new FakeClock(NOW);
});

function create(retention?: Retention) {
  const { log, messages } = recordingLog();
  return { rollup: new Rollup({ minutes, store, clock, log, retention }), messages };
}

function away(): never {
  throw new SvitloError('SVT_STORE_UNREACHABLE', 'away', { retryable: true });
}

describe('which minutes are rolled up', () => {
  test('those that ended 5 s ago; the minute under way is left', async () => {
    minutes.store(at(12, 18), at(12, 19, 59), at(12, 20, 5));
    const { rollup } = create();
    clock.ms = at(12, 20, 4);
    await rollup.run();
    expect(store.done).toEqual(['minutes 12:18–12:19']);
    clock.ms = at(12, 20, 5);
    await rollup.run();
    expect(store.done.slice(1)).toEqual(['minutes 12:19–12:20']);
  });

  test('once, though they stay due until their hour has ended', async () => {
    minutes.store(at(12, 18));
    const { rollup } = create();
    await rollup.run();
    await rollup.run();
    expect(store.done).toEqual(['minutes 12:18–12:19']);
    expect(minutes.versions.size).toBe(1);
    clock.ms = at(13, 0, 4);
    await rollup.run();
    expect(store.done).toHaveLength(1);
    clock.ms = at(13, 0, 5);
    await rollup.run();
    expect(store.done.slice(1)).toEqual(['hours 12:00–13:00']);
    expect(minutes.versions.size).toBe(0);
  });

  test('again when more points of them were stored', async () => {
    const { rollup } = create();
    for (let round = 0; round < 2; round += 1) {
      minutes.store(at(12, 18));
      await rollup.run();
    }
    expect(store.done).toEqual(['minutes 12:18–12:19', 'minutes 12:18–12:19']);
  });

  test('late ones at once with their hour, the oldest first', async () => {
    minutes.store(at(12, 19), at(9, 30), at(9, 31), at(9, 59), at(10, 0));
    await create().rollup.run();
    expect(store.done).toEqual([
      'minutes 09:30–09:32',
      'minutes 09:59–10:00',
      'hours 09:00–10:00',
      'minutes 10:00–10:01',
      'hours 10:00–11:00',
      'minutes 12:19–12:20',
    ]);
    expect([...minutes.versions.keys()]).toEqual([at(12, 19)]);
  });

  test('a point that is stored while its minute is rolled up keeps the minute due', async () => {
    minutes.store(at(9, 30));
    let isFirst = true;
    store.onWork = () => {
      if (isFirst) minutes.store(at(9, 30));
      isFirst = false;
    };
    const { rollup } = create();
    await rollup.run();
    expect(minutes.versions.size).toBe(1);
    await rollup.run();
    expect(store.done).toEqual(Array(2).fill(['minutes 09:30–09:31', 'hours 09:00–10:00']).flat());
    expect(minutes.versions.size).toBe(0);
  });

  test('after a crash the minutes of the hour under way are rolled up again', async () => {
    minutes.store(at(12, 18));
    await create().rollup.run();
    await create().rollup.run();
    expect(store.done).toEqual(['minutes 12:18–12:19', 'minutes 12:18–12:19']);
  });
});

describe('a backlog', () => {
  const BACKLOG = 100_000;

  function storeBacklog(): void {
    const first = Math.floor(NOW / MINUTE) * MINUTE - BACKLOG * MINUTE;
    for (let minute = 0; minute < BACKLOG; minute += 1) minutes.store(first + minute * MINUTE);
  }

  test('is rolled up hour by hour, with a bounded number of minutes in hand', async () => {
    storeBacklog();
    let longest = 0;
    store.rollMinutes = async ({ fromMs, toMs }) => {
      longest = Math.max(longest, toMs - fromMs);
    };
    await create().rollup.run();
    expect(longest).toBe(HOUR);
    expect(Math.max(...minutes.limits)).toBeLessThanOrEqual(1440);
    expect([...minutes.versions.keys()].every((ts) => ts >= at(12, 0))).toBe(true);
    expect(minutes.versions.size).toBe(20);
  });

  test('is left to the next run after 30 s, and the run after a stop does nothing', async () => {
    storeBacklog();
    store.onWork = () => {
      clock.ms += 1000;
    };
    const { rollup } = create();
    await rollup.run();
    const after = minutes.versions.size;
    expect(after).toBeLessThan(BACKLOG);
    expect(after).toBeGreaterThan(BACKLOG - 60 * 60);
    await rollup.run();
    expect(minutes.versions.size).toBeLessThan(after);
    await rollup.stop();
    const before = store.done.length;
    await rollup.run();
    expect(store.done).toHaveLength(before);
  });
});

test('a run never overlaps with itself', async () => {
  minutes.store(at(9, 30));
  let going = 0;
  let most = 0;
  store.onWork = async () => {
    going += 1;
    most = Math.max(most, going);
    await new Promise(setImmediate);
    going -= 1;
  };
  const { rollup } = create();
  await Promise.all([rollup.run(), rollup.run(), rollup.run()]);
  expect(most).toBe(1);
  expect(store.done).toHaveLength(2);
});

describe('a store that fails', () => {
  test('is tried at the next run, said once, and nothing is settled until then', async () => {
    minutes.store(at(9, 30));
    store.fail = away;
    const { rollup, messages } = create();
    for (let round = 0; round < 3; round += 1) await rollup.run();
    expect(messages).toEqual(['rollup: not possible now, tried every minute']);
    expect(minutes.versions.size).toBe(1);
    store.fail = () => {};
    await rollup.run();
    expect(messages.slice(1)).toEqual(['rollup: going on']);
    expect(minutes.versions.size).toBe(0);
  });

  test('between minutes and hours: both are done again', async () => {
    minutes.store(at(9, 30));
    store.fail = (work) => {
      if (work.startsWith('hours')) away();
    };
    const { rollup } = create();
    await rollup.run();
    store.fail = () => {};
    await rollup.run();
    expect(store.done).toEqual(['minutes 09:30–09:31', 'minutes 09:30–09:31', 'hours 09:00–10:00']);
  });

  test('for good: what it refuses is left out and said, the rest is done', async () => {
    minutes.store(at(9, 30), at(10, 30));
    store.fail = (work) => {
      if (work.startsWith('minutes 09')) throw new SvitloError('SVT_STORE_REFUSED', 'no');
    };
    const { rollup, messages } = create();
    await rollup.run();
    expect(messages).toEqual(['rollup: refused by the store, left out']);
    expect(store.done).toEqual(['hours 09:00–10:00', 'minutes 10:30–10:31', 'hours 10:00–11:00']);
    expect(minutes.versions.size).toBe(0);
  });
});

describe('an hour that fails', () => {
  const damaged = (work: string) => {
    if (work.startsWith('minutes 09')) throw new Error('damaged file');
  };
  /** One more minute is stored and rolled up. */
  const runWithNew = async (rollup: Rollup, minute: number) => {
    minutes.store(at(12, minute));
    clock.ms = at(12, minute + 1, 6);
    await rollup.run();
  };
  const isDue = (hour: number) => [...minutes.versions.keys()].some((ts) => ts < at(hour + 1, 0));

  test('holds up no other, and is done when it no longer fails', async () => {
    minutes.store(at(9, 30), at(10, 30));
    store.fail = damaged;
    const { rollup, messages } = create();
    await rollup.run();
    await rollup.run();
    expect(store.done).toEqual(['minutes 10:30–10:31', 'hours 10:00–11:00']);
    expect([...minutes.versions.keys()]).toEqual([at(9, 30)]);
    store.fail = () => {};
    await rollup.run();
    expect(store.done.slice(2)).toEqual(['minutes 09:30–09:31', 'hours 09:00–10:00']);
    expect(messages).toEqual([
      'rollup: an hour failed, tried again',
      'rollup: not possible now, tried every minute',
      'rollup: going on',
    ]);
  });

  test('is left out after five runs in which others succeed, said, with what of it succeeds', async () => {
    minutes.store(at(9, 30), at(9, 50));
    store.fail = (work) => {
      if (work === 'minutes 09:30–09:31') throw new Error('damaged file');
    };
    const { rollup, messages } = create();
    for (let minute = 21; minute < 26; minute += 1) await runWithNew(rollup, minute);
    expect(isDue(9)).toBe(true);
    await runWithNew(rollup, 26);
    expect(isDue(9)).toBe(false);
    expect(store.done.slice(-2)).toEqual(['minutes 09:50–09:51', 'hours 09:00–10:00']);
    expect(messages).toEqual([
      'rollup: an hour failed, tried again',
      'rollup: failed too often, left out',
    ]);
  });

  test('is never left out while all fail', async () => {
    minutes.store(at(9, 30), at(10, 30));
    store.fail = away;
    const { rollup } = create();
    for (let round = 0; round < 20; round += 1) await rollup.run();
    for (let minute = 21; minute < 41; minute += 1) await runWithNew(rollup, minute);
    expect(isDue(9)).toBe(true);
    store.fail = () => {};
    await rollup.run();
    expect(store.done).toContain('minutes 09:30–09:31');
    expect(store.done).toContain('minutes 12:21–12:41');
  });

  test('is not taken for hopeless by a run that has nothing else to do', async () => {
    minutes.store(at(9, 30), at(12, 18));
    store.fail = damaged;
    const { rollup } = create();
    for (let round = 0; round < 20; round += 1) await rollup.run();
    expect(isDue(9)).toBe(true);
  });

  test('ends the run with two more on end: the store is away then', async () => {
    for (let hour = 0; hour < 12; hour += 1) minutes.store(at(hour, 30));
    let tries = 0;
    store.fail = () => {
      tries += 1;
      away();
    };
    await create().rollup.run();
    expect(tries).toBe(3);
  });

  test('is one of many, more than are read at once, and hides none that does not', async () => {
    const first = at(0, 0) - 100 * HOUR;
    for (let minute = 0; minute < 100 * 60; minute += 1) minutes.store(first + minute * MINUTE);
    const fails = (ms: number) => ms < at(0, 0);
    store.rollMinutes = async ({ fromMs }) => {
      if (fails(fromMs)) throw new Error('damaged file');
    };
    minutes.store(at(9, 30));
    const { rollup } = create();
    for (let round = 0; round < 100; round += 1) await rollup.run();
    expect(store.done).toContain('hours 09:00–10:00');
  });
});

describe('retention', () => {
  const retention = { raw: (3 * DAY) / 1000, hour: (30 * DAY) / 1000 };
  const expired = ['expire raw 2026-11-21', 'expire hour 2026-10-25'];

  test('is applied by the first run, and then when it is time', async () => {
    const { rollup } = create(retention);
    await rollup.run();
    await rollup.run();
    expect(store.done).toEqual(expired);
    rollup.expireNext();
    await rollup.run();
    expect(store.done).toEqual([...expired, ...expired]);
  });

  test('deletes nothing where nothing is configured', async () => {
    await create().rollup.run();
    expect(store.done).toEqual([]);
  });

  test('comes after the minutes that are due, and again when it failed', async () => {
    minutes.store(at(9, 30));
    store.fail = (work) => {
      if (work.startsWith('expire')) away();
    };
    const { rollup } = create(retention);
    await rollup.run();
    store.fail = () => {};
    await rollup.run();
    expect(store.done).toEqual(['minutes 09:30–09:31', 'hours 09:00–10:00', ...expired]);
  });

  test('does not wait for minutes that are newer than what it deletes', async () => {
    minutes.store(at(9, 30));
    store.fail = (work) => {
      if (!work.startsWith('expire')) away();
    };
    const { rollup } = create(retention);
    await rollup.run();
    await rollup.run();
    expect(store.done).toEqual(expired);
    expect(minutes.versions.size).toBe(1);
  });

  test('waits for minutes that are due of what it deletes', async () => {
    const lastOfDay = Date.UTC(2026, 10, 21, 23, 58);
    minutes.store(lastOfDay);
    clock.ms = Date.UTC(2026, 10, 24, 23, 59, 59);
    store.fail = (work) => {
      clock.ms = Date.UTC(2026, 10, 25, 0, 0, 1);
      if (work.startsWith('minutes')) away();
    };
    const { rollup } = create(retention);
    await rollup.run();
    expect(store.done).toEqual(['expire hour 2026-10-26']);
    await rollup.run();
    expect(store.done.slice(1)).toEqual(['expire raw 2026-11-22', 'expire hour 2026-10-26']);
  });

  test('that the store does not know is said once a night, and holds nothing up', async () => {
    store.fail = (work) => {
      if (work.startsWith('expire raw')) throw new SvitloError('SVT_STORE_REFUSED', 'no DELETE');
    };
    const { rollup, messages } = create(retention);
    await rollup.run();
    await rollup.run();
    expect(store.done).toEqual(expired.slice(1));
    expect(messages).toEqual(['rollup: refused by the store, left out', 'retention: applied']);
  });

  test('a change counts from the next run on', async () => {
    const { rollup } = create(retention);
    await rollup.run();
    rollup.configure(undefined);
    rollup.expireNext();
    await rollup.run();
    expect(store.done).toEqual(expired);
    expect(rollup.retention()).toEqual({});
  });

  test('a point older than raw points are kept for changes no rollup', async () => {
    minutes.store(NOW - 10 * DAY, at(9, 30));
    await create(retention).rollup.run();
    expect(store.done).toEqual(['minutes 09:30–09:31', 'hours 09:00–10:00', ...expired]);
    expect(minutes.versions.size).toBe(0);
  });
});
