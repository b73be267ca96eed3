import type { Logger } from 'pino';
import type { Retention } from '../contract/config.ts';
import { floorTo, HOUR_MS, keptSince, MINUTE_MS, type Span } from '../domain/resolution.ts';
import { byHour, type DueHour, spansOver } from '../domain/rollup-plan.ts';
import { SvitloError } from '../errors.ts';
import type { Clock, RollupStore, StoredMinute, StoredMinutes } from '../ports.ts';
import { FailingHours } from './failing-hours.ts';

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
 * An hour that fails is tried after all others, and left out when it alone keeps failing.
 */
export class Rollup {
  readonly #options: RollupOptions;
  readonly #rolled = new Map<number, number>();
  readonly #failing = new FailingHours();
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
    let failure: unknown;
    try {
      failure = await this.#rollDue();
      if (this.#isExpiryDue && !this.#isStopped) await this.#expire();
    } catch (error) {
      failure = error;
    }
    const isAway = failure !== undefined;
    if (isAway && !this.#isAway)
      log.warn({ err: failure }, 'rollup: not possible now, tried every minute');
    if (!isAway && this.#isAway) log.info('rollup: going on');
    this.#isAway = isAway;
  }

  /** Returns why nothing succeeded, where that is so. */
  async #rollDue(): Promise<unknown> {
    this.#failing.beginRun();
    const failure = await this.#rollPages();
    for (const hour of this.#failing.endRun()) {
      const from = new Date(hour).toISOString();
      this.#options.log.warn({ err: failure, from }, 'rollup: an hour failed, tried again');
    }
    return this.#failing.hasSucceeded ? undefined : failure;
  }

  /** Goes on to the end of what is due, as long as a run may last; returns the last failure of an hour. */
  async #rollPages(): Promise<unknown> {
    const { minutes, clock } = this.#options;
    const startedAt = clock.now();
    let failure: unknown;
    for (;;) {
      // What fails stays the oldest: it must not be all that is seen.
      const limit = PAGE + this.#failing.size * (HOUR_MS / MINUTE_MS);
      const due = await minutes.due(limit);
      const now = clock.now();
      const ended = due.filter(({ ts }) => ts + MINUTE_MS + GRACE_MS <= now);
      const hours = byHour(await this.#withoutExpired(ended, now));
      for (const hour of this.#failing.inOrder(hours)) {
        const isOver = this.#failing.isStoreAway() || clock.now() - startedAt >= RUN_MS;
        if (this.#isStopped || isOver) return failure;
        failure = (await this.#tryHour(hour, now)) ?? failure;
      }
      if (due.length < limit || ended.length < due.length) return failure;
    }
  }

  /** Returns why it failed. */
  async #tryHour(due: DueHour<StoredMinute>, now: number): Promise<unknown> {
    const { fromMs } = due.hour;
    try {
      if (await this.#rollHour(due, now)) this.#failing.succeeded(fromMs);
      return undefined;
    } catch (error) {
      this.#failing.failed(fromMs);
      return error;
    }
  }

  /** Says whether there was anything to do. */
  async #rollHour({ hour, minutes }: DueHour<StoredMinute>, now: number): Promise<boolean> {
    const { minutes: stored, store } = this.#options;
    const isLast = this.#failing.isHopeless(hour.fromMs);
    const changed = minutes.filter(({ ts, version }) => this.#rolled.get(ts) !== version);
    for (const span of spansOver(changed.map(({ ts }) => ts))) {
      await this.#unlessRefused({ span, isLast }, () => store.rollMinutes(span));
    }
    if (now < hour.toMs + GRACE_MS) {
      for (const { ts, version } of changed) this.#rolled.set(ts, version);
      return changed.length > 0;
    }
    await this.#unlessRefused({ span: hour, isLast }, () => store.rollHours(hour));
    await stored.settle(minutes);
    for (const { ts } of minutes) this.#rolled.delete(ts);
    return true;
  }

  /** Points older than raw points are kept for change no rollup: the others of their minute are gone. */
  async #withoutExpired(minutes: StoredMinute[], now: number): Promise<StoredMinute[]> {
    const { raw = Number.NEGATIVE_INFINITY } = keptSince(this.#retention, now);
    const expired = minutes.filter(({ ts }) => ts < raw);
    this.#failing.forgetBefore(floorTo(raw, HOUR_MS));
    if (expired.length === 0) return minutes;
    await this.#options.minutes.settle(expired);
    return minutes.filter(({ ts }) => ts >= raw);
  }

  /**
   * What the store refuses for good, or what failed too often (`isLast`), is left out, and said: it would
   * hold up all that comes after.
   */
  async #unlessRefused(
    { span, isLast = false }: { span: Span; isLast?: boolean },
    work: () => Promise<void>,
  ): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const isRefusal = error instanceof SvitloError && !error.retryable;
      if (!isRefusal && !isLast) throw error;
      const [from, to] = [span.fromMs, span.toMs].map((ms) => new Date(ms).toISOString());
      const message = isRefusal ? 'refused by the store' : 'failed too often';
      this.#options.log.error({ err: error, from, to }, `rollup: ${message}, left out`);
      return false;
    }
  }

  /** Nothing goes before the minutes that are due of it; what is newer may be due all the same. */
  async #expire(): Promise<void> {
    const { minutes, store, clock, log } = this.#options;
    const kept = keptSince(this.#retention, clock.now());
    const [oldest] = await minutes.due(1);
    let isDone = true;
    for (const resolution of ['raw', 'minute', 'hour'] as const) {
      const beforeMs = kept[resolution];
      if (beforeMs === undefined) continue;
      if (oldest !== undefined && oldest.ts < beforeMs) {
        isDone = false;
        continue;
      }
      const span = { fromMs: 0, toMs: beforeMs };
      if (await this.#unlessRefused({ span }, () => store.expire(resolution, beforeMs))) {
        log.info({ resolution, before: new Date(beforeMs).toISOString() }, 'retention: applied');
      }
    }
    this.#isExpiryDue = !isDone;
  }
}
