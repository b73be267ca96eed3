import type { DuckDBConnection } from '@duckdb/node-api';
import { type Span, STEP_MS } from '../../domain/resolution.ts';
import type { SeriesPart, SeriesQuery } from '../../ports.ts';
import { quote } from './table.ts';

/** Lifts the rows of the table above all rows of files, which were written before them. */
const LATEST = 2n ** 62n;

/** Where rows of one kind and resolution stand. */
export interface Source {
  table: string;
  files: readonly string[];
}

/**
 * Raw points as they stand, each with its `rank` in the order of writing; later columns are null in old
 * files. The condition is of the table alone: `seq` begins anew with an empty table, and says nothing of
 * what a file has.
 */
export function pointRows({ table, files }: Source, ofTable = 'true'): string {
  const recent = `SELECT *, seq + ${LATEST} AS rank FROM ${quote(table)} WHERE ${ofTable}`;
  if (files.length === 0) return recent;
  return `${recent} UNION ALL BY NAME SELECT *, seq AS rank FROM ${parquet(files)}`;
}

/** Rollups that meet the condition, each once: what stands in the table is newer than what a file has. */
export function rollupRows({ table, files }: Source, condition: string): string {
  const recent = `SELECT * FROM ${quote(table)} WHERE ${condition}`;
  if (files.length === 0) return recent;
  return `
    ${recent} UNION ALL BY NAME
    SELECT * FROM (SELECT * FROM ${parquet(files)} WHERE ${condition}) AS filed
      ANTI JOIN (${recent}) AS recent USING (site, device, metric, ts)`;
}

export function within({ fromMs, toMs }: Span): string {
  return `ts >= ${fromMs} AND ts < ${toMs}`;
}

export async function readPoints(
  connection: DuckDBConnection,
  source: Source,
  query: SeriesQuery,
): Promise<SeriesPart> {
  const column = quote(query.metric);
  const text = `
    WITH once AS (
      SELECT ts, arg_max(${column}::DOUBLE, rank) AS value FROM (${pointRows(source)})
      WHERE site = $site AND device = $device AND ${within(query)} AND ${column} IS NOT NULL
      GROUP BY ts)
    SELECT (ts // $bucket) * $bucket AS bucket, min(value) AS min, avg(value) AS mean,
      max(value) AS max, arg_max(value, ts) AS last, count(*) AS count
    FROM once GROUP BY bucket ORDER BY bucket`;
  const { site, device, bucketMs } = query;
  const reader = await connection.runAndReadAll(text, { site, device, bucket: BigInt(bucketMs) });
  return { buckets: reader.getRowObjectsJS().map(bucketIn) };
}

export async function readRollups(
  connection: DuckDBConnection,
  source: Source,
  query: SeriesQuery,
): Promise<SeriesPart> {
  const condition = `site = $site AND device = $device AND metric = $metric AND ${within(query)}`;
  const text = `
    SELECT (ts // $bucket) * $bucket AS bucket, min(min) AS min, sum(mean * count) / sum(count) AS mean,
      max(max) AS max, arg_max(last, ts) AS last, sum(count)::BIGINT AS count,
      min(ts) AS first_ts, max(ts) AS last_ts
    FROM (${rollupRows(source, condition)}) GROUP BY bucket ORDER BY bucket`;
  const { site, device, metric, bucketMs } = query;
  const values = { site, device, metric, bucket: BigInt(bucketMs) };
  const rows = (await connection.runAndReadAll(text, values)).getRowObjectsJS();
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return { buckets: [] };
  const fromMs = Number(first.first_ts);
  const toMs = Number(last.last_ts) + STEP_MS[query.resolution];
  return { buckets: rows.map(bucketIn), found: { fromMs, toMs } };
}

function bucketIn(row: Record<string, unknown>) {
  return {
    ts: Number(row.bucket),
    min: Number(row.min),
    mean: Number(row.mean),
    max: Number(row.max),
    last: Number(row.last),
    count: Number(row.count),
  };
}

/** Files of earlier versions lack the metrics that have come since. */
function parquet(files: readonly string[]): string {
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
  return `read_parquet([${list}], union_by_name = true)`;
}
