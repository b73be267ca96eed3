import type { LineView } from '../../domain/line-block.ts';
import type { Readiness, Spool, SpoolPage } from '../../ports.ts';
import { GroupCommit } from './group-commit.ts';
import { LineBuffer } from './line-buffer.ts';
import { WorkerClient } from './worker-client.ts';

/** From one commit's begin to the next one's, at least (ms): under load a commit holds some hundred lines. */
const GAP_MS = 4;

/** Points that are durable here and not yet in the store, in `spool.db`; one row a group commit. */
export class SqliteSpool implements Spool {
  readonly #worker: WorkerClient;
  readonly #commits: GroupCommit<LineBuffer>;

  /** A damaged file is renamed, told to `onSetAside`, and begun anew with what can still be read of it. */
  constructor(file: string, onSetAside: (aside: string) => void) {
    this.#worker = new WorkerClient({
      script: new URL('./spool-worker.ts', import.meta.url),
      file,
      code: 'SVT_SPOOL_FAILED',
      onSetAside,
    });
    this.#commits = new GroupCommit(
      () => new LineBuffer(),
      (lines) => {
        const block = lines.block();
        return this.#worker.call('append', block, [block.bytes.buffer]);
      },
      GAP_MS,
    );
  }

  append(line: LineView): Promise<void> {
    this.#commits.open.add(line);
    return this.#commits.commit();
  }

  read(limit: number): Promise<SpoolPage> {
    return this.#worker.call('read', limit);
  }

  remove(upTo: number): Promise<void> {
    return this.#worker.call('remove', upTo);
  }

  count(): Promise<number> {
    return this.#worker.call('count');
  }

  readiness(): Readiness {
    return this.#commits.readiness();
  }

  async stop(): Promise<void> {
    await this.#commits.drained();
    await this.#worker.close();
  }
}
