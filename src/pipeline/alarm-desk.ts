import type { Logger } from 'pino';
import type { Alarm, AlarmCode } from '../contract/alarm.ts';
import type {
  AlarmCommand,
  CommandAnswer,
  IncidentCommand,
  ScheduleAnswer,
  ScheduleCommand,
} from '../contract/command.ts';
import type { Sample } from '../contract/sample.ts';
import type { DeviceState } from '../domain/device-state.ts';
import type {
  Actor,
  AlarmStore,
  Clock,
  Commands,
  JournalEntry,
  LiveFeed,
  Remembered,
} from '../ports.ts';
import { actOnAlarm, actOnIncident } from './act.ts';
import { CommandAnswers } from './command-answers.ts';
import type { Situation } from './situation.ts';

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
  situation: Situation;
}

/** Where samples, time and people meet the situation; journals each change whole, then pushes it. */
export class AlarmDesk implements Commands {
  readonly #options: AlarmDeskOptions;
  readonly #answers = new CommandAnswers();
  #told: Promise<unknown> = Promise.resolve();

  constructor(options: AlarmDeskOptions) {
    this.#options = options;
  }

  /** Takes everything up where the journal left it. */
  async start(): Promise<void> {
    const { store, situation, clock } = this.#options;
    const content = await store.load();
    const remembered = content.remembered.filter((one) => this.#isWhole(one));
    situation.restore({ ...content, remembered }, clock.now());
    this.#answers.restore(content.answers);
    this.#publish();
  }

  /** One row that is damaged must not keep everything else from alarming. */
  #isWhole({ space, key, body = 'null' }: Remembered): boolean {
    try {
      JSON.parse(body);
      return true;
    } catch {
      this.#options.log.error({ space, key }, 'journal: a damaged memory is left out');
      return false;
    }
  }

  /** What a current message changes; `undefined` where nothing. */
  observe(sample: Sample, state: DeviceState, clockOffsetMs?: number): Publication | undefined {
    const { situation, clock } = this.#options;
    situation.observe(sample, state, clockOffsetMs, clock.now());
    return this.#publish();
  }

  /** Somebody else has used a device's topic; `undefined` where that changes nothing. */
  claim(site: string, device: string): Publication | undefined {
    const { situation, clock } = this.#options;
    situation.claim(site, device, clock.now());
    return this.#publish();
  }

  /** A message that came late completes the ledger alone, with the next second. */
  complete(sample: Sample, state: DeviceState, clockOffsetMs?: number): void {
    const { situation, clock } = this.#options;
    situation.complete(sample, state, clockOffsetMs, clock.now());
  }

  /** Whether what a device's backlog has said so far would raise an alarm. */
  wouldRaise(state: DeviceState): AlarmCode[] {
    const { situation, clock } = this.#options;
    return situation.wouldRaise(state, clock.now());
  }

  /** Our own clock was set by `ms`, to `now`. */
  shiftTimes(ms: number, now: number): void {
    this.#options.situation.shiftTimes(ms, now);
  }

  /** Nothing is known of a device any more: its alarms stand until it is heard again. */
  silenced(state: DeviceState): void {
    this.#options.situation.silenced(state);
  }

  /** This process has stood still: what came meanwhile is yet to be read. */
  resumed(now: number): void {
    this.#options.situation.watches.resumed(now);
  }

  /** Commits what a new configuration has changed. */
  flush(): void {
    this.#publish();
  }

  /** Commits what is still held back; no more input comes. */
  stop(): void {
    this.#publish({}, true);
  }

  /** Carries out what time brings: delays, silence, deadlines. */
  tick(now: number): void {
    this.#options.situation.tick(now);
    this.#publish();
  }

  actOnAlarm(command: AlarmCommand, actor: Actor): Promise<CommandAnswer> {
    const key = `${command.commandId} ${command.alarmId}`;
    const { situation } = this.#options;
    return this.#act(key, (now) => actOnAlarm(situation, command, actor, now));
  }

  actOnIncident(command: IncidentCommand, actor: Actor): Promise<CommandAnswer> {
    const key = `${command.commandId} ${command.incidentId}`;
    const { situation } = this.#options;
    return this.#act(key, (now) => actOnIncident(situation, command, actor, now));
  }

  /** Takes announced cuts and emergencies that a person enters. */
  async enterSchedule(command: ScheduleCommand, actor: Actor): Promise<ScheduleAnswer> {
    const { situation, clock } = this.#options;
    const now = clock.now();
    if (!situation.schedules.act(command, now)) return { ok: false, code: 'SVT_NOT_FOUND' };
    const entered = situation.schedules.book.entered();
    situation.remember('schedule', 'entered', entered && JSON.stringify(entered));
    const isOnDisk = await this.#publish({ schedule: [{ at: now, actor, command }] })?.told;
    return isOnDisk === false ? { ok: false, code: 'SVT_JOURNAL_FAILED' } : { ok: true };
  }

  /** Resolves when the page knows every change so far, which is after its commit where the disk works. */
  async settled(): Promise<void> {
    await this.#told;
  }

  /** A command that is sent again gets the answer of the first time, over a restart too. */
  async #act(key: string, work: (now: number) => CommandAnswer): Promise<CommandAnswer> {
    const known = this.#answers.get(key);
    if (known !== undefined) return this.#answerOf(known);
    const now = this.#options.clock.now();
    const answer = work(now);
    if (!answer.ok) return answer;
    const { durable } = this.#publish({ answers: [{ key, answer, at: now }] }) as Publication;
    // Asked again after a disk that was slow or full, it is answered by what came of it.
    const kept = durable.then(() => answer);
    kept.catch(() => {});
    this.#answers.add(key, kept);
    return this.#answerOf(kept);
  }

  /** Nobody waits long for a disk. */
  #answerOf(kept: Promise<CommandAnswer>): Promise<CommandAnswer> {
    const failed: CommandAnswer = { ok: false, code: 'SVT_JOURNAL_FAILED' };
    const patience = this.#options.store.readiness().isReady ? JOURNAL_MS : 0;
    return Promise.race([
      Promise.all([kept, this.#told]).then(
        ([answer]) => answer,
        () => failed,
      ),
      elapsed(patience).then(() => failed),
    ]);
  }

  /** Commits what has changed, then pushes it, in the order of the changes. */
  #publish(more: JournalEntry = {}, isFinal = false): Publication | undefined {
    const { situation, store, clock } = this.#options;
    const changed = situation.collect(clock.now(), isFinal);
    if (changed === undefined && Object.keys(more).length === 0) return undefined;
    const entry: JournalEntry = { ...changed, ...more };
    const durable = store.commit(entry);
    durable.catch(() => {});
    const told = this.#tell(entry, durable, this.#told);
    this.#told = told;
    return { told, durable };
  }

  /** Where the journal fails or is slow the page is told all the same; the journal tries again. */
  async #tell(
    entry: JournalEntry,
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
    const alarms = newestOf(entry.alarms?.map(({ alarm }) => alarm) ?? []);
    if (alarms.length > 0) live.alarmsChanged(alarms);
    const incidents = newestOf(entry.incidents?.map(({ incident }) => incident) ?? []);
    if (incidents.length > 0) live.incidentsChanged(incidents);
    return isOnDisk;
  }
}

/** Each of them as it stands after its last step. */
function newestOf<T extends Alarm | { id: string }>(steps: readonly T[]): T[] {
  return [...new Map(steps.map((one) => [one.id, one])).values()];
}

function elapsed(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, ms, false).unref());
}
