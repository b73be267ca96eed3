import type { SeriesAnswer } from '../../../../src/contract/http.ts';

type WireBucket = SeriesAnswer['buckets'][number];

/** uPlot's columns: time in seconds, then lowest, mean and highest; `null` breaks the line. */
export interface Columns {
  times: number[];
  min: (number | null)[];
  mean: (number | null)[];
  max: (number | null)[];
}

/** A silence of more than so many usual distances is a hole, not a line. */
const GAP_FACTOR = 4;

function usualStep(times: readonly number[]): number {
  const steps = times
    .slice(1)
    .map((time, index) => time - (times[index] ?? time))
    .sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 0;
}

/** Buckets → columns, with a break wherever telemetry was missing. */
export function plotColumns(buckets: readonly WireBucket[]): Columns {
  const times = buckets.map((bucket) => Date.parse(bucket.ts) / 1000);
  const widest = usualStep(times) * GAP_FACTOR;
  const columns: Columns = { times: [], min: [], mean: [], max: [] };
  buckets.forEach((bucket, index) => {
    const time = times[index] ?? 0;
    const before = times[index - 1];
    if (before !== undefined && widest > 0 && time - before > widest) {
      columns.times.push((before + time) / 2);
      columns.min.push(null);
      columns.mean.push(null);
      columns.max.push(null);
    }
    columns.times.push(time);
    columns.min.push(bucket.min);
    columns.mean.push(bucket.mean);
    columns.max.push(bucket.max);
  });
  return columns;
}
