import { existsSync } from 'node:fs';
import type { Readiness } from '../../contract/readiness.ts';
import type { LineView } from '../../domain/line-block.ts';
import { SvitloError } from '../../errors.ts';
import type {
  Meter,
  Quarantined,
  Spool,
  SpoolDepth,
  SpoolPage,
  StoredMinute,
  StoredPage,
} from '../../ports.ts';
import { diskReadiness } from './disk-state.ts';
import { GroupCommit } from './group-commit.ts';
import { LineBuffer } from './line-buffer.ts';
import type { SpoolLimits } from './spool-limit.ts';
import { WorkerClient } from './worker-client.ts';

/** From one commit's begin to the next one's, at least (ms): under load a commit holds some hundred lines. */
const GAP_MS = 4;
/** While nothing can be written, so much is held in memory (bytes); what comes then is refused. */
const MAX_HELD_BYTES = 64 * 2 ** 20;

interface SpoolOptions {
  limits: SpoolLimits;
  /** A damaged file is renamed, told here, and begun anew with what can still be read of it. */
  onSetAside(aside: string): void;
  meter?: Meter | undefined;
}

/** Points that are durable here and not yet in the store, in `spool.db`; one row a group commit. */
export class SqliteSpool implements Spool {
  readonly #worker: WorkerClient;
  readonly #commits: GroupCommit<LineBuffer>;
  readonly #meter: Meter | undefined;
  #depth: SpoolDepth = { points: 0, bytes: 0 };
  /** Buffers that have been written and can be filled again. */
  readonly #spare: LineBuffer[] = [];
  #writingBytes = 0;
  #aside: string | undefined;

  constructor(file: string, { limits, onSetAside, meter }: SpoolOptions) {
    this.#meter = meter;
    this.#worker = new WorkerClient({
      script: new URL('./spool-worker.ts', import.meta.url),
      file,
      code: 'SVT_SPOOL_FAILED',
      options: limits,
      onSetAside: (aside) => {
        this.#aside = aside;
        onSetAside(aside);
      },
    });
    this.#commits = new GroupCommit(
      () => this.#spare.pop() ?? new LineBuffer(),
      (lines) => this.#write(lines),
      GAP_MS,
    );
    this.#worker.call<SpoolDepth>('depth').then(
      (depth) => {
        this.#depth = depth;
      },
      () => {},
    );
  }

  append(line: LineView): Promise<void> {
    if (this.#writingBytes + this.#commits.open.length > MAX_HELD_BYTES) {
      const text = 'nothing can be written, and no more is held in memory';
      return Promise.reject(new SvitloError('SVT_SPOOL_FAILED', text, { retryable: true }));
    }
    this.#commits.open.add(line);
    return this.#commits.commit();
  }

  read(limit: number): Promise<SpoolPage> {
    return this.#worker.call('read', limit);
  }

  async stored(page: StoredPage): Promise<void> {
    this.#depth = await this.#worker.call('stored', page);
  }

  depth(): SpoolDepth {
    return this.#depth;
  }

  quarantined(limit: number): Promise<Quarantined[]> {
    return this.#worker.call('quarantined', limit);
  }

  due(limit: number): Promise<StoredMinute[]> {
    return this.#worker.call('due', limit);
  }

  settle(minutes: readonly StoredMinute[]): Promise<void> {
    return this.#worker.call('settle', minutes);
  }

  /** A damaged file is told of for as long as it lies there. */
  readiness(): Readiness {
    const readiness = diskReadiness(this.#commits.failure);
    if (!readiness.isReady || this.#aside === undefined || !existsSync(this.#aside))
      return readiness;
    return { isReady: true, state: 'set_aside', detail: this.#aside };
  }

  /** Resolves when the file's own thread answers; rejects where it has died. */
  ping(): Promise<void> {
    return this.#worker.ping();
  }

  async stop(): Promise<void> {
    await this.#commits.drained();
    await this.#worker.close();
  }

  async #write(lines: LineBuffer): Promise<void> {
    const batch = lines.batch();
    const startedAt = performance.now();
    this.#writingBytes = lines.length;
    this.#depth = await this.#worker.call('append', batch, [batch.bytes.buffer]);
    this.#writingBytes = 0;
    lines.clear();
    this.#spare.push(lines);
    this.#meter?.spoolCommitted(batch.count, performance.now() - startedAt);
  }
}
