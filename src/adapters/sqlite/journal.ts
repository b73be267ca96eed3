import type { Alarm, AlarmChange, Transition } from '../../contract/alarm.ts';
import type { Readiness } from '../../contract/readiness.ts';
import type { AlarmStore } from '../../ports.ts';
import { diskReadiness } from './disk-state.ts';
import { GroupCommit } from './group-commit.ts';
import { WorkerClient } from './worker-client.ts';

/** The alarm journal in `journal.db`: alarms as they stand, and every transition, append-only. */
export class Journal implements AlarmStore {
  readonly #worker: WorkerClient;
  readonly #commits: GroupCommit<AlarmChange[]>;

  constructor(file: string) {
    this.#worker = new WorkerClient({
      script: new URL('./journal-worker.ts', import.meta.url),
      file,
      code: 'SVT_JOURNAL_FAILED',
    });
    this.#commits = new GroupCommit<AlarmChange[]>(
      () => [],
      (changes) => this.#worker.call('commit', changes),
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

  readiness(): Readiness {
    return diskReadiness(this.#commits.failure);
  }

  async stop(): Promise<void> {
    await this.#commits.drained();
    await this.#worker.close();
  }
}
