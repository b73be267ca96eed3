import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Logger } from 'pino';
import { kindSchema } from '../../contract/kind.ts';
import { type LineBlock, linesOf } from '../../domain/line-block.ts';
import { decodeLine, type LinePoint } from '../../domain/line-protocol.ts';
import type { Resolution, Span } from '../../domain/resolution.ts';
import { Refusals, SvitloError } from '../../errors.ts';
import type { SeriesPart, SeriesQuery, SeriesStore, WriteOutcome } from '../../ports.ts';
import { faultOf } from './fault.ts';
import { PeriodFiles } from './period-files.ts';
import { movePointsToFile } from './point-days.ts';
import { DuckdbRollups } from './rollup.ts';
import { readPoints, type Source } from './series.ts';
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
  readonly #rollups: DuckdbRollups;
  #instance: DuckDBInstance | undefined;
  #connection: DuckDBConnection | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #tables = new Map<string, PointTable>();
  #nextSeq = 0n;
  #rolledDay = 0;
  #isStopping = false;
  #rolling: Promise<void> = Promise.resolve();
  /** While its file is copied: resolves when the store may change it again. */
  #standstill: Promise<void> | undefined;

  constructor(options: DuckdbStoreOptions) {
    this.#options = options;
    this.#rollups = new DuckdbRollups({
      folder: options.folder,
      exclusively: (work) => this.#changing(work),
      points: (kind, span) => this.#points(kind, span),
    });
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
    this.#rollInBackground();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#rolling.catch(() => {});
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
    if (today !== this.#rolledDay) this.#rollInBackground();
    return { outcome: 'stored' };
  }

  async probe(): Promise<WriteOutcome> {
    if (this.#connection !== undefined) return { outcome: 'stored' };
    return { outcome: 'retry', state: 'unreachable', detail: 'the embedded store is not open' };
  }

  async #append(points: readonly LinePoint[]): Promise<void> {
    const byKind = Map.groupBy(points, ({ kind }) => kind);
    await this.#changing(async (connection) => {
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

  series(query: SeriesQuery): Promise<SeriesPart> {
    return this.#exclusively((connection) =>
      query.resolution === 'raw'
        ? readPoints(connection, this.#points(query.kind, query), query)
        : this.#rollups.series(connection, query),
    );
  }

  rollMinutes(span: Span): Promise<void> {
    return this.#rollups.rollMinutes(span);
  }

  rollHours(span: Span): Promise<void> {
    return this.#rollups.rollHours(span);
  }

  expire(resolution: Resolution, beforeMs: number): Promise<void> {
    return this.#rollups.expire(resolution, beforeMs);
  }

  /**
   * Everything is in the file, and nothing changes it until the answer is called: it may be copied. It can
   * be read meanwhile; writes wait. Parquet files need no standstill: each is replaced as a whole.
   */
  async standStill(): Promise<() => void> {
    if (this.#standstill !== undefined) {
      const text = 'the embedded store stands still for another backup';
      throw new SvitloError('SVT_STORE_UNREACHABLE', text, { retryable: true });
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#standstill = promise;
    const resume = () => {
      if (this.#standstill === promise) this.#standstill = undefined;
      resolve();
    };
    try {
      await this.#exclusively((connection) => connection.run('CHECKPOINT'));
      return resume;
    } catch (error) {
      resume();
      throw error;
    }
  }

  /**
   * Moves days before `nowMs`'s UTC day into Parquet, a file a day and kind. A day whose file is damaged
   * stays in the table; that is told when all others are moved.
   */
  rollFinishedDays(nowMs: number): Promise<void> {
    this.#rolling = this.#rolling.catch(() => {}).then(() => this.#rollDays(nowMs));
    return this.#rolling;
  }

  async #rollDays(nowMs: number): Promise<void> {
    this.#rolledDay = Math.floor(nowMs / DAY_MS);
    const refusals = new Refusals();
    for (const kind of kindSchema.options) {
      const text = `SELECT DISTINCT ts // ${DAY_MS} AS day FROM ${quote(this.#table(kind).name)} WHERE ts < ${this.#rolledDay * DAY_MS}`;
      const days = await this.#exclusively(async (connection) =>
        (await connection.runAndReadAll(text)).getRowObjectsJS(),
      );
      for (const { day } of days) {
        await refusals.past(() => this.#roll(kind, Number(day) * DAY_MS));
      }
    }
    refusals.throwFirst();
  }

  async #roll(kind: string, fromMs: number): Promise<void> {
    const span = { fromMs, toMs: fromMs + DAY_MS };
    await movePointsToFile({
      exclusively: async (work) => {
        if (this.#isStopping) throw new Error('the store is being closed');
        return this.#changing(work);
      },
      source: this.#points(kind, span),
      span,
      file: this.#files(kind).fileOf(span),
      beforeSeq: this.#nextSeq,
    });
  }

  /** Points are stored whether this succeeds or not; it comes again with the next day or start. */
  #rollInBackground(): void {
    this.#rolledDay = Math.floor(Date.now() / DAY_MS);
    this.rollFinishedDays(Date.now()).catch((error: unknown) => {
      if (!this.#isStopping)
        this.#options.log.error({ err: error }, 'store: finished days not moved to their files');
    });
  }

  #points(kind: string, span: Span): Source {
    return { table: this.#table(kind).name, files: this.#files(kind).over(span) };
  }

  #files(kind: string): PeriodFiles {
    return new PeriodFiles(this.#options.folder, kind, 'raw');
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
    await this.#rollups.open(connection);
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

  /** What may write to the file waits for the end of a standstill. */
  async #changing<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    while (this.#standstill !== undefined) await this.#standstill;
    return this.#exclusively(work);
  }

  /** One statement at a time: a connection has one transaction. */
  #exclusively<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => {
      if (this.#connection === undefined) {
        throw new SvitloError('SVT_STORE_UNREACHABLE', 'the embedded store is not open', {
          retryable: true,
        });
      }
      return work(this.#connection).catch((error: unknown) => {
        throw faultOf(error);
      });
    });
    this.#turn = result.catch(() => {});
    return result;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
