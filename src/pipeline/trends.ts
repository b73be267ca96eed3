import type { Retention } from '../contract/config.ts';
import { keptSince, type Resolution, type Span, STEP_MS } from '../domain/resolution.ts';
import { joinBuckets, planTrend, wholeSteps } from '../domain/trend-plan.ts';
import type { Bucket, Clock, SeriesQuery, SeriesStore, Trends } from '../ports.ts';

interface TrendsOptions {
  store: Pick<SeriesStore, 'series'>;
  clock: Clock;
  /** As it is configured now. */
  retention(): Retention;
}

const FINER: Readonly<Record<Resolution, Resolution>> = {
  hour: 'minute',
  minute: 'raw',
  raw: 'raw',
};

/**
 * Answers charts. What the rollup has not got, at both ends of the span, comes from the next finer
 * one and at last from the raw points: the parts of a minute at its edges, and all that is newer than
 * the last rollup or older than the first.
 */
export function createTrends({ store, clock, retention }: TrendsOptions): Trends {
  const read = async (query: SeriesQuery): Promise<Bucket[]> => {
    if (query.fromMs >= query.toMs) return [];
    const { resolution } = query;
    if (resolution === 'raw') return (await store.series(query)).buckets;
    const readFiner = (span: Span) => read({ ...query, ...span, resolution: FINER[resolution] });
    const whole = wholeSteps(query, STEP_MS[resolution]);
    if (whole === undefined) return readFiner(query);
    const { buckets, found } = await store.series({ ...query, ...whole });
    if (found === undefined) return readFiner(query);
    const before = await readFiner({ fromMs: query.fromMs, toMs: found.fromMs });
    const after = await readFiner({ fromMs: found.toMs, toMs: query.toMs });
    return joinBuckets([before, buckets, after]);
  };
  return {
    trend: async ({ points, fromMs, toMs, ...subject }) => {
      const kept = keptSince(retention(), clock.now());
      const { resolution, bucketMs, ...span } = planTrend({ fromMs, toMs }, points, kept);
      const buckets = await read({ ...subject, ...span, bucketMs, resolution });
      return { resolution, bucketMs, buckets };
    },
  };
}
