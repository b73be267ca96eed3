import { InfluxDB } from 'influx';
import type { Logger } from 'pino';
import { blockOf, type LineBlock } from '../../domain/line-block.ts';
import type { Resolution, Span } from '../../domain/resolution.ts';
import { SvitloError } from '../../errors.ts';
import type { SeriesPart, SeriesQuery, SeriesStore, WriteOutcome } from '../../ports.ts';
import { outcomeOf } from './answer.ts';
import { InfluxRollups } from './rollup.ts';
import { readSeries } from './series.ts';
import { type WriteAnswer, WriteClient, type WriteTarget } from './write-client.ts';

interface InfluxStoreOptions {
  /** `http(s)://user:password@host:8086/database` */
  url: string;
  log: Logger;
}

type Post = (lines: Uint8Array) => Promise<WriteAnswer>;

const PROBE = blockOf(['# is it there?']);

/** InfluxDB through its v1 API. */
export class InfluxStore implements SeriesStore {
  readonly #client: WriteClient;
  /** A connection of their own: neither the points nor the rollups wait for each other's slow write. */
  readonly #rollupClient: WriteClient;
  readonly #target: WriteTarget;
  readonly #rollups: InfluxRollups;
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
    this.#client = new WriteClient(this.#target);
    this.#rollupClient = new WriteClient(this.#target);
    this.#rollups = new InfluxRollups(this.#target, (block) => this.#writeOrThrow(block));
    this.#query = new InfluxDB(options);
  }

  /** Begins to create the database, where it may; where the server is away, the first write does. */
  async start(): Promise<void> {
    void this.#createDatabase().then((reason) => {
      if (reason !== undefined) this.#log.info({ reason }, 'store: the database was not created');
    });
  }

  async stop(): Promise<void> {
    this.#client.close();
    this.#rollupClient.close();
  }

  write(block: LineBlock, signal?: AbortSignal): Promise<WriteOutcome> {
    return this.#write((lines) => this.#client.post(lines, signal), block);
  }

  async #write(post: Post, block: LineBlock): Promise<WriteOutcome> {
    const outcome = outcomeOf(await post(block.bytes));
    if (outcome.outcome === 'stored') return outcome;
    if (outcome.state === 'points_expired') return { ...outcome, ...(await this.#keptSince()) };
    if (outcome.state !== 'database_missing') return outcome;
    const reason = await this.#createDatabase();
    if (reason === undefined) return outcomeOf(await post(block.bytes));
    return { ...outcome, detail: `${outcome.detail}; it cannot be created: ${reason}` };
  }

  /** A comment is a write without a point. */
  probe(signal?: AbortSignal): Promise<WriteOutcome> {
    return this.write(PROBE, signal);
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

  /** Rollups have no spool: what is not stored now is made again from the raw points. */
  async #writeOrThrow(block: LineBlock): Promise<void> {
    const outcome = await this.#write((lines) => this.#rollupClient.post(lines), block);
    if (outcome.outcome === 'stored') return;
    throw outcome.outcome === 'split'
      ? new SvitloError('SVT_STORE_REFUSED', outcome.detail)
      : new SvitloError('SVT_STORE_UNREACHABLE', outcome.detail, { retryable: true });
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
