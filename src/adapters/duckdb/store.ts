import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Logger } from 'pino';
import { kindSchema } from '../../contract/kind.ts';
import { METRICS } from '../../contract/metric.ts';
import { decodeLine, type LinePoint } from '../../domain/line-protocol.ts';
import { SvitloError } from '../../errors.ts';
import type { Bucket, Readiness, SeriesQuery, SeriesStore } from '../../ports.ts';

const DAY_MS = 86_400_000;

interface DuckdbStoreOptions {
  folder: string;
  /** Such as `64MB`. */
  memoryLimit: string;
  log: Logger;
}

/**
 * The embedded store: a wide table a kind in `series.duckdb` for days under way, and a Parquet file a
 * kind and finished UTC day beside it. The same device and time counts once, the last written.
 */
export class DuckdbStore implements SeriesStore {
  readonly #options: DuckdbStoreOptions;
  #instance: DuckDBInstance | undefined;
  #connection: DuckDBConnection | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #rolledDay = 0;

  constructor(options: DuckdbStoreOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { folder } = this.#options;
    for (const kind of kindSchema.options) mkdirSync(join(folder, kind), { recursive: true });
    const file = join(folder, 'series.duckdb');
    try {
      await this.#open(file);
    } catch (error) {
      const aside = `${file}.damaged-${Date.now()}`;
      this.#options.log.error({ err: error, aside }, 'store: file moved aside, begun anew');
      if (existsSync(file)) renameSync(file, aside);
      rmSync(`${file}.wal`, { force: true });
      await this.#open(file);
    }
    await this.rollFinishedDays(Date.now());
  }

  async stop(): Promise<void> {
    await this.#turn;
    this.#connection?.closeSync();
    this.#instance?.closeSync();
  }

  readiness(): Readiness {
    if (this.#connection !== undefined) return { isReady: true, state: 'ok' };
    return { isReady: false, state: 'closed' };
  }

  async write(lines: readonly string[]): Promise<void> {
    const byKind = Map.groupBy(lines.map(decodeLine), ({ kind }) => kind);
    await this.#exclusively(async (connection) => {
      await connection.run('BEGIN');
      try {
        for (const [kind, points] of byKind) await append(connection, kind, points);
        await connection.run('COMMIT');
      } catch (error) {
        await connection.run('ROLLBACK');
        const message = error instanceof Error ? error.message : String(error);
        throw new SvitloError('SVT_STORE_UNREACHABLE', message, { retryable: true, cause: error });
      }
    });
    const today = Math.floor(Date.now() / DAY_MS);
    if (today !== this.#rolledDay) await this.rollFinishedDays(Date.now());
  }

