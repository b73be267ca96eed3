import { SvitloError } from '../../errors.ts';

const RETRY_MS = 1000;

interface Batch<B> {
  content: B;
  isEmpty: boolean;
  done: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

function newBatch<B>(content: B): Batch<B> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {});
  return { content, isEmpty: true, done: promise, resolve, reject };
}

/**
 * Gathers what arrives while a commit is on its way, and until `gapMs` after its begin, into the next
 * one: one fsync for all of them, and no waiting when idle. A batch that fails is tried again, before
 * anything newer, until it is on disk: its callers wait that long. They are refused where the process
 * ends first, or no later try can succeed.
 */
export class GroupCommit<B> {
  readonly #begin: () => B;
  readonly #write: (content: B) => Promise<void>;
  readonly #gapMs: number;
  #open: Batch<B>;
  #running: Promise<void> | undefined;
  #failure: unknown;
  #isStopping = false;
  #wake: (() => void) | undefined;

  /** `begin` makes what a new batch gathers in; `write` puts a batch on disk. */
  constructor(begin: () => B, write: (content: B) => Promise<void>, gapMs = 0) {
    this.#begin = begin;
    this.#write = write;
    this.#gapMs = gapMs;
    this.#open = newBatch(begin());
  }

  /** What the next commit will hold; whoever adds to it calls `commit` in the same turn. */
  get open(): B {
    return this.#open.content;
  }

  /** Why the newest try failed; `undefined` where it did not. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Resolves when what was added is durable; everything in the same commit shares the promise. */
  commit(): Promise<void> {
    const { done } = this.#open;
    this.#open.isEmpty = false;
    this.#running ??= this.#run();
    return done;
  }

  /** Resolves when nothing is on its way; what fails from now on is not tried again. */
  async drained(): Promise<void> {
    this.#isStopping = true;
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    while (!this.#open.isEmpty) {
      const batch = this.#open;
      this.#open = newBatch(this.#begin());
      const nextAt = performance.now() + this.#gapMs;
      await this.#commit(batch);
      await this.#wait(nextAt - performance.now());
    }
    this.#running = undefined;
  }

  /** Until the time is over or it stops. */
  async #wait(ms: number): Promise<void> {
    if (ms <= 0 || this.#isStopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #commit(batch: Batch<B>): Promise<void> {
    for (;;) {
      try {
        await this.#write(batch.content);
        this.#failure = undefined;
        batch.resolve();
        return;
      } catch (error) {
        this.#failure = error;
        const isFinal = error instanceof SvitloError && !error.retryable;
        if (isFinal || this.#isStopping) {
          batch.reject(error);
          return;
        }
        await this.#wait(RETRY_MS);
      }
    }
  }
}
