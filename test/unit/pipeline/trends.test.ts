import { expect, test } from 'vitest';
import { createTrends } from '../../../src/pipeline/trends.ts';
import type { Bucket, SeriesPart, SeriesQuery } from '../../../src/ports.ts';
import { FakeClock, FakeSeriesStore } from '../../support/fake-ports.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 10, 24);
const subject = { kind: 'ups', site: 'a', device: 'ups-1', metric: 'battery.charge' };

/** A store that has rollups from and to these times, and writes down what it is asked. */
class RolledStore extends FakeSeriesStore {
  readonly asked: string[] = [];
  readonly #found: Partial<Record<string, [fromMs: number, toMs: number]>>;

  constructor(found: Partial<Record<string, [fromMs: number, toMs: number]>>) {
    super();
    this.#found = found;
  }

  override async series({ fromMs, toMs, resolution }: SeriesQuery): Promise<SeriesPart> {
    this.asked.push(`${resolution} ${time(fromMs)}–${time(toMs)}`);
    const ts = Math.floor(fromMs / HOUR) * HOUR;
    const bucket: Bucket = { ts, min: 1, mean: 1, max: 1, last: 1, count: 1 };
    const known = this.#found[resolution];
    if (resolution === 'raw') return { buckets: [bucket] };
    if (known === undefined) return { buckets: [] };
    const found = { fromMs: Math.max(fromMs, known[0]), toMs: Math.min(toMs, known[1]) };
    return found.fromMs < found.toMs ? { buckets: [bucket], found } : { buckets: [] };
  }
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

function trendOf(store: RolledStore, fromMs: number, toMs: number, points: number) {
  const clock = new FakeClock(T0 + 20 * HOUR);
  const trends = createTrends({ store, clock, retention: () => ({}) });
  return trends.trend({ ...subject, fromMs, toMs, points });
}

test('a short span is answered from raw points alone', async () => {
  const store = new RolledStore({ minute: [T0, T0 + HOUR] });
  const trend = await trendOf(store, T0 + 500, T0 + HOUR, 500);
  expect(trend).toMatchObject({ resolution: 'raw', bucketMs: 7199 });
  expect(store.asked).toEqual(['raw 00:00:00–01:00:00']);
});

test('parts of minutes at the edges, and what is not rolled up, come from raw points', async () => {
  const store = new RolledStore({ minute: [T0 + HOUR, T0 + 9 * HOUR] });
  await trendOf(store, T0 + 1000, T0 + 10 * HOUR + 1000, 60);
  expect(store.asked).toEqual([
    'minute 00:01:00–10:00:00',
    'raw 00:00:01–01:00:00',
    'raw 09:00:00–10:00:01',
  ]);
});

test('hours are completed by minutes, and these by raw points', async () => {
  const store = new RolledStore({
    minute: [T0, T0 + 18 * HOUR + 5 * MINUTE],
    hour: [T0, T0 + 18 * HOUR],
  });
  const trend = await trendOf(store, T0 + 30 * MINUTE, T0 + 18 * HOUR + 6 * MINUTE + 1, 4);
  expect(trend).toMatchObject({ resolution: 'hour', bucketMs: 5 * HOUR });
  expect(store.asked).toEqual([
    'hour 01:00:00–18:00:00',
    'minute 00:30:00–01:00:00',
    'minute 18:00:00–18:06:00',
    'raw 18:05:00–18:06:00',
  ]);
});

test('without any rollup all is answered from raw points', async () => {
  const store = new RolledStore({});
  const trend = await trendOf(store, T0, T0 + 20 * HOUR, 2);
  expect(trend.buckets).toHaveLength(1);
  expect(store.asked.at(-1)).toBe('raw 00:00:00–20:00:00');
});
