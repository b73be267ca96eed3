import { InfluxDB } from 'influx';
import type { Logger } from 'pino';
import type { LineBlock } from '../../domain/line-block.ts';
import type { Resolution, Span } from '../../domain/resolution.ts';
import { SvitloError } from '../../errors.ts';
import type { Readiness, SeriesPart, SeriesQuery, SeriesStore } from '../../ports.ts';
import { InfluxRollups } from './rollup.ts';
import { readSeries } from './series.ts';
import { postLines, type WriteTarget } from './write-client.ts';

interface InfluxStoreOptions {
  /** `http(s)://user:password@host:8086/database` */
  url: string;
  log: Logger;
}

/** InfluxDB through its v1 API. */
export class InfluxStore implements SeriesStore {
  readonly #target: WriteTarget;
  readonly #rollups: InfluxRollups;
  readonly #query: InfluxDB;
  readonly #database: string;
  readonly #log: Logger;
  #isDatabaseKnown = false;
  #readiness: Readiness = { isReady: false, state: 'connecting' };

  constructor({ url, log }: InfluxStoreOptions) {
    const { protocol, hostname, port, username, password, pathname } = new URL(url);
    this.#database = decodeURIComponent(pathname.slice(1)) || 'svitlo';
    this.#log = log;
    const options = {
      host: hostname,
      port: Number(port) || 8086,
      protocol: protocol === 'https:' ? ('https' as const) : ('http' as const),
      database: this.#database,
      pool: { maxRetries: 0, requestTimeout: 10_000 },
      ...(username
        ? { username: decodeURIComponent(username), password: decodeURIComponent(password) }
        : {}),
    };
    this.#target = {
      origin: `${options.protocol}://${hostname}:${options.port}`,
      database: this.#database,
      ...('username' in options ? { username: options.username, password: options.password } : {}),
    };
    this.#rollups = new InfluxRollups(this.#target, (block) => this.write(block));
    this.#query = new InfluxDB(options);
  }

  /** Tries to create the database; where the server is away, the first write does. */
  async start(): Promise<void> {
    await this.#ensureDatabase().catch((error: unknown) => {
      this.#log.warn({ err: error }, 'store: InfluxDB is away');
    });
  }

  async stop(): Promise<void> {}

  async write(block: LineBlock): Promise<void> {
    await this.#ensureDatabase();
    const { status, text } = await postLines(this.#target, block.bytes);
    if (status >= 200 && status < 300) {
      this.#readiness = { isReady: true, state: 'ok' };
      return;
    }
    if (/database not found/i.test(text)) this.#isDatabaseKnown = false;
    throw this.#failed(new Error(status === 0 ? text : `${status} ${text}`));
  }

  series(query: SeriesQuery): Promise<SeriesPart> {
    return readSeries(this.#target, query);
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

  readiness(): Readiness {
    return this.#readiness;
  }

  async #ensureDatabase(): Promise<void> {
    if (this.#isDatabaseKnown) return;
    try {
      await this.#query.createDatabase(this.#database);
      this.#isDatabaseKnown = true;
      this.#readiness = { isReady: true, state: 'ok' };
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** A refusal of the lines is final; everything else may pass later. */
  #failed(error: unknown): SvitloError {
    const message = messageOf(error);
    if (
      /^(A )?400|unable to parse|field type conflict|partial write|beyond retention/i.test(message)
    ) {
      return new SvitloError('SVT_STORE_REFUSED', message, { cause: error });
    }
    const state = /authori[sz]|40[13]/i.test(message) ? 'unauthorized' : 'unreachable';
    this.#readiness = { isReady: false, state, detail: message };
    return new SvitloError('SVT_STORE_UNREACHABLE', message, { retryable: true, cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
