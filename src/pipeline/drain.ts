import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Readiness } from '../contract/readiness.ts';
import { firstTimeOf, freeBlock } from '../domain/line-block.ts';
import type { Meter, SeriesStore, Spool, SpoolPage, StoreCounts, StoreFault } from '../ports.ts';
import { backoffMs } from './backoff.ts';
import { type RefusedLine, storePage } from './store-page.ts';

const PAGE_LINES = 5000;
const LEAST_LINES = 500;
const PAGE_BYTES = 2 * 2 ** 20;
/** Until the next page: short while points stream in, long enough to be idle where few do (ms). */
const STREAM_MS = 250;
const IDLE_MS = 2000;
/** A page of so many lines is a stream's. */
const STREAM_LINES = 1000;
/** How often a store that has nothing to do is asked whether it is there (ms). */
const PROBE_MS = 15_000;
/** For so long after a refused line the state tells of it (ms). */
const REFUSAL_MS = 600_000;

interface DrainOptions {
  spool: Spool;
  store: SeriesStore;
  log: Logger;
  meter?: Meter;
}

/**
 * Moves points from the spool to the store, in pages by size and age. A page leaves the spool only when
 * the store has it; writes are idempotent, so a repetition after a crash changes nothing. While the
 * store is away, or set up wrongly, the same page is tried again with a jittered, doubling delay.
 */
export class Drain {
  readonly counts: StoreCounts = { stored: 0, retries: 0, refused: {}, damaged: 0 };
  readonly #options: DrainOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #failures = 0;
  #pageLines = PAGE_LINES;
  #probedAt = Number.NEGATIVE_INFINITY;
  #readiness: Readiness = { isReady: false, state: 'connecting' };
  #refusal: { at: number; readiness: Readiness } | undefined;

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Gives up the write under way; what it held stays in the spool. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** The store's: whether it takes points, and for a while whether it refused some. */
  readiness(): Readiness {
    const refusal = this.#refusal;
    const isFresh = refusal !== undefined && performance.now() - refusal.at < REFUSAL_MS;
    return this.#readiness.isReady && isFresh ? refusal.readiness : this.#readiness;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const waitMs = await this.#step().catch((error: unknown) => this.#unforeseen(error));
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  /** Stores one page; returns how long to wait before the next (ms). */
  async #step(): Promise<number> {
    const { spool } = this.#options;
    const page = await spool.read(this.#pageLines);
    if (page.upTo === 0) return this.#idle();
    const refused = await this.#store(page);
    if (!Array.isArray(refused)) return this.#failed(refused);
    await spool.stored({ upTo: page.upTo, refused: refused.filter(isForQuarantine) });
    this.#succeeded(page, refused);
    // A refusal may come before all was sent: then the socket still reads from it.
    if (refused.length === 0) freeBlock(page.block);
    const { points, bytes } = spool.depth();
    if (points >= PAGE_LINES || bytes >= PAGE_BYTES) return 0;
    return page.block.count >= STREAM_LINES ? STREAM_MS : IDLE_MS;
  }

  async #store({ block }: SpoolPage): Promise<RefusedLine[] | StoreFault> {
    if (block.count === 0) return [];
    const { store, meter } = this.#options;
    const startedAt = performance.now();
    const outcome = await storePage(store, block, this.#stop.signal);
    meter?.pageWritten({
      points: block.count,
      durationMs: performance.now() - startedAt,
      isStored: !('fault' in outcome),
      firstTs: firstTimeOf(block),
    });
    return 'fault' in outcome ? outcome.fault : outcome.refused;
  }

  /** Asks now and then whether the store is there, so that its absence is known before it is needed. */
  async #idle(): Promise<number> {
    const now = performance.now();
    if (now - this.#probedAt < PROBE_MS) return IDLE_MS;
    this.#probedAt = now;
    const outcome = await this.#options.store.probe(this.#stop.signal);
    if (outcome.outcome !== 'stored') return this.#failed(outcome);
    this.#works();
    return IDLE_MS;
  }

  #succeeded({ block, damaged }: SpoolPage, refused: readonly RefusedLine[]): void {
    const { log } = this.#options;
    this.counts.stored += block.count - refused.length;
    this.counts.damaged += damaged;
    if (damaged > 0) log.error({ points: damaged }, 'spool: damaged batch dropped');
    this.#works();
    this.#pageLines = Math.min(PAGE_LINES, this.#pageLines * 2);
    for (const one of refused) {
      this.counts.refused[one.state] = (this.counts.refused[one.state] ?? 0) + 1;
    }
    const [first] = refused;
    if (first !== undefined) this.#refused(first);
  }

  /** Told once: until the state changes or has been quiet for a while. */
  #refused({ line, reason, state }: RefusedLine): void {
    const known = this.#refusal;
    const now = performance.now();
    const isKnown = known?.readiness.state === state && now - known.at < REFUSAL_MS;
    this.#refusal = { at: now, readiness: { isReady: true, state, detail: reason } };
    if (!isKnown) this.#options.log.error({ state, reason, line }, 'store: refuses points');
  }

  #works(): void {
    this.#failures = 0;
    if (this.#readiness.isReady) return;
    if (this.#readiness.state !== 'connecting') this.#options.log.info('store: writing again');
    this.#readiness = { isReady: true, state: 'ok' };
  }

  #failed({ state, detail, retryAfterMs }: StoreFault): number {
    if (this.#stop.signal.aborted) return 0;
    const { log } = this.#options;
    if (this.#readiness.state !== state)
      log.warn({ state, detail }, 'store: takes no points; they wait in the spool');
    this.#readiness = { isReady: false, state, detail };
    this.#failures += 1;
    this.counts.retries += 1;
    // What a slow store could not take in time it may take in smaller pages.
    this.#pageLines = Math.max(LEAST_LINES, this.#pageLines / 2);
    return backoffMs({ failures: this.#failures, retryAfterMs, random: Math.random() });
  }

  /** The spool cannot be read, or a defect of ours: the page stays and is tried again. */
  #unforeseen(error: unknown): number {
    const detail = error instanceof Error ? error.message : String(error);
    return this.#failed({ outcome: 'retry', state: 'failing', detail });
  }
}

/** A point past the store's retention is of no use to anybody: it is counted. */
function isForQuarantine({ state }: RefusedLine): boolean {
  return state !== 'points_expired';
}