  async series(query: SeriesQuery): Promise<Bucket[]> {
    const { kind, site, device, fromMs, toMs, bucketMs } = query;
    const sources = [
      tableOf(kind),
      ...this.#filesOf(kind, fromMs, toMs).map((file) => `read_parquet('${file}')`),
    ];
    const column = quote(query.metric);
    const parts = sources.map(
      (source, index) => `
        SELECT ts, seq, ${sources.length - index} AS source, ${column}::DOUBLE AS value FROM ${source}
        WHERE site = $site AND device = $device AND ts >= $from AND ts < $to AND ${column} IS NOT NULL`,
    );
    const text = `
      WITH raw AS (${parts.join(' UNION ALL ')}),
      once AS (SELECT ts, last(value ORDER BY source, seq) AS value FROM raw GROUP BY ts)
      SELECT (ts // $bucket) * $bucket AS bucket,
        min(value) AS min, avg(value) AS mean, max(value) AS max, last(value ORDER BY ts) AS last
      FROM once GROUP BY bucket ORDER BY bucket`;
    const values = {
      site,
      device,
      from: BigInt(fromMs),
      to: BigInt(toMs),
      bucket: BigInt(bucketMs),
    };
    const rows = await this.#exclusively(async (connection) => {
      const reader = await connection.runAndReadAll(text, values);
      return reader.getRowObjectsJS();
    });
    return rows.map((row) => ({
      ts: Number(row.bucket),
      min: Number(row.min),
      mean: Number(row.mean),
      max: Number(row.max),
      last: Number(row.last),
    }));
  }

  /** Moves days before `nowMs`'s UTC day into Parquet, a file a day and kind. */
  async rollFinishedDays(nowMs: number): Promise<void> {
    this.#rolledDay = Math.floor(nowMs / DAY_MS);
    await this.#exclusively(async (connection) => {
      for (const kind of kindSchema.options) {
        const text = `SELECT DISTINCT ts // ${DAY_MS} AS day FROM ${tableOf(kind)} WHERE ts < ${this.#rolledDay * DAY_MS}`;
        const days = (await connection.runAndReadAll(text)).getRowObjectsJS();
        for (const { day } of days) await this.#roll(connection, kind, Number(day));
      }
    });
  }

  async #roll(connection: DuckDBConnection, kind: string, day: number): Promise<void> {
    const file = this.#fileOf(kind, day);
    const table = tableOf(kind);
    const range = `ts >= ${day * DAY_MS} AND ts < ${(day + 1) * DAY_MS}`;
    const earlier = existsSync(file)
      ? `UNION ALL BY NAME SELECT *, 0 AS source FROM read_parquet('${file}')`
      : '';
    const columns = `SELECT *, 1 AS source FROM ${table} WHERE ${range} ${earlier}`;
    await connection.run(`
      COPY (
        SELECT * EXCLUDE (source) FROM (${columns})
        QUALIFY row_number() OVER (PARTITION BY site, device, ts ORDER BY source DESC, seq DESC) = 1
        ORDER BY site, device, ts
      ) TO '${file}.part' (FORMAT parquet, COMPRESSION zstd)`);
    renameSync(`${file}.part`, file);
    await connection.run(`DELETE FROM ${table} WHERE ${range}`);
    await connection.run('CHECKPOINT');
  }

  #filesOf(kind: string, fromMs: number, toMs: number): string[] {
    const files: string[] = [];
    for (let day = Math.floor(fromMs / DAY_MS); day * DAY_MS < toMs; day += 1) {
      const file = this.#fileOf(kind, day);
      if (existsSync(file)) files.push(file);
    }
    return files;
  }

  #fileOf(kind: string, day: number): string {
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    return join(this.#options.folder, kind, `${date}.parquet`);
  }

  async #open(file: string): Promise<void> {
    const { memoryLimit } = this.#options;
    const settings = { threads: '1', memory_limit: memoryLimit, preserve_insertion_order: 'false' };
    this.#instance = await DuckDBInstance.create(file, settings);
    const connection = await this.#instance.connect();
    await connection.run('CREATE SEQUENCE IF NOT EXISTS written');
    for (const kind of kindSchema.options) {
      const columns = columnsOf(kind).map(([name, type]) => `${quote(name)} ${type}`);
      await connection.run(`
        CREATE TABLE IF NOT EXISTS ${tableOf(kind)} (
          site VARCHAR, device VARCHAR, ts BIGINT, seq BIGINT DEFAULT nextval('written'), ${columns.join(', ')}
        )`);
      for (const [name, type] of columnsOf(kind)) {
        await connection.run(
          `ALTER TABLE ${tableOf(kind)} ADD COLUMN IF NOT EXISTS ${quote(name)} ${type}`,
        );
      }
    }
    this.#connection = connection;
  }

  /** One statement at a time: a connection has one transaction. */
  #exclusively<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => {
      if (this.#connection === undefined) {
        throw new SvitloError('SVT_STORE_UNREACHABLE', 'the embedded store is not open', {
          retryable: true,
        });
      }
      return work(this.#connection);
    });
    this.#turn = result.catch(() => {});
    return result;
  }
}

function columnsOf(kind: string): [name: string, type: string][] {
  return [...METRICS.values()]
    .filter(({ kinds }) => kinds.some((one) => one === kind))
    .map(({ key, type }) => [key, columnType(type)]);
}

function columnType(type: string): string {
  if (type === 'bool') return 'BOOLEAN';
  return type === 'enum' || type === 'flags' || type === 'text' ? 'VARCHAR' : 'DOUBLE';
}

/** One statement for all points, with the columns that they use. */
async function append(
  connection: DuckDBConnection,
  kind: string,
  points: readonly LinePoint[],
): Promise<void> {
  const known = new Map(columnsOf(kind));
  const used = [...new Set(points.flatMap(({ fields }) => Object.keys(fields)))].filter((key) =>
    known.has(key),
  );
  const names = used.map((key) => `, ${quote(key)}`).join('');
  const rows = points.map(({ site, device, ts, fields }) => {
    const values = used.map((key) => `, ${literal(fields[key])}`).join('');
    return `(${literal(site)}, ${literal(device)}, ${ts}${values})`;
  });
  await connection.run(
    `INSERT INTO ${tableOf(kind)} (site, device, ts${names}) VALUES ${rows.join(',')}`,
  );
}

function literal(value: unknown): string {
  if (value === undefined) return 'NULL';
  return typeof value === 'string'
    ? `'${value.replaceAll("'", "''").replaceAll('\0', '')}'`
    : String(value);
}

function tableOf(kind: string): string {
  return quote(`${kind}_point`);
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
