import type { Logger } from 'pino';
import type { Alarm, AlarmChange } from '../contract/alarm.ts';
import type { AcknowledgeCommand, CommandAnswer } from '../contract/command.ts';
import type { Sample } from '../contract/sample.ts';
import {
  type AlarmBook,
  acknowledge,
  elapse,
  evaluate,
  interrupt,
  openAlarmBook,
} from '../domain/alarm/engine.ts';
import type { Rule } from '../domain/alarm/rule.ts';
import { valuesOf } from '../domain/device-state.ts';
import type { Fleet } from '../domain/fleet.ts';
import type { Actor, AlarmStore, Clock, Commands, LiveFeed } from '../ports.ts';

const ANSWERS_KEPT = 1000;

interface AlarmDeskOptions {
  fleet: Fleet;
  store: AlarmStore;
  live: LiveFeed;
  clock: Clock;
  log: Logger;
  rules: readonly Rule[];
}

/** Where samples, time and people meet the alarm engine; journals each change, then pushes it. */
export class AlarmDesk implements Commands {
  readonly #options: AlarmDeskOptions;
  readonly #answers = new Map<string, CommandAnswer>();
  #rules: readonly Rule[];
  #book: AlarmBook = openAlarmBook([]);

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
  observe(sample: Sample): Promise<void> | undefined {
    const { fleet, clock } = this.#options;
    const state = fleet.state(sample.site, sample.device);
    if (state === undefined || sample.channel !== 'telemetry') return undefined;
    const subject = {
      site: state.site,
      device: state.id,
      kind: state.kind,
      ts: sample.ts,
      values: valuesOf(state),
    };
    return this.#publish(evaluate(this.#book, this.#rules, subject, clock.now()));
  }

  /** Nothing is known of a device any more: its alarms stand until it is heard again. */
  silenced(site: string, device: string): void {
    interrupt(this.#book, site, device);
  }

  /** Carries out the delays that have ended. */
  tick(now: number): void {
    void this.#publish(elapse(this.#book, this.#rules, now));
  }

  async acknowledge(command: AcknowledgeCommand, actor: Actor): Promise<CommandAnswer> {
    const known = this.#answers.get(command.commandId);
    if (known !== undefined) return known;
    const result = acknowledge(this.#book, command, actor, this.#options.clock.now());
    if (result.outcome === 'acknowledged') {
      const answer: CommandAnswer = { ok: true, version: result.change.alarm.version };
      this.#remember(command.commandId, answer);
      await this.#publish([result.change]);
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

  /** Commits, then pushes. Where the journal fails the page is told all the same; the journal retries. */
  #publish(changes: readonly AlarmChange[]): Promise<void> | undefined {
    if (changes.length === 0) return undefined;
    const { store, live, log } = this.#options;
    const push = () => live.alarmsChanged(changes.map(({ alarm }) => alarm));
    return store.commit(changes).then(push, (error: unknown) => {
      log.error({ err: error }, 'journal: commit failed; it is tried again');
      push();
    });
  }

  #remember(commandId: string, answer: CommandAnswer): void {
    this.#answers.set(commandId, answer);
    const oldest = this.#answers.keys().next().value;
    if (this.#answers.size > ANSWERS_KEPT && oldest !== undefined) this.#answers.delete(oldest);
  }
}
