import type { OrderStore, SavedOrder } from '../../ports.ts';
import { GroupCommit } from './group-commit.ts';
import { WorkerClient } from './worker-client.ts';

/** What is remembered of each device's order, in `order.db`: a row a device, in a commit for many. */
export class SqliteOrderStore implements OrderStore {
  readonly #worker: WorkerClient;
  readonly #commits: GroupCommit<Map<string, SavedOrder>>;

  /** A damaged file is renamed, told to `onSetAside`, and begun anew. */
  constructor(file: string, onSetAside: (aside: string) => void) {
    this.#worker = new WorkerClient({
      script: new URL('./order-worker.ts', import.meta.url),
      file,
      code: 'SVT_ORDER_FAILED',
      onSetAside,
    });
    this.#commits = new GroupCommit(
      () => new Map<string, SavedOrder>(),
      (orders) => this.#worker.call('save', [...orders.values()]),
    );
  }

  load(): Promise<SavedOrder[]> {
    return this.#worker.call('load');
  }

  save(orders: readonly SavedOrder[]): Promise<void> {
    if (orders.length === 0) return Promise.resolve();
    for (const one of orders) {
      this.#commits.open.set(`${one.record.site}/${one.record.device}`, one);
    }
    return this.#commits.commit();
  }

  forget(orders: readonly SavedOrder[]): Promise<void> {
    return this.#worker.call('forget', orders);
  }

  async stop(): Promise<void> {
    await this.#commits.drained();
    await this.#worker.close();
  }
}
