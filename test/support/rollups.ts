import { blockOf } from '../../src/domain/line-block.ts';
import type { Bucket, SeriesStore, StoredMinute, StoredMinutes } from '../../src/ports.ts';

/** Which minutes are due, in memory: as the spool keeps them. */
export class FakeStoredMinutes implements StoredMinutes {
  readonly versions = new Map<number, number>();
  readonly limits: number[] = [];

  /** Notes that points of these times were stored. */
  store(...times: readonly number[]): void {
    for (const ts of new Set(times.map((time) => Math.floor(time / 60_000) * 60_000))) {
      this.versions.set(ts, (this.versions.get(ts) ?? 0) + 1);
    }
  }

  async due(limit: number): Promise<StoredMinute[]> {
    this.limits.push(limit);
    return [...this.versions]
      .map(([ts, version]) => ({ ts, version }))
      .sort((a, b) => a.ts - b.ts)
      .slice(0, limit);
  }

  async settle(minutes: readonly StoredMinute[]): Promise<void> {
    for (const { ts, version } of minutes) {
      if (this.versions.get(ts) === version) this.versions.delete(ts);
    }
  }
}

/** One value of one metric, as a device sent it. */
export interface Point {
  kind: string;
  site: string;
  device: string;
  metric: string;
  ts: number;
  value: number;
}

/** Writes the points, a line each, and notes their minutes as due. */
export async function writePoints(
  store: SeriesStore,
  minutes: FakeStoredMinutes,
  points: readonly Point[],
): Promise<void> {
  for (let start = 0; start < points.length; start += 5000) {
    const lines = points
      .slice(start, start + 5000)
      .map(
        ({ kind, site, device, metric, ts, value }) =>
          `${kind},site=${site},device=${device} ${metric}=${value} ${ts}`,
      );
    await store.write(blockOf(lines));
  }
  minutes.store(...points.map(({ ts }) => ts));
}

/** The buckets of one series by the plainest way; of one time the last written point counts. */
export function bucketsOf(points: readonly Point[], bucketMs: number): Bucket[] {
  const values = new Map(points.map(({ ts, value }) => [ts, value]));
  const inOrder = [...values].sort(([a], [b]) => a - b);
  const byBucket = Map.groupBy(inOrder, ([ts]) => Math.floor(ts / bucketMs) * bucketMs);
  return [...byBucket].map(([ts, members]) => {
    const ofBucket = members.map(([, value]) => value);
    return {
      ts,
      min: Math.min(...ofBucket),
      mean: ofBucket.reduce((sum, value) => sum + value, 0) / ofBucket.length,
      max: Math.max(...ofBucket),
      last: ofBucket.at(-1) ?? Number.NaN,
      count: ofBucket.length,
    };
  });
}
