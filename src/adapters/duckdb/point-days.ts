import type { DuckDBConnection } from '@duckdb/node-api';
import type { Span } from '../../domain/resolution.ts';
import {
  type DeviceRows,
  devicesIn,
  type Exclusively,
  partsByDevice,
  writeParquet,
} from './parquet-file.ts';
import { pointRows, type Source, within } from './series.ts';
import { quote } from './table.ts';

const HOUR_MS = 3_600_000;
/** Values that one statement sorts: a fraction of the store's memory. */
const MAX_VALUES = 400_000;
const FIXED = ['site', 'device', 'ts', 'seq', 'rank'];

interface Day {
  exclusively: Exclusively;
  source: Source;
  span: Span;
  file: string;
  /** Points from this place in the order of writing on came meanwhile, and stay in the table. */
  beforeSeq: bigint;
}

/**
 * Moves one day's points from the table into a file, together with what the file has. Points of the
 * same device and time become one: of each field the last written value counts. Metrics that no point
 * has are left out.
 */
export async function movePointsToFile(day: Day): Promise<void> {
  const { exclusively, source, span, file, beforeSeq } = day;
  const written = `seq < ${beforeSeq}`;
  const rows = `(FROM (${pointRows(source, written)}) WHERE ${within(span)})`;
  const [metrics, devices] = await exclusively(async (connection) => [
    await metricsIn(connection, rows),
    await devicesIn(connection, rows),
  ]);
  const maxRows = Math.max(1, Math.floor(MAX_VALUES / (metrics.length + FIXED.length)));
  const values = metrics.map((one) => `, arg_max(${quote(one)}, rank) AS ${quote(one)}`).join('');
  const selects = partsOf(devices, maxRows, span).map(
    (part) => `
      SELECT site, device, ts, max(seq) AS seq${values} FROM ${rows} WHERE ${part}
      GROUP BY site, device, ts ORDER BY site, device, ts`,
  );
  await writeParquet(exclusively, file, selects);
  await exclusively(async (connection) => {
    await connection.run(`DELETE FROM ${quote(source.table)} WHERE ${within(span)} AND ${written}`);
    await connection.run('CHECKPOINT');
  });
}

/** Groups of devices; a device with too many points, which is a group of its own, is cut by the hour. */
function partsOf(devices: readonly DeviceRows[], maxRows: number, span: Span): string[] {
  return partsByDevice(devices, maxRows).flatMap(({ condition, rows }) => {
    if (rows <= maxRows) return [condition];
    const parts: string[] = [];
    for (let fromMs = span.fromMs; fromMs < span.toMs; fromMs += HOUR_MS) {
      parts.push(`${condition} AND ${within({ fromMs, toMs: fromMs + HOUR_MS })}`);
    }
    return parts;
  });
}

/** Also those that a file alone has: its metric may have left the catalogue. */
async function metricsIn(connection: DuckDBConnection, rows: string) {
  const reader = await connection.runAndReadAll(`DESCRIBE FROM ${rows}`);
  const names = reader.getRowObjectsJS().map((column) => String(column.column_name));
  const metrics = names.filter((name) => !FIXED.includes(name));
  const counts = metrics.map((one) => `count(${quote(one)})`).join(', ');
  const [row = []] = (await connection.runAndReadAll(`SELECT ${counts} FROM ${rows}`)).getRowsJS();
  return metrics.filter((_, index) => Number(row[index]) > 0);
}
