import type { Alarm, AlarmChange, Transition } from '../../contract/alarm.ts';
import type { Readiness } from '../../contract/readiness.ts';
import type { AlarmSource } from '../../domain/order-record.ts';
import type { AlarmStore, Meter } from '../../ports.ts';
import { diskReadiness } from './disk-state.ts';
import { GroupCommit } from './group-commit.ts';
import { SqliteOrderStore } from './order-store.ts';
import { WorkerClient } from './worker-client.ts';

/** The alarm journal in `journal.db`: alarms as they stand, and every transition, append-only. */
export class Journal implements AlarmStore {
  readonly orders: SqliteOrderStore;
  readonly #worker: WorkerClient;
  readonly #commits: GroupCommit<AlarmChange[]>;

  constructor(file: string, meter?: Meter) {
    this.#worker = new WorkerClient({
      script: new URL('./journal-worker.ts', import.meta.url),
      file,
      code: 'SVT_JOURNAL_FAILED',
    });
    this.orders = new SqliteOrderStore(this.#worker);
    this.#commits = new GroupCommit<AlarmChange[]>(
      () => [],
      async (changes) => {
        const startedAt = performance.now();
        await this.#worker.call('commit', changes);
        meter?.journalCommitted(performance.now() - startedAt);
      },
    );
  }

  async load(): Promise<Alarm[]> {
    const bodies = await this.#worker.call<string[]>('load');
    return bodies.map((body) => JSON.parse(body) as Alarm);
  }

  commit(changes: readonly AlarmChange[]): Promise<void> {
    if (changes.length === 0) return Promise.resolve();
    this.#commits.open.push(...changes);
    return this.#commits.commit();
  }

  async transitions(alarmId: string): Promise<Transition[]> {
    const bodies = await this.#worker.call<string[]>('transitions', alarmId);
    return bodies.map((body) => JSON.parse(body) as Transition);
  }

  async sources(): Promise<AlarmSource[]> {
    const pairs = await this.#worker.call<[string, string][]>('sources');
    return pairs.flatMap(([alarmBody, transitionBody]) => {
      const { site, device } = JSON.parse(alarmBody) as Alarm;
      const { sourceTs: ts, at } = JSON.parse(transitionBody) as Transition;
      return device === undefined || ts === undefined ? [] : [{ site, device, ts, at }];
    });
  }

  readiness(): Readiness {
    return diskReadiness(this.#commits.failure);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#commits.drained(), this.orders.drained()]);
    await this.#worker.close();
  }
}
