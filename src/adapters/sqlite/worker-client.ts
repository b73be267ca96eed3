import { type Transferable, Worker } from 'node:worker_threads';
import type { ReadinessState } from '../../contract/readiness.ts';
import { type ErrorCode, SvitloError } from '../../errors.ts';

interface Reply {
  id: number;
  value?: unknown;
  error?: string;
  /** What the failure says of the file. */
  state?: ReadinessState;
}

interface WorkerClientOptions {
  script: URL;
  file: string;
  code: ErrorCode;
  /** What the thread's `setUp` is given. */
  options?: unknown;
  /** Is told the new name of a damaged file that was renamed and begun anew. */
  onSetAside?: (aside: string) => void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * A worker thread that owns one SQLite file, so that fsync never holds the event loop. Calls are carried
 * out in order. A call fails with `code` where SQLite failed, retryable; all fail once the thread died.
 */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #code: ErrorCode;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #death: SvitloError | undefined;

  constructor({ script, file, code, options, onSetAside }: WorkerClientOptions) {
    this.#code = code;
    this.#worker = new Worker(script, {
      workerData: { file, options },
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    this.#worker.on('message', (message: Reply | { setAside: string }) => {
      if ('setAside' in message) onSetAside?.(message.setAside);
      else this.#settle(message);
    });
    this.#worker.on('error', (error) => this.#die(`${file}: ${error.message}`));
    this.#worker.on('exit', (exitCode) => this.#die(`thread ended (${exitCode})`));
  }

  /** What is in `transfer` belongs to the thread afterwards. */
  call<T>(method: string, argument?: unknown, transfer: readonly Transferable[] = []): Promise<T> {
    if (this.#death) return Promise.reject(this.#death);
    const id = this.#nextId++;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: (value) => resolve(value as T), reject });
      this.#worker.postMessage({ id, method, argument }, transfer);
    });
  }

  /** Resolves when the thread has done what was asked before, and answers. */
  ping(): Promise<void> {
    return this.call('ping');
  }

  /** Closes the file and ends the thread. */
  async close(): Promise<void> {
    if (this.#death) return;
    await this.call('close');
    await this.#worker.terminate();
  }

  #settle({ id, value, error, state }: Reply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else
      waiting?.reject(new SvitloError(this.#code, error, { retryable: true, params: { state } }));
  }

  #die(reason: string): void {
    this.#death ??= new SvitloError(this.#code, reason);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#death);
    this.#waiting.clear();
  }
}
