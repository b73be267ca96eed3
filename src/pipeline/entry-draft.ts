import type { Alarm, AlarmChange } from '../contract/alarm.ts';
import type { JournalEntry, Remembered } from '../ports.ts';

type PartName = 'incidents' | 'outages' | 'removedOutages' | 'intents';
type Parts = { [Name in PartName]: NonNullable<JournalEntry[Name]>[number][] };

/** A journal entry in the making: what one message, second or command changes, in one. */
export class EntryDraft {
  /** Something is in it that is worth a commit of its own. */
  isDue = false;
  readonly #alarms: AlarmChange[] = [];
  /** Where the changes of each alarm stand. */
  readonly #placesOf = new Map<string, number[]>();
  readonly #parts: Parts = { incidents: [], outages: [], removedOutages: [], intents: [] };
  readonly #remembered = new Map<string, Remembered>();

  addAlarms(changes: readonly AlarmChange[]): void {
    for (const change of changes) {
      const { id } = change.alarm;
      const places = this.#placesOf.get(id);
      if (places === undefined) this.#placesOf.set(id, [this.#alarms.length]);
      else places.push(this.#alarms.length);
      this.#alarms.push(change);
    }
  }

  /** The alarm has learned something that is no step of its life. */
  patchAlarm(alarm: Alarm): void {
    for (const place of this.#placesOf.get(alarm.id) ?? []) {
      const change = this.#alarms[place] as AlarmChange;
      this.#alarms[place] = { ...change, alarm: { ...change.alarm, ...incidentOf(alarm) } };
    }
  }

  take(parts: Pick<JournalEntry, PartName>): void {
    const { incidents = [], outages = [], removedOutages = [], intents = [] } = parts;
    for (const one of incidents) this.#parts.incidents.push(one);
    for (const one of outages) this.#parts.outages.push(one);
    for (const one of removedOutages) this.#parts.removedOutages.push(one);
    for (const one of intents) this.#parts.intents.push(one);
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
