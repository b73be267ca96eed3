import type { OrderStore, SavedOrder } from '../../ports.ts';
import { GroupCommit } from './group-commit.ts';
import type { WorkerClient } from './worker-client.ts';

/**
 * What is remembered of each device's order, beside the journal in its file and thread: a thread more
 * would cost more memory than all of it. Commits of many devices are short beside an alarm's.
 */
export class SqliteOrderStore implements OrderStore {
  readonly #worker: WorkerClient;
  readonly #commits: GroupCommit<Map<string, SavedOrder>>;

  constructor(worker: WorkerClient) {
    this.#worker = worker;
    this.#commits = new GroupCommit(
      () => new Map<string, SavedOrder>(),
      (orders) => this.#worker.call('saveOrders', [...orders.values()]),
    );
  }

  load(): Promise<SavedOrder[]> {
    return this.#worker.call('loadOrders');
  }

  save(orders: readonly SavedOrder[]): Promise<void> {
    if (orders.length === 0) return Promise.resolve();
    for (const one of orders) {
      this.#commits.open.set(`${one.record.site}/${one.record.device}`, one);
    }
    return this.#commits.commit();
  }

  forget(orders: readonly SavedOrder[]): Promise<void> {
    return this.#worker.call('forgetOrders', orders);
  }

  /** Resolves when nothing is on its way to the disk. */
  drained(): Promise<void> {
    return this.#commits.drained();
  }
}
