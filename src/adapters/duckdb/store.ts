import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Logger } from 'pino';
import { kindSchema } from '../../contract/kind.ts';
import { type LineBlock, linesOf } from '../../domain/line-block.ts';
import { decodeLine, type LinePoint } from '../../domain/line-protocol.ts';
import { SvitloError } from '../../errors.ts';
import type { Bucket, SeriesQuery, SeriesStore, WriteOutcome } from '../../ports.ts';
import { PointTable, quote } from './table.ts';

const DAY_MS = 86_400_000;
/** A checkpoint holds blocks for every column at once: with the usual 256 KiB they are past the limit. */
const BLOCK_BYTES = '16384';

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
  readonly #tables = new Map<string, PointTable>();
  #nextSeq = 0n;
  #rolledDay = 0;

  constructor(options: DuckdbStoreOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { folder } = this.#options;
    for (const kind of kindSchema.options) mkdirSync(join(folder, kind), { recursive: true });
    const file = this.#file();
    try {
      await this.#open(file);
    } catch (error) {
      const aside = `${file}.damaged-${Date.now()}`;
      this.#options.log.error({ err: error, aside }, 'store: file moved aside, begun anew');
      for (const suffix of ['', '.wal'])
        if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
      await this.#open(file);
    }
    await this.rollFinishedDays(Date.now());
  }

  async stop(): Promise<void> {
    await this.#turn;
    this.#connection?.closeSync();
    this.#instance?.closeSync();
  }

  async write(block: LineBlock): Promise<WriteOutcome> {
    let points: LinePoint[];
    try {
      points = linesOf(block).map(decodeLine);
    } catch (error) {
      return { outcome: 'split', state: 'points_refused', detail: messageOf(error) };
    }
    try {
      await this.#append(points);
    } catch (error) {
      return { outcome: 'retry', state: 'unreachable', detail: messageOf(error) };
    }
    const today = Math.floor(Date.now() / DAY_MS);
    if (today !== this.#rolledDay) {
      await this.rollFinishedDays(Date.now()).catch((error: unknown) =>
        this.#options.log.error({ err: error }, 'store: a finished day could not be moved'),
      );
    }
    return { outcome: 'stored' };
  }

  async probe(): Promise<WriteOutcome> {
    if (this.#connection !== undefined) return { outcome: 'stored' };
    return { outcome: 'retry', state: 'unreachable', detail: 'the embedded store is not open' };
  }

  async #append(points: readonly LinePoint[]): Promise<void> {
    const byKind = Map.groupBy(points, ({ kind }) => kind);
    await this.#exclusively(async (connection) => {
      try {
        await connection.run('BEGIN');
        for (const [kind, points] of byKind) {
          const rows = points.map((point) => ({ ...point, seq: this.#nextSeq++ }));
          await this.#table(kind).append(connection, rows);
        }
        await connection.run('COMMIT');
      } catch (error) {
        await connection.run('ROLLBACK').catch(() => this.#reopen());
        throw error;
      }
    });
  }

  async series(query: SeriesQuery): Promise<Bucket[]> {
    const { kind, site, device, fromMs, toMs, bucketMs } = query;
    const sources = [
      quote(this.#table(kind).name),
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
        const text = `SELECT DISTINCT ts // ${DAY_MS} AS day FROM ${quote(this.#table(kind).name)} WHERE ts < ${this.#rolledDay * DAY_MS}`;
        const days = (await connection.runAndReadAll(text)).getRowObjectsJS();
        for (const { day } of days) await this.#roll(connection, kind, Number(day));
      }
    });
  }

  async #roll(connection: DuckDBConnection, kind: string, day: number): Promise<void> {
    const file = this.#fileOf(kind, day);
    const table = quote(this.#table(kind).name);
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
    const settings = {
      threads: '1',
      memory_limit: memoryLimit,
      preserve_insertion_order: 'false',
      default_block_size: BLOCK_BYTES,
    };
    this.#instance = await DuckDBInstance.create(file, settings);
    const connection = await this.#instance.connect();
    for (const kind of kindSchema.options) {
      const table = await PointTable.open(connection, kind);
      this.#tables.set(kind, table);
      const text = `SELECT coalesce(max(seq), 0) + 1 AS next FROM ${quote(table.name)}`;
      const [row] = (await connection.runAndReadAll(text)).getRowObjectsJS();
      const next = BigInt(Number(row?.next));
      if (next > this.#nextSeq) this.#nextSeq = next;
    }
    this.#connection = connection;
  }

  /** After a fatal error DuckDB answers nothing more until its file has been opened again. */
  async #reopen(): Promise<void> {
    this.#connection?.closeSync();
    this.#instance?.closeSync();
    this.#connection = undefined;
    await this.#open(this.#file());
  }

  #file(): string {
    return join(this.#options.folder, 'series.duckdb');
  }

  #table(kind: string): PointTable {
    const table = this.#tables.get(kind);
    if (table === undefined) throw new Error(`no table for ${kind}`);
    return table;
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
