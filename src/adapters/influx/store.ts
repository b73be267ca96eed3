import { InfluxDB } from 'influx';
import type { Logger } from 'pino';
import { blockOf, type LineBlock } from '../../domain/line-block.ts';
import { SvitloError } from '../../errors.ts';
import type { Bucket, SeriesQuery, SeriesStore, WriteOutcome } from '../../ports.ts';
import { outcomeOf } from './answer.ts';
import { postLines, type WriteTarget } from './write-client.ts';

interface InfluxStoreOptions {
  /** `http(s)://user:password@host:8086/database` */
  url: string;
  log: Logger;
}

const PROBE = blockOf(['# is it there?']);

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

  /** Creates the database where it may; where the server is away, the first write does. */
  async start(): Promise<void> {
    const reason = await this.#createDatabase();
    if (reason !== undefined) this.#log.info({ reason }, 'store: the database was not created');
  }

  async stop(): Promise<void> {}

  async write(block: LineBlock, signal?: AbortSignal): Promise<WriteOutcome> {
    const outcome = await this.#post(block, signal);
    if (outcome.outcome === 'stored') return outcome;
    if (outcome.state === 'points_expired') return { ...outcome, ...(await this.#keptSince()) };
    if (outcome.state !== 'database_missing') return outcome;
    const reason = await this.#createDatabase();
    if (reason === undefined) return this.#post(block, signal);
    return { ...outcome, detail: `${outcome.detail}; it cannot be created: ${reason}` };
  }

  /** A comment is a write without a point. */
  probe(): Promise<WriteOutcome> {
    return this.write(PROBE);
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

  async #post(block: LineBlock, signal?: AbortSignal): Promise<WriteOutcome> {
    return outcomeOf(await postLines(this.#target, block.bytes, signal));
  }

  /** Says why, where it did not succeed: users may be allowed to write alone. */
  async #createDatabase(): Promise<string | undefined> {
    try {
      await this.#query.createDatabase(this.#database);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** When the default retention policy begins; nothing where it has no end or does not tell. */
  async #keptSince(): Promise<{ keptSince?: number }> {
    try {
      const policies = await this.#query.showRetentionPolicies(this.#database);
      const durationMs = durationMsOf(policies.find((one) => one.default)?.duration ?? '');
      return durationMs === 0 ? {} : { keptSince: Date.now() - durationMs };
    } catch {
      return {};
    }
  }
}

/** Go's form of a duration, such as `168h0m0s`, in ms. */
function durationMsOf(text: string): number {
  const [, hours = 0, minutes = 0, seconds = 0] = /^(\d+)h(\d+)m(\d+)s$/.exec(text) ?? [];
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
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
