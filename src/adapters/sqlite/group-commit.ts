import type { Readiness } from '../../ports.ts';

const RETRY_MS = 1000;

interface Batch<T> {
  items: T[];
  done: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

function newBatch<T>(): Batch<T> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {});
  return { items: [], done: promise, resolve, reject };
}

/**
 * Gathers what arrives while a commit is on its way into the next one: one fsync for all of them, and
 * no waiting when idle. A failed batch rejects for its callers at its first failure and is tried again,
 * before anything newer, until it is on disk or the process ends.
 */
export class GroupCommit<T> {
  readonly #write: (items: readonly T[]) => Promise<void>;
  #open = newBatch<T>();
  #running: Promise<void> | undefined;
  #failure: string | undefined;
  #isStopping = false;

  constructor(write: (items: readonly T[]) => Promise<void>) {
    this.#write = write;
  }

  /** Resolves when all items are durable; shares its promise with everything in the same commit. */
  add(items: readonly T[]): Promise<void> {
    if (items.length === 0) return Promise.resolve();
    this.#open.items.push(...items);
    const { done } = this.#open;
    this.#running ??= this.#run();
    return done;
  }

  /** Resolves when nothing is on its way; what fails from now on is not tried again. */
  async drained(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  readiness(): Readiness {
    if (this.#failure === undefined) return { isReady: true, state: 'ok' };
    return { isReady: false, state: 'failing', detail: this.#failure };
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    while (this.#open.items.length > 0) {
      const batch = this.#open;
      this.#open = newBatch<T>();
      await this.#commit(batch);
    }
    this.#running = undefined;
  }

  async #commit(batch: Batch<T>): Promise<void> {
    for (;;) {
      try {
        await this.#write(batch.items);
        this.#failure = undefined;
        batch.resolve();
        return;
      } catch (error) {
        this.#failure = error instanceof Error ? error.message : String(error);
        batch.reject(error);
        if (this.#isStopping) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}
