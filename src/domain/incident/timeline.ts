import type {
  Incident,
  IncidentChange,
  IncidentEvent,
  IncidentEventType,
} from '../../contract/incident.ts';
import { type EventDetail, type IncidentRecord, type Memory, QUIET_EVENTS } from './record.ts';

/** Devices that join in a storm are told of once in this time (ms). */
const JOIN_PAUSE_MS = 250;
/** What waits is looked through this often at most (ms). */
const JOIN_LOOK_MS = 50;

/** Devices that joined an incident and were not told of; the newest `at` (ms since 1970 UTC). */
interface Join {
  record: IncidentRecord;
  at: number;
  site: string;
  devices: string[];
}

/** What changed, and what is to be remembered of it: JSON by the incident's id, or nothing more. */
export interface Recorded {
  incidents: IncidentChange[];
  remembered: { key: string; body: string | undefined }[];
}

/** The events of incidents since they were collected last, gathered as far as they say the same. */
export class Timeline {
  #events = new Map<string, { record: IncidentRecord; event: IncidentEvent }>();
  #touched = new Map<string, Memory | undefined>();
  readonly #joins = new Map<string, Join>();
  #joinsLookedAt = 0;
  #isJoinDue = false;

  /** Adds a line to the timeline; of what repeats before the next `collect` the last counts. */
  event(
    record: IncidentRecord,
    type: IncidentEventType,
    now: number,
    detail: EventDetail = {},
  ): void {
    const { incident, memory } = record;
    this.#tellJoin(incident.id, now);
    incident.revision += 1;
    incident.changedAt = now;
    if (!QUIET_EVENTS.has(type)) memory.seenRevision = incident.revision;
    this.touch(record);
    const key = eventKey(record, type, detail);
    this.#events.delete(key);
    const { id: incidentId, revision } = incident;
    this.#events.set(key, { record, event: { incidentId, revision, at: now, type, ...detail } });
  }

  /** What is remembered of it has changed. */
  touch(record: IncidentRecord): void {
    this.#touched.set(record.incident.id, record.memory);
  }

  /** The incident is no longer known. */
  forget(id: string): void {
    this.#touched.set(id, undefined);
  }

  joinDevice(record: IncidentRecord, site: string, device: string, now: number): void {
    const key = `${site}/${device}`;
    if (record.devices.has(key)) return;
    record.devices.add(key);
    record.incident.devices.push(key);
    if (this.#events.has(eventKey(record, 'opened'))) return;
    const join = this.#joins.get(record.incident.id) ?? { record, at: now, site, devices: [] };
    join.at = now;
    join.devices.push(device);
    this.#joins.set(record.incident.id, join);
  }

  /** What devices joined is due with the next `collect`, however young it is. */
  flushJoins(): void {
    this.#isJoinDue = true;
  }

  collect(now: number): Recorded {
    this.#joinsToEvents(now);
    const incidents = this.#changes();
    const remembered = [...this.#touched].map(([key, memory]) => ({
      key,
      body: memory === undefined ? undefined : JSON.stringify(memory),
    }));
    this.#events = new Map();
    this.#touched = new Map();
    this.#isJoinDue = false;
    return { incidents, remembered };
  }

  /** The events of one incident share its state after the last of them: a storm copies it once. */
  #changes(): IncidentChange[] {
    const after = new Map<string, Incident>();
    return [...this.#events.values()].map(({ record, event }) => {
      const incident = after.get(event.incidentId) ?? copyOf(record.incident);
      after.set(event.incidentId, incident);
      return { incident, event };
    });
  }

  /** With the second, or when nothing has joined for a while. */
  #joinsToEvents(now: number): void {
    if (!this.#isJoinDue && now < this.#joinsLookedAt + JOIN_LOOK_MS) return;
    this.#joinsLookedAt = now;
    for (const [id, { at }] of this.#joins) {
      if (this.#isJoinDue || now - at >= JOIN_PAUSE_MS) this.#tellJoin(id, now);
    }
  }

  #tellJoin(id: string, now: number): void {
    const join = this.#joins.get(id);
    if (join === undefined) return;
    this.#joins.delete(id);
    const { record, site, devices } = join;
    const [device, ...others] = devices;
    const isOne = device !== undefined && others.length === 0;
    this.event(record, 'device_added', now, isOne ? { site, device } : { site });
  }
}

export function copyOf(incident: Incident): Incident {
  return { ...incident, sites: [...incident.sites], devices: [...incident.devices] };
}

function eventKey(
  record: IncidentRecord,
  type: IncidentEventType,
  detail: EventDetail = {},
): string {
  return [record.incident.id, type, detail.site, detail.commandId].join(' ');
}
