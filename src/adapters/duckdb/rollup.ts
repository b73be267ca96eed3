import { mkdirSync, rmSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { kindSchema } from '../../contract/kind.ts';
import { numericMetricsOf } from '../../contract/metric.ts';
import { HOUR_MS, MINUTE_MS, type Resolution, type Span } from '../../domain/resolution.ts';
import { Refusals } from '../../errors.ts';
import type { RollupStore, SeriesPart, SeriesQuery } from '../../ports.ts';
import { devicesIn, type Exclusively, partsByDevice, writeParquet } from './parquet-file.ts';
import { PeriodFiles } from './period-files.ts';
import { pointRows, readRollups, rollupRows, type Source, within } from './series.ts';
import { quote } from './table.ts';

type Rolled = Exclude<Resolution, 'raw'>;

const DAY_MS = 86_400_000;
/** Raw points a statement: their values, a row each, must fit into the store's memory. */
const MAX_POINTS = 20_000;
/** Rollups that one statement sorts: a fraction of the store's memory. */
const MAX_SORTED_ROWS = 100_000;
/** So many new minutes are moved to their days' files at once, as in a backlog. */
const MAX_RECENT_ROWS = 1_000_000;
/** The last hour of a day is rolled up shortly after the day. */
const PACK_DELAY_MS = HOUR_MS;

interface DuckdbRollupsOptions {
  folder: string;
  exclusively: Exclusively;
  /** Where the raw points of a span stand. */
  points(kind: string, span: Span): Source;
}

/**
 * Rollups of the embedded store: a row a device, metric and minute or hour. New and mended ones stand
 * in a table; those of finished days (of hours: months) in Parquet files in the order of devices, so
 * that a month of one metric is a few row groups.
 */
export class DuckdbRollups implements RollupStore {
  readonly #options: DuckdbRollupsOptions;
  #packedDay = 0;
  #recentRows = 0;

  constructor(options: DuckdbRollupsOptions) {
    this.#options = options;
  }

  /** Makes the tables and folders where they are absent. */
  async open(connection: DuckDBConnection): Promise<void> {
    for (const kind of kindSchema.options) {
      for (const resolution of ['minute', 'hour'] as const) {
        mkdirSync(this.#files(kind, resolution).folder, { recursive: true });
        await connection.run(`
          CREATE TABLE IF NOT EXISTS ${tableOf(kind, resolution)} (site VARCHAR, device VARCHAR,
            metric VARCHAR, ts BIGINT, min DOUBLE, mean DOUBLE, max DOUBLE, last DOUBLE, count BIGINT)`);
      }
    }
  }

  series(connection: DuckDBConnection, query: SeriesQuery): Promise<SeriesPart> {
    const resolution = query.resolution === 'hour' ? 'hour' : 'minute';
    return readRollups(connection, this.#source(query.kind, resolution, query), query);
  }

  /** A kind whose file is damaged is left out alone; that is told when all others are rolled up. */
  async rollMinutes(span: Span): Promise<void> {
    const refusals = new Refusals();
    for (const kind of kindSchema.options) {
      await refusals.past(async () => {
        for (const part of await this.#bounded(kind, span)) {
          const rows = () => minutesOf(kind, this.#options.points(kind, part), part);
          await this.#replace(kind, 'minute', part, rows);
        }
      });
    }
    refusals.throwFirst();
  }

  async rollHours(span: Span): Promise<void> {
    const refusals = new Refusals();
    for (const kind of kindSchema.options) {
      const rows = () => hoursOf(rollupRows(this.#source(kind, 'minute', span), within(span)));
      await refusals.past(() => this.#replace(kind, 'hour', span, rows));
    }
    await refusals.past(() => this.#packSometimes(Date.now()));
    refusals.throwFirst();
  }

  /** Deletes whole files alone: of hours a month stays until all of it is older. */
  async expire(resolution: Resolution, beforeMs: number): Promise<void> {
    await this.#options.exclusively(async (connection) => {
      for (const kind of kindSchema.options) {
        const table = resolution === 'raw' ? this.#options.points(kind, NOTHING).table : undefined;
        const files = this.#files(kind, resolution);
        const before = files.periodAt(beforeMs).fromMs;
        const name = table === undefined ? tableOf(kind, resolution as Rolled) : quote(table);
        await connection.run(`DELETE FROM ${name} WHERE ts < ${before}`);
        for (const file of files.endedBefore(beforeMs)) rmSync(file);
      }
    });
  }

  /** Moves the minutes of finished days and the hours of finished months into their files. */
  async pack(nowMs: number): Promise<void> {
    const refusals = new Refusals();
    for (const kind of kindSchema.options) {
      for (const resolution of ['minute', 'hour'] as const) {
        for (const period of await this.#finished(kind, resolution, nowMs)) {
          await refusals.past(() => this.#packPeriod(kind, resolution, period));
        }
      }
    }
    refusals.throwFirst();
  }

  /** Tried once, whether it succeeds or not: rollups stand in their table until the next time. */
  async #packSometimes(nowMs: number): Promise<void> {
    const day = Math.floor((nowMs - PACK_DELAY_MS) / DAY_MS);
    if (day === this.#packedDay && this.#recentRows < MAX_RECENT_ROWS) return;
    this.#packedDay = day;
    this.#recentRows = 0;
    await this.pack(nowMs - PACK_DELAY_MS);
  }

  /** The periods that ended and of which rows stand in the table, oldest first. */
  async #finished(kind: string, resolution: Rolled, nowMs: number): Promise<Span[]> {
    const files = this.#files(kind, resolution);
    const open = files.periodAt(nowMs).fromMs;
    const text = `
      SELECT DISTINCT ts // ${DAY_MS} AS day FROM ${tableOf(kind, resolution)}
      WHERE ts < ${open} ORDER BY day`;
    const days = await this.#options.exclusively(async (connection) =>
      (await connection.runAndReadAll(text)).getRowObjectsJS(),
    );
    const periods = days.map(({ day }) => files.periodAt(Number(day) * DAY_MS));
    return [...new Map(periods.map((period) => [period.fromMs, period])).values()];
  }

  async #packPeriod(kind: string, resolution: Rolled, period: Span): Promise<void> {
    const { exclusively } = this.#options;
    const file = this.#files(kind, resolution).fileOf(period);
    const rows = rollupRows(this.#source(kind, resolution, period), within(period));
    const devices = await exclusively((connection) => devicesIn(connection, `(${rows})`));
    const selects = partsByDevice(devices, MAX_SORTED_ROWS).map(
      ({ condition }) => `FROM (${rows}) WHERE ${condition} ORDER BY site, device, metric, ts`,
    );
    await writeParquet(exclusively, file, selects);
    const table = tableOf(kind, resolution);
    await exclusively((connection) =>
      connection.run(`DELETE FROM ${table} WHERE ${within(period)}`),
    );
  }

  /** Parts of the span, by whole minutes, with no more points than one statement may take. */
  async #bounded(kind: string, span: Span): Promise<Span[]> {
    const [row] = await this.#options.exclusively(async (connection) => {
      const points = pointRows(this.#options.points(kind, span));
      const text = `SELECT count(*) AS count FROM (${points}) WHERE ${within(span)}`;
      return (await connection.runAndReadAll(text)).getRowObjectsJS();
    });
    const minutes = (span.toMs - span.fromMs) / MINUTE_MS;
    const statements = Math.min(minutes, Math.ceil(Number(row?.count) / MAX_POINTS));
    if (statements === 0) return [];
    const widthMs = Math.ceil(minutes / statements) * MINUTE_MS;
    const parts: Span[] = [];
    for (let fromMs = span.fromMs; fromMs < span.toMs; fromMs += widthMs) {
      parts.push({ fromMs, toMs: Math.min(span.toMs, fromMs + widthMs) });
    }
    return parts;
  }

  /** `rows` is asked when it is this statement's turn: a day's points may move to a file until then. */
  async #replace(kind: string, resolution: Rolled, span: Span, rows: () => string): Promise<void> {
    const table = tableOf(kind, resolution);
    await this.#options.exclusively(async (connection) => {
      await connection.run('BEGIN');
      try {
        await connection.run(`DELETE FROM ${table} WHERE ${within(span)}`);
        const { rowsChanged } = await connection.run(`INSERT INTO ${table} BY NAME ${rows()}`);
        await connection.run('COMMIT');
        if (resolution === 'minute') this.#recentRows += rowsChanged;
      } catch (error) {
        await connection.run('ROLLBACK');
        throw error;
      }
    });
  }

  #source(kind: string, resolution: Rolled, span: Span): Source {
    return { table: nameOf(kind, resolution), files: this.#files(kind, resolution).over(span) };
  }

  #files(kind: string, resolution: Resolution): PeriodFiles {
    return new PeriodFiles(this.#options.folder, kind, resolution);
  }
}

