import type { Logger } from 'pino';
import type { Alarm, AlarmChange, AlarmCode } from '../contract/alarm.ts';
import type { AcknowledgeCommand, CommandAnswer } from '../contract/command.ts';
import type { Sample } from '../contract/sample.ts';
import {
  type AlarmBook,
  acknowledge,
  elapse,
  evaluate,
  interrupt,
  openAlarmBook,
  shiftDelays,
  wouldRaise,
} from '../domain/alarm/engine.ts';
import type { Rule } from '../domain/alarm/rule.ts';
import type { DeviceState } from '../domain/device-state.ts';
import type { Actor, AlarmStore, Clock, Commands, LiveFeed } from '../ports.ts';

const ANSWERS_KEPT = 1000;
/** A disk that takes longer than this (ms) for a commit holds back neither the page nor an answer. */
const JOURNAL_MS = 500;

/** A change on its way: `told` says whether it was on disk when the page learned of it. */
export interface Publication {
  told: Promise<boolean>;
  durable: Promise<void>;
}

interface AlarmDeskOptions {
  store: AlarmStore;
  live: LiveFeed;
  clock: Clock;
  log: Logger;
  rules: readonly Rule[];
}

/** Where samples, time and people meet the alarm engine; journals each change, then pushes it. */
export class AlarmDesk implements Commands {
  readonly #options: AlarmDeskOptions;
  readonly #answers = new Map<string, Promise<CommandAnswer>>();
  #rules: readonly Rule[];
  #book: AlarmBook = openAlarmBook([]);
  #told: Promise<unknown> = Promise.resolve();

  constructor(options: AlarmDeskOptions) {
    this.#options = options;
    this.#rules = options.rules;
  }

  /** Takes the alarms up where the journal left them. */
  async start(): Promise<void> {
    this.#book = openAlarmBook(await this.#options.store.load());
  }

  configure(rules: readonly Rule[]): void {
    this.#rules = rules;
  }

  alarms(): Alarm[] {
    return [...this.#book.alarms.values()];
  }

  alarm(id: string): Alarm | undefined {
    return this.#book.alarms.get(id);
  }

  /** Evaluates the rules for a sample that is current; `undefined` when nothing changed. */
  observe(
    sample: Sample,
    { site, id: device, kind, values }: DeviceState,
  ): Publication | undefined {
    if (sample.channel !== 'telemetry') return undefined;
    const subject = { site, device, kind, ts: sample.ts, values };
    const changes = evaluate(this.#book, this.#rules, subject, this.#options.clock.now());
    return changes.length === 0 ? undefined : this.#publish(changes);
  }

  /** Whether what a device's backlog has said so far would raise an alarm. */
  wouldRaise({ site, id: device, kind, values, held }: DeviceState): AlarmCode[] {
    if (held === undefined) return [];
    const subject = {
      site,
      device,
      kind,
      ts: held.sample.ts,
      values: { ...values, ...held.values },
    };
    return wouldRaise(this.#book, this.#rules, subject);
  }

  /** Our own clock was set by `ms`, to `now`. */
  shiftTimes(ms: number, now: number): void {
    shiftDelays(this.#book, this.#rules, ms, now);
  }

  /** Nothing is known of a device any more: its alarms stand until it is heard again. */
  silenced(site: string, device: string): void {
    interrupt(this.#book, site, device);
  }

  /** Carries out the delays that have ended. */
  tick(now: number): void {
    const changes = elapse(this.#book, this.#rules, now);
    if (changes.length > 0) this.#publish(changes);
  }

  async acknowledge(command: AcknowledgeCommand, actor: Actor): Promise<CommandAnswer> {
    const key = `${command.commandId} ${command.alarmId}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const result = acknowledge(this.#book, command, actor, this.#options.clock.now());
    if (result.outcome === 'acknowledged') {
      const answer = this.#publish([result.change]).told.then(
        (isOnDisk): CommandAnswer =>
          isOnDisk
            ? { ok: true, version: result.change.alarm.version }
            : { ok: false, code: 'SVT_JOURNAL_FAILED' },
      );
      this.#remember(key, answer);
      return answer;
    }
    if (!('alarm' in result)) {
      return {
        ok: false,
        code: result.outcome === 'not_found' ? 'SVT_NOT_FOUND' : 'SVT_NOT_ACTIVE',
      };
    }
    const { acknowledgedBy: by, acknowledgedAt: at } = result.alarm;
    const code = result.outcome === 'changed' ? 'SVT_ALARM_CHANGED' : 'SVT_ALREADY_ACKNOWLEDGED';
    return {
      ok: false,
      code,
      ...(by === undefined ? {} : { by }),
      ...(at === undefined ? {} : { at }),
    };
  }

  /** Resolves when the page knows every change so far, which is after its commit where the disk works. */
  async settled(): Promise<void> {
    await this.#told;
  }

  /** Commits, then pushes, in the order of the changes. */
  #publish(changes: readonly AlarmChange[]): Publication {
    const durable = this.#options.store.commit(changes);
    durable.catch(() => {});
    const told = this.#tell(changes, durable, this.#told);
    this.#told = told;
    return { told, durable };
  }

  /** Where the journal fails or is slow the page is told all the same; the journal tries again. */
  async #tell(
    changes: readonly AlarmChange[],
    durable: Promise<void>,
    earlier: Promise<unknown>,
  ): Promise<boolean> {
    const { store, live, log } = this.#options;
    const isOnDisk = await Promise.race([
      durable.then(
        () => true,
        () => false,
      ),
      elapsed(store.readiness().isReady ? JOURNAL_MS : 0),
    ]);
    await earlier;
    if (!isOnDisk) {
      const { detail } = store.readiness();
      log.error({ detail }, 'journal: a commit is not on disk; it is tried again');
    }
    live.alarmsChanged(changes.map(({ alarm }) => alarm));
    return isOnDisk;
  }

  #remember(key: string, answer: Promise<CommandAnswer>): void {
    this.#answers.set(key, answer);
    const oldest = this.#answers.keys().next().value;
    if (this.#answers.size > ANSWERS_KEPT && oldest !== undefined) this.#answers.delete(oldest);
  }
}

function elapsed(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, ms, false).unref());
}
