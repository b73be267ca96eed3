import type { Alarm, AlarmChange } from '../contract/alarm.ts';
import type { JournalEntry, Remembered } from '../ports.ts';

/** A journal entry in the making: what one message, second or command changes, in one. */
export class EntryDraft {
  /** Something is in it that is worth a commit of its own. */
  isDue = false;
  #alarms: AlarmChange[] = [];
  readonly #parts: Required<
    Pick<JournalEntry, 'incidents' | 'outages' | 'removedOutages' | 'intents'>
  > = { incidents: [], outages: [], removedOutages: [], intents: [] };
  readonly #remembered = new Map<string, Remembered>();

  addAlarms(changes: readonly AlarmChange[]): void {
    if (changes.length > 0) this.#alarms = [...this.#alarms, ...changes];
  }

  /** The alarm has learned something that is no step of its life. */
  patchAlarm(alarm: Alarm): void {
    this.#alarms = this.#alarms.map((change) =>
      change.alarm.id === alarm.id
        ? { ...change, alarm: { ...change.alarm, ...incidentOf(alarm) } }
        : change,
    );
  }

  take(parts: Pick<JournalEntry, 'incidents' | 'outages' | 'removedOutages' | 'intents'>): void {
    const { incidents = [], outages = [], removedOutages = [], intents = [] } = parts;
    this.#parts.incidents = [...this.#parts.incidents, ...incidents];
    this.#parts.outages = [...this.#parts.outages, ...outages];
    this.#parts.removedOutages = [...this.#parts.removedOutages, ...removedOutages];
    this.#parts.intents = [...this.#parts.intents, ...intents];
  }

  remember(space: string, all: readonly { key: string; body: string | undefined }[]): void {
    for (const { key, body } of all) this.rememberOne({ space, key, body });
  }

  /** The newest of each key counts. */
  rememberOne(one: Remembered): void {
    this.#remembered.set(`${one.space} ${one.key}`, one);
  }

  /** `undefined` where nothing is in it. */
  entry(): JournalEntry | undefined {
    const { incidents, outages, removedOutages, intents } = this.#parts;
    const entry: JournalEntry = {
      ...(this.#alarms.length === 0 ? {} : { alarms: this.#alarms }),
      ...(incidents.length === 0 ? {} : { incidents }),
      ...(outages.length === 0 ? {} : { outages }),
      ...(removedOutages.length === 0 ? {} : { removedOutages }),
      ...(intents.length === 0 ? {} : { intents }),
      ...(this.#remembered.size === 0 ? {} : { remembered: [...this.#remembered.values()] }),
    };
    return Object.keys(entry).length === 0 ? undefined : entry;
  }
}

function incidentOf({ incidentId }: Alarm): Pick<Alarm, 'incidentId'> {
  return incidentId === undefined ? {} : { incidentId };
}