const NOTHING: Span = { fromMs: 0, toMs: 0 };

function nameOf(kind: string, resolution: Rolled): string {
  return `${kind}_1${resolution === 'minute' ? 'm' : 'h'}`;
}

function tableOf(kind: string, resolution: Rolled): string {
  return quote(nameOf(kind, resolution));
}

/** The minutes of raw points: of one time the last written value of each metric counts. */
function minutesOf(kind: string, source: Source, span: Span): string {
  const metrics = numericMetricsOf(kind)
    .map(({ key }) => quote(key))
    .join(', ');
  return `
    WITH points AS (
      SELECT site, device, ts, rank, ${metrics} FROM (${pointRows(source)}) WHERE ${within(span)}),
    written AS (UNPIVOT points ON ${metrics} INTO NAME metric VALUE value),
    once AS (
      SELECT site, device, metric, ts, arg_max(value, rank) AS value
      FROM written GROUP BY site, device, metric, ts)
    SELECT site, device, metric, ts // ${MINUTE_MS} * ${MINUTE_MS} AS ts, min(value) AS min,
      avg(value) AS mean, max(value) AS max, arg_max(value, once.ts) AS last, count(*) AS count
    FROM once GROUP BY site, device, metric, once.ts // ${MINUTE_MS}`;
}

function hoursOf(minutes: string): string {
  return `
    SELECT site, device, metric, ts // ${HOUR_MS} * ${HOUR_MS} AS ts, min(min) AS min,
      sum(mean * count) / sum(count) AS mean, max(max) AS max, arg_max(last, minutes.ts) AS last,
      sum(count)::BIGINT AS count
    FROM (${minutes}) AS minutes GROUP BY site, device, metric, minutes.ts // ${HOUR_MS}`;
}
