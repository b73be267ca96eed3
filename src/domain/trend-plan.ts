import {
  ceilTo,
  floorTo,
  type KeptSince,
  type Resolution,
  type Span,
  STEP_MS,
} from './resolution.ts';

/** A bucket is a second at least. */
const MIN_BUCKET_MS = 1000;
/** A bucket of this many rollups loses at most a quarter of the asked detail when it is rounded up. */
const MIN_ROLLUPS_A_BUCKET = 4;

/** A bucket's statistics with how many values they are of. */
interface Weighted {
  ts: number;
  min: number;
  mean: number;
  max: number;
  last: number;
  count: number;
}

/** How a trend is answered: from what, and in which span and buckets. */
export interface TrendPlan extends Span {
  resolution: Resolution;
  bucketMs: number;
}

/**
 * The coarsest resolution that still gives the asked detail, or the finest that reaches back to the
 * span's begin where finer ones are deleted. The span is then widened to whole rollups.
 */
export function planTrend(span: Span, points: number, kept: KeptSince): TrendPlan {
  const askedMs = Math.max(MIN_BUCKET_MS, Math.ceil((span.toMs - span.fromMs) / points));
  const fitting = coarsestFor(askedMs);
  const resolution = reachingBack(fitting, span.fromMs, kept);
  const stepMs = STEP_MS[resolution];
  const bucketMs = ceilTo(askedMs, stepMs);
  if (resolution === fitting) return { ...span, resolution, bucketMs };
  const [fromMs, toMs] = [floorTo(span.fromMs, stepMs), ceilTo(span.toMs, stepMs)];
  return { fromMs, toMs, resolution, bucketMs };
}

function coarsestFor(bucketMs: number): Resolution {
  if (bucketMs >= MIN_ROLLUPS_A_BUCKET * STEP_MS.hour) return 'hour';
  return bucketMs >= MIN_ROLLUPS_A_BUCKET * STEP_MS.minute ? 'minute' : 'raw';
}

function reachingBack(fitting: Resolution, fromMs: number, kept: KeptSince): Resolution {
  const isGone = (resolution: Resolution) => fromMs < (kept[resolution] ?? fromMs);
  if (fitting === 'raw' && !isGone('raw')) return 'raw';
  return fitting === 'hour' || isGone('minute') ? 'hour' : 'minute';
}

/** The whole rollups inside the span; `undefined` where there is none. */
export function wholeSteps({ fromMs, toMs }: Span, stepMs: number): Span | undefined {
  const whole = { fromMs: ceilTo(fromMs, stepMs), toMs: floorTo(toMs, stepMs) };
  return whole.fromMs < whole.toMs ? whole : undefined;
}

/** Buckets of adjoining spans, in the order of time, as one: two halves of a bucket become a whole. */
export function joinBuckets<T extends Weighted>(parts: readonly (readonly T[])[]): T[] {
  const joined: T[] = [];
  for (const bucket of parts.flat()) {
    const before = joined.at(-1);
    if (before?.ts !== bucket.ts) joined.push(bucket);
    else joined[joined.length - 1] = joinTwo(before, bucket);
  }
  return joined;
}

function joinTwo<T extends Weighted>(earlier: T, later: T): T {
  const count = earlier.count + later.count;
  return {
    ...later,
    min: Math.min(earlier.min, later.min),
    mean: (earlier.mean * earlier.count + later.mean * later.count) / count,
    max: Math.max(earlier.max, later.max),
    count,
  };
}
