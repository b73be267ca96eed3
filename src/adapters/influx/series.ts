import { STEP_MS } from '../../domain/resolution.ts';
import type { Bucket, SeriesPart, SeriesQuery } from '../../ports.ts';
import { quoteName, quoteText, within } from './influx-ql.ts';
import { type QueryTarget, queryRows } from './query-client.ts';
import { fieldOf, measurementOf } from './rollup-name.ts';

const TIMEOUT_MS = 10_000;

/** A metric in buckets, from raw points or rollups. Throws `SVT_STORE_UNREACHABLE`. */
export async function readSeries(target: QueryTarget, query: SeriesQuery): Promise<SeriesPart> {
  if (query.resolution === 'raw') return { buckets: await readBuckets(target, query) };
  const [buckets, first, last] = await Promise.all([
    readBuckets(target, query),
    readEdge(target, query, 'ASC'),
    readEdge(target, query, 'DESC'),
  ]);
  if (first === undefined || last === undefined) return { buckets: [] };
  return { buckets, found: { fromMs: first, toMs: last + STEP_MS[query.resolution] } };
}

async function readBuckets(target: QueryTarget, query: SeriesQuery): Promise<Bucket[]> {
  const text = `
    SELECT ${query.resolution === 'raw' ? fromPoints(query) : fromRollups(query)} ${source(query)}
    GROUP BY time(${query.bucketMs}ms) fill(none)`;
  const buckets: Bucket[] = [];
  for await (const { values } of queryRows(target, { text, timeoutMs: TIMEOUT_MS })) {
    for (const [ts, min, max, last, sum, count] of values) {
      const mean = Number(sum) / Number(count);
      buckets.push({
        ts: Number(ts),
        min: Number(min),
        mean,
        max: Number(max),
        last: Number(last),
        count: Number(count),
      });
    }
  }
  return buckets;
}

/** The time of the oldest or the newest rollup in the span. */
async function readEdge(
  target: QueryTarget,
  query: SeriesQuery,
  order: 'ASC' | 'DESC',
): Promise<number | undefined> {
  const field = quoteName(fieldOf(query.metric, 'count'));
  const text = `SELECT ${field} ${source(query)} ORDER BY time ${order} LIMIT 1`;
  for await (const { values } of queryRows(target, { text, timeoutMs: TIMEOUT_MS })) {
    const [row] = values;
    if (row !== undefined) return Number(row[0]);
  }
  return undefined;
}

function fromPoints({ metric }: SeriesQuery): string {
  const field = quoteName(metric);
  return `min(${field}), max(${field}), last(${field}), sum(${field}), count(${field})`;
}

function fromRollups({ metric }: SeriesQuery): string {
  const of = (statistic: Parameters<typeof fieldOf>[1]) => quoteName(fieldOf(metric, statistic));
  return `min(${of('min')}), max(${of('max')}), last(${of('last')}), sum(${of('sum')}), sum(${of('count')})`;
}

function source(query: SeriesQuery): string {
  return `
    FROM ${quoteName(measurementOf(query.kind, query.resolution))}
    WHERE site = ${quoteText(query.site)} AND device = ${quoteText(query.device)} AND ${within(query)}`;
}
