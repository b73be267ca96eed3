import { renameSync, rmSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';

/** Rows of one series lie together; a row group is the least that a query reads. */
const ROW_GROUP_ROWS = 8192;

export type Exclusively = <T>(work: (connection: DuckDBConnection) => Promise<T>) => Promise<T>;

/** How many rows of a device are to be written. */
export interface DeviceRows {
  site: string;
  device: string;
  rows: number;
}

/** The devices of a subquery, in the order of its file. */
export async function devicesIn(connection: DuckDBConnection, rows: string): Promise<DeviceRows[]> {
  const reader = await connection.runAndReadAll(
    `SELECT site, device, count(*) AS rows FROM ${rows} GROUP BY ALL ORDER BY site, device`,
  );
  return reader.getRowObjectsJS().map(({ site, device, rows: count }) => ({
    site: String(site),
    device: String(device),
    rows: Number(count),
  }));
}

interface Part {
  condition: string;
  rows: number;
}

/**
 * Conditions that cut the rows into parts of bounded size, in the order of site and device. A device
 * with more rows is a part of its own.
 */
export function partsByDevice(devices: readonly DeviceRows[], maxRows: number): Part[] {
  const parts: { first: DeviceRows; last: DeviceRows; rows: number }[] = [];
  for (const one of devices) {
    const part = parts.at(-1);
    if (part === undefined || part.rows + one.rows > maxRows) {
      parts.push({ first: one, last: one, rows: one.rows });
    } else {
      part.last = one;
      part.rows += one.rows;
    }
  }
  return parts.map(({ first, last, rows }) => ({
    condition: `${notBefore(first)} AND ${notAfter(last)}`,
    rows,
  }));
}

/**
 * Writes a Parquet file from sorted selects, one after the other. Sorting all at once takes the whole
 * memory of the store, whatever its limit; so does a wide row group of the usual size. The file stands
 * under its name when all of it is written.
 */
export async function writeParquet(
  exclusively: Exclusively,
  file: string,
  selects: readonly string[],
): Promise<void> {
  const parts: string[] = [];
  try {
    for (const select of selects) {
      const part = `${file}.part-${parts.length}`;
      parts.push(part);
      await exclusively((connection) => copy(connection, select, part));
    }
    const joined = parts.map(quoteText).join(', ');
    const whole = `${file}.part`;
    await exclusively(async (connection) => {
      await connection.run('SET preserve_insertion_order = true');
      await copy(connection, `FROM read_parquet([${joined}])`, whole).finally(() =>
        connection.run('SET preserve_insertion_order = false'),
      );
    });
    renameSync(whole, file);
  } finally {
    for (const part of parts) rmSync(part, { force: true });
  }
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

async function copy(connection: DuckDBConnection, select: string, file: string): Promise<void> {
  const format = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}`;
  await connection.run(`COPY (${select}) TO ${quoteText(file)} (${format})`);
}

function notBefore({ site, device }: DeviceRows): string {
  const [from, at] = [quoteText(site), quoteText(device)];
  return `(site > ${from} OR (site = ${from} AND device >= ${at}))`;
}

function notAfter({ site, device }: DeviceRows): string {
  const [to, at] = [quoteText(site), quoteText(device)];
  return `(site < ${to} OR (site = ${to} AND device <= ${at}))`;
}
