import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { halvesOf, type LineBlock, linesOf } from '../domain/line-block.ts';
import { SvitloError } from '../errors.ts';
import type { SeriesStore, Spool } from '../ports.ts';

const BATCH_LINES = 5000;
const IDLE_MS = 2000;
const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 30_000;

interface DrainOptions {
  spool: Spool;
  store: SeriesStore;
  log: Logger;
  /** Told of a line that the store refused for good. */
  onRefused(line: string, reason: string): void;
}

/**
 * Moves points from the spool to the store, in batches by size and age. A batch leaves the spool only
 * when the store has it; writes are idempotent, so a repetition after a crash changes nothing. While
 * the store is away it tries again with a jittered, doubling delay.
 */
export class Drain {
  readonly #options: DrainOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #failures = 0;

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends after the batch under way; what is left stays in the spool. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const waitMs = await this.#step();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  /** Stores one page; returns how long to wait before the next (ms). */
  async #step(): Promise<number> {
    const { spool, log } = this.#options;
    try {
      const page = await spool.read(BATCH_LINES);
      if (page.damaged > 0) log.error({ points: page.damaged }, 'spool: damaged batch dropped');
      if (page.block.count > 0) await this.#write(page.block);
      if (page.upTo > 0) await spool.remove(page.upTo);
      if (this.#failures > 0) log.info('store: writing again');
      this.#failures = 0;
      return page.block.count >= BATCH_LINES ? 0 : IDLE_MS;
    } catch (error) {
      if (this.#failures === 0) log.warn({ err: error }, 'store: away; points wait in the spool');
      this.#failures += 1;
      const ceilingMs = Math.min(
        MAX_BACKOFF_MS,
        FIRST_BACKOFF_MS * 2 ** Math.min(this.#failures, 10),
      );
      return ceilingMs * (0.5 + Math.random() / 2);
    }
  }

  /** Writes the lines; halves a refused batch until the refused line stands alone. */
  async #write(block: LineBlock): Promise<void> {
    try {
      await this.#options.store.write(block);
    } catch (error) {
      if (!(error instanceof SvitloError) || error.retryable) throw error;
      if (block.count === 1) {
        for (const line of linesOf(block)) this.#options.onRefused(line, error.message);
        return;
      }
      for (const half of halvesOf(block)) await this.#write(half);
    }
  }
}
