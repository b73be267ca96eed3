import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AccountStore } from '../../access-port.ts';
import type { Alarm, Transition } from '../../contract/alarm.ts';
import type { CommandAnswer } from '../../contract/command.ts';
import type { Incident, IncidentEvent, Intent } from '../../contract/incident.ts';
import type { Outage } from '../../contract/outage.ts';
import type { Readiness } from '../../contract/readiness.ts';
import type { AlarmSource } from '../../domain/order-record.ts';
import type { AlarmStore, AuditVerdict, JournalContent, JournalEntry, Meter } from '../../ports.ts';
import { openAccountStore } from './account-store.ts';
import { diskReadiness } from './disk-state.ts';
import { GroupCommit } from './group-commit.ts';
import { portionsOf, sizeOf } from './journal-portion.ts';
import type { LoadedBodies } from './journal-read.ts';
import { AUDIT_UNSEEN, type AuditProgress } from './journal-verify.ts';
import { SqliteOrderStore } from './order-store.ts';
import { WorkerClient } from './worker-client.ts';

/** The event loop is held by the encoding of a commit for so long (ms) at a time. */
const TURN_MS = 4;

/**
 * The alarm journal in `journal.db`: alarms, incidents and interruptions as they stand, and a chained
 * audit of every step. An entry belongs to the journal from the call on: nobody changes it. What is on
 * disk already and comes again changes nothing.
 */
export class Journal implements AlarmStore {
  readonly orders: SqliteOrderStore;
  readonly #worker: WorkerClient;
  readonly #commits: GroupCommit<JournalEntry[]>;

  constructor(file: string, meter?: Meter) {
    this.#worker = new WorkerClient({
      script: new URL('./journal-worker.ts', import.meta.url),
      file,
      code: 'SVT_JOURNAL_FAILED',
    });
    this.orders = new SqliteOrderStore(this.#worker);
    this.#commits = new GroupCommit<JournalEntry[]>(
      () => [],
      async (entries) => {
        const startedAt = performance.now();
        await this.#write(entries);
        meter?.journalCommitted(performance.now() - startedAt);
      },
    );
  }

  /** `accounts.db`, in the journal's thread; to be stopped before the journal. */
  accounts(file: string): AccountStore {
    return openAccountStore(file, this.#worker);
  }

  async load(): Promise<JournalContent> {
    const bodies = await this.#worker.call<LoadedBodies>('load');
    return {
      alarms: parsed<Alarm>(bodies.alarms),
      incidents: parsed<Incident>(bodies.incidents),
      outages: parsed<Outage>(bodies.outages),
      intents: parsed<Intent>(bodies.intents),
      remembered: bodies.remembered,
      answers: bodies.answers.map(({ key, body }) => ({
        key,
        answer: JSON.parse(body) as CommandAnswer,
      })),
    };
  }

  commit(entry: JournalEntry): Promise<void> {
    if (sizeOf(entry) === 0) return Promise.resolve();
    this.#commits.open.push(entry);
    return this.#commits.commit();
  }

  async transitions(alarmId: string): Promise<Transition[]> {
    return parsed(await this.#worker.call('transitions', alarmId));
  }

  async incidents(filter: { state: 'open' | 'all'; limit: number }): Promise<Incident[]> {
    return parsed(await this.#worker.call('incidents', filter));
  }

  async children(incidentId: string): Promise<Incident[]> {
    return parsed(await this.#worker.call('children', incidentId));
  }

  async incident(id: string): Promise<Incident | undefined> {
    const body = await this.#worker.call<string | undefined>('incident', id);
    return body === undefined ? undefined : (JSON.parse(body) as Incident);
  }

  async incidentEvents(incidentId: string): Promise<IncidentEvent[]> {
    return parsed(await this.#worker.call('incidentEvents', incidentId));
  }

  async intents(incidentId?: string): Promise<Intent[]> {
    return parsed(await this.#worker.call('intents', incidentId));
  }

  async outages(filter: { site?: string; fromMs?: number; toMs?: number }): Promise<Outage[]> {
    return parsed(await this.#worker.call('outages', filter));
  }

  /** Whether anything ever happened to somebody's account. */
  hadAccounts(): Promise<boolean> {
    return this.#worker.call<boolean>('hadAccounts');
  }

  async verify(): Promise<AuditVerdict> {
    let progress = AUDIT_UNSEEN;
    while (!progress.isDone) {
      progress = await this.#worker.call<AuditProgress>('verify', progress);
    }
    const { head, fault } = progress;
    const verdict = { rows: head.seq, head: head.hash };
    return fault === undefined ? verdict : { ...verdict, brokenAt: fault.seq };
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

  /** Resolves when the file's own thread answers; rejects where it has died. */
  ping(): Promise<void> {
    return this.#worker.ping();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#commits.drained(), this.orders.drained()]);
    await this.#worker.close();
  }

  /**
   * Hands the entries over as text, which costs this thread a third of what objects cost it, and lets
   * others have their turn in between. The last portion commits.
   */
  async #write(entries: readonly JournalEntry[]): Promise<void> {
    let last = '[]';
    let isFirst = true;
    let turnEndsAt = performance.now() + TURN_MS;
    for (const portion of portionsOf(entries)) {
      // What fails here fails the commit as well, which is told of it.
      if (!isFirst) this.#worker.call('gather', last).catch(() => {});
      isFirst = false;
      if (performance.now() > turnEndsAt) {
        await nextTurn();
        turnEndsAt = performance.now() + TURN_MS;
      }
      last = JSON.stringify(portion);
    }
    await this.#worker.call('commit', last);
  }
}

function parsed<T>(bodies: readonly string[]): T[] {
  return bodies.map((body) => JSON.parse(body) as T);
}
