import { InfluxDB } from 'influx';
import type { Logger } from 'pino';
import type { LineBlock } from '../../domain/line-block.ts';
import { SvitloError } from '../../errors.ts';
import type { Bucket, Readiness, SeriesQuery, SeriesStore } from '../../ports.ts';
import { postLines, type WriteTarget } from './write-client.ts';

interface InfluxStoreOptions {
  /** `http(s)://user:password@host:8086/database` */
  url: string;
  log: Logger;
}

interface BucketRow {
  time: { getTime(): number };
  min: number;
  mean: number;
  max: number;
  last: number;
}

/** InfluxDB through its v1 API. Writes and queries have a client each: one failure disables a client's host. */
export class InfluxStore implements SeriesStore {
  readonly #target: WriteTarget;
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

  async series(query: SeriesQuery): Promise<Bucket[]> {
    const field = quoteName(query.metric);
    const text = `
      SELECT min(${field}), mean(${field}), max(${field}), last(${field}) FROM ${quoteName(query.kind)}
      WHERE site = ${quoteText(query.site)} AND device = ${quoteText(query.device)}
        AND time >= ${query.fromMs}ms AND time < ${query.toMs}ms
      GROUP BY time(${query.bucketMs}ms) fill(none)`;
    try {
      const rows = await this.#query.query<BucketRow>(text);
      return rows.map(({ time, min, mean, max, last }) => ({
        ts: time.getTime(),
        min,
        mean,
        max,
        last,
      }));
    } catch (error) {
      const message = `InfluxDB did not answer: ${messageOf(error)}`;
      throw new SvitloError('SVT_STORE_UNREACHABLE', message, { retryable: true, cause: error });
    }
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

function quoteName(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&').replace(/\n/g, ' ')}"`;
}

function quoteText(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&').replace(/\n/g, ' ')}'`;
}
