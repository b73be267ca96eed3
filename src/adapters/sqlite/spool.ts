import type { Readiness, Spool, SpoolPage } from '../../ports.ts';
import { GroupCommit } from './group-commit.ts';
import { WorkerClient } from './worker-client.ts';

/** Points that are durable here and not yet in the store, in `spool.db`; one row a group commit. */
export class SqliteSpool implements Spool {
  readonly #worker: WorkerClient;
  readonly #commits: GroupCommit<string>;

  /** A damaged file is renamed, told to `onSetAside`, and begun anew with what can still be read of it. */
  constructor(file: string, onSetAside: (aside: string) => void) {
    this.#worker = new WorkerClient({
      script: new URL('./spool-worker.ts', import.meta.url),
      file,
      code: 'SVT_SPOOL_FAILED',
      onSetAside,
    });
    this.#commits = new GroupCommit((lines) => this.#worker.call('append', lines));
  }

  append(line: string): Promise<void> {
    return this.#commits.add([line]);
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
