import type { Logger } from 'pino';
import type { Retention } from '../contract/config.ts';
import { keptSince, MINUTE_MS, type Span } from '../domain/resolution.ts';
import { byHour, type DueHour, spansOver } from '../domain/rollup-plan.ts';
import { SvitloError } from '../errors.ts';
import type { Clock, RollupStore, StoredMinute, StoredMinutes } from '../ports.ts';

/** A minute is rolled up this long after its end: most of its points are stored by then. */
const GRACE_MS = 5000;
/** Due minutes taken at a time: a day. */
const PAGE = 1440;
/** A run begins no new hour after this long; the next run goes on. */
const RUN_MS = 30_000;

interface RollupOptions {
  minutes: StoredMinutes;
  store: RollupStore;
  clock: Clock;
  log: Logger;
  retention?: Retention | undefined;
}

/**
 * Keeps the rollups. A run rolls up every minute that has ended and of which points were stored since,
 * be they new, late or a backlog, oldest first; then the hours that have ended. A minute is settled
 * only with its hour, so that a crash at any moment leaves it due, and doing it again changes nothing.
 */
export class Rollup {
  readonly #options: RollupOptions;
  readonly #rolled = new Map<number, number>();
  #retention: Retention;
  #running: Promise<void> | undefined;
  #isStopped = false;
  #isAway = false;
  #isExpiryDue = true;

  constructor(options: RollupOptions) {
    this.#options = options;
    this.#retention = options.retention ?? {};
  }

  /** Takes a new retention; it counts from the next run on. */
  configure(retention: Retention | undefined): void {
    this.#retention = retention ?? {};
  }

  retention(): Retention {
    return this.#retention;
  }

  /** Lets the next run delete what is no longer to be kept; so does the first run. */
  expireNext(): void {
    this.#isExpiryDue = true;
  }

  /** Never rejects and never overlaps with itself: where a run is under way, it is that one. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Ends after the hour under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { log } = this.#options;
    if (this.#isStopped) return;
    try {
      const isAllRolled = await this.#rollDue();
      if (isAllRolled && this.#isExpiryDue) await this.#expire();
      if (this.#isAway) log.info('rollup: going on');
      this.#isAway = false;
    } catch (error) {
      if (!this.#isAway) log.warn({ err: error }, 'rollup: not possible now, tried every minute');
      this.#isAway = true;
    }
  }

  /** Says whether it came to the end of what is due; a long backlog takes several runs. */
  async #rollDue(): Promise<boolean> {
    const { minutes, clock } = this.#options;
    const startedAt = clock.now();
    for (;;) {
      const due = await minutes.due(PAGE);
      const now = clock.now();
      const ended = due.filter(({ ts }) => ts + MINUTE_MS + GRACE_MS <= now);
      for (const hour of byHour(await this.#withoutExpired(ended, now))) {
        if (this.#isStopped || clock.now() - startedAt >= RUN_MS) return false;
        await this.#rollHour(hour, now);
      }
      if (due.length < PAGE || ended.length < due.length) return true;
    }
  }

  async #rollHour({ hour, minutes }: DueHour<StoredMinute>, now: number): Promise<void> {
    const { minutes: stored, store } = this.#options;
    const changed = minutes.filter(({ ts, version }) => this.#rolled.get(ts) !== version);
    for (const span of spansOver(changed.map(({ ts }) => ts))) {
      await this.#unlessRefused(span, () => store.rollMinutes(span));
    }
    if (now < hour.toMs + GRACE_MS) {
      for (const { ts, version } of changed) this.#rolled.set(ts, version);
      return;
    }
    await this.#unlessRefused(hour, () => store.rollHours(hour));
    await stored.settle(minutes);
    for (const { ts } of minutes) this.#rolled.delete(ts);
  }

  /** Points older than raw points are kept for change no rollup: the others of their minute are gone. */
  async #withoutExpired(minutes: StoredMinute[], now: number): Promise<StoredMinute[]> {
    const { raw = Number.NEGATIVE_INFINITY } = keptSince(this.#retention, now);
    const expired = minutes.filter(({ ts }) => ts < raw);
    if (expired.length === 0) return minutes;
    await this.#options.minutes.settle(expired);
    return minutes.filter(({ ts }) => ts >= raw);
  }

  /** What the store refuses for good is left out, and said: it would hold up all that comes after. */
  async #unlessRefused({ fromMs, toMs }: Span, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof SvitloError) || error.retryable) throw error;
      const span = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
      this.#options.log.error({ err: error, ...span }, 'rollup: refused by the store, left out');
      return false;
    }
  }

  /** Raw points go only after the minutes that are due of them. */
  async #expire(): Promise<void> {
    const { store, clock, log } = this.#options;
    const kept = keptSince(this.#retention, clock.now());
    for (const resolution of ['raw', 'minute', 'hour'] as const) {
      const beforeMs = kept[resolution];
      if (beforeMs === undefined) continue;
      const span = { fromMs: 0, toMs: beforeMs };
      if (await this.#unlessRefused(span, () => store.expire(resolution, beforeMs))) {
        log.info({ resolution, before: new Date(beforeMs).toISOString() }, 'retention: applied');
      }
    }
    this.#isExpiryDue = false;
  }
}
