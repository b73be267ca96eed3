import type { Severity } from '../../contract/alarm.ts';
import type {
  Incident,
  IncidentCause,
  IncidentChange,
  IncidentClass,
  IncidentEvent,
  IncidentEventType,
} from '../../contract/incident.ts';
import {
  type EventDetail,
  type IncidentRecord,
  type Memory,
  PRIORITY,
  QUIET_EVENTS,
  type Scope,
} from './record.ts';

/** A new loss within this time of the last end is a recurrence; so long the ended one is known (ms). */
export const RECURRENCE_MS = 2 * 3_600_000;
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

export interface Seed {
  scope: Scope;
  /** What the one open incident of the scope is of: `krakivets`, `krakivets/ups-1`, `lviv`, or nothing. */
  subject: string;
  class: IncidentClass;
  cause: IncidentCause;
  severity: Severity;
  isConfirmed: boolean;
  sites: string[];
  region?: string;
  startedAt: number;
  dueAt: number;
}

/** The incidents that are open or ended lately, and what changed of them since it was asked last. */
export class IncidentLog {
  readonly #records = new Map<string, IncidentRecord>();
  readonly #open = new Map<string, IncidentRecord>();
  readonly #lastOf = new Map<string, { id: string; at: number }>();
  readonly #children = new Map<string, Set<IncidentRecord>>();
  #events = new Map<string, { record: IncidentRecord; event: IncidentEvent }>();
  readonly #joins = new Map<string, Join>();
  #joinsLookedAt = 0;
  #touched = new Set<string>();
  #isJoinDue = false;

  restore(incidents: readonly Incident[], memories: ReadonlyMap<string, Memory>): void {
    for (const incident of incidents) {
      const memory = memories.get(incident.id);
      if (memory === undefined) continue;
      this.#keep({
        incident: { ...incident, sites: [...incident.sites], devices: [...incident.devices] },
        memory,
        devices: new Set(incident.devices),
        sites: new Set(incident.sites),
      });
    }
  }

  openOf(scope: Scope, subject: string): IncidentRecord | undefined {
    return this.#open.get(keyOf(scope, subject));
  }

  record(id: string | undefined): IncidentRecord | undefined {
    return id === undefined ? undefined : this.#records.get(id);
  }

  opened(): IterableIterator<IncidentRecord> {
    return this.#open.values();
  }

  childrenOf(record: IncidentRecord): IncidentRecord[] {
    return [...(this.#children.get(record.incident.id) ?? [])];
  }

  /** The open parent. */
  parentOf(record: IncidentRecord): IncidentRecord | undefined {
    return this.record(record.incident.parentId);
  }

  begin(seed: Seed, now: number): IncidentRecord {
    const key = keyOf(seed.scope, seed.subject);
    const last = this.#lastOf.get(key);
    const record: IncidentRecord = {
      incident: {
        id: this.#newId(key, now),
        class: seed.class,
        cause: seed.cause,
        state: 'open',
        severity: seed.severity,
        priority: PRIORITY[seed.severity],
        isConfirmed: seed.isConfirmed,
        sites: [...seed.sites],
        devices: [],
        ...(seed.region === undefined ? {} : { region: seed.region }),
        ...(last !== undefined && now - last.at <= RECURRENCE_MS ? { recurrenceOf: last.id } : {}),
        revision: 0,
        openedAt: now,
        changedAt: now,
      },
      memory: {
        scope: seed.scope,
        key,
        startedAt: seed.startedAt,
        lastStartAt: seed.startedAt,
        dueAt: seed.dueAt,
        seenRevision: 1,
        criticalSites: [],
      },
      devices: new Set(),
      sites: new Set(seed.sites),
    };
    this.#keep(record);
    this.event(record, 'opened', now);
    return record;
  }

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
    this.#touched.add(incident.id);
    const key = eventKey(record, type, detail);
    this.#events.delete(key);
    const { id: incidentId, revision } = incident;
    this.#events.set(key, { record, event: { incidentId, revision, at: now, type, ...detail } });
  }

  /** What is remembered of it has changed. */
  touch(record: IncidentRecord): void {
    this.#touched.add(record.incident.id);
  }

  joinDevice(record: IncidentRecord, site: string, device: string, now: number): void {
    const key = `${site}/${device}`;
    if (record.devices.has(key)) return;
    record.devices.add(key);
    record.incident.devices.push(key);
    if (this.#events.has(eventKey(record, 'opened'))) return;
    const join = this.#joins.get(record.incident.id);
    const devices = [...(join?.devices ?? []), device];
    this.#joins.set(record.incident.id, { record, at: now, site, devices });
  }

  setClass(record: IncidentRecord, to: IncidentClass, now: number): void {
    record.incident.class = to;
    this.event(record, 'class_changed', now, { to });
  }

  setCause(record: IncidentRecord, to: IncidentCause, now: number): void {
    if (record.incident.cause === to) return;
    record.incident.cause = to;
    this.event(record, 'cause_changed', now, { to });
  }

  confirm(record: IncidentRecord, now: number): void {
    if (record.incident.isConfirmed) return;
    record.incident.isConfirmed = true;
    this.event(record, 'confirmed', now);
  }

  setSeverity(record: IncidentRecord, to: Severity, now: number): void {
    if (record.incident.severity === to) return;
    record.incident.severity = to;
    record.incident.priority = PRIORITY[to];
    this.event(record, 'severity_changed', now, { to });
  }

  addSite(record: IncidentRecord, site: string, now: number): void {
    if (!record.sites.has(site)) {
      record.sites.add(site);
      record.incident.sites.push(site);
    }
    this.event(record, 'site_added', now, { site });
  }

  absorb(parent: IncidentRecord, child: IncidentRecord, now: number): void {
    this.#children.get(child.incident.parentId ?? '')?.delete(child);
    child.incident.parentId = parent.incident.id;
    this.#adopt(parent.incident.id, child);
    this.event(child, 'absorbed', now, { to: parent.incident.id });
  }

  /** The child stands for itself again. */
  release(parent: IncidentRecord, child: IncidentRecord, dueAt: number, now: number): void {
    const { parentId: _parentId, ...rest } = child.incident;
    this.#children.get(parent.incident.id)?.delete(child);
    child.incident = rest;
    child.memory.dueAt = Math.max(child.memory.dueAt, dueAt);
    this.event(child, 'released', now);
  }

  resolve(record: IncidentRecord, now: number): void {
    record.incident.state = 'resolved';
    record.incident.resolvedAt = now;
    this.#open.delete(record.memory.key);
    this.#lastOf.set(record.memory.key, { id: record.incident.id, at: now });
    this.event(record, 'resolved', now);
  }

  /** Forgets what ended long ago, unless what it is part of is known. */
  forget(now: number): void {
    for (const [id, record] of this.#records) {
      const { resolvedAt } = record.incident;
      if (resolvedAt === undefined || now - resolvedAt <= RECURRENCE_MS) continue;
      if (this.parentOf(record) !== undefined) continue;
      this.#records.delete(id);
      this.#children.delete(id);
      this.#touched.add(id);
      if (this.#lastOf.get(record.memory.key)?.id === id) this.#lastOf.delete(record.memory.key);
    }
  }

  /** What devices joined is due with the next `collect`, however young it is. */
  flushJoins(): void {
    this.#isJoinDue = true;
  }

  collect(now: number): {
    incidents: IncidentChange[];
    remembered: { key: string; body: string | undefined }[];
  } {
    this.#joinsToEvents(now);
    const incidents = this.#changes();
    const remembered = [...this.#touched].map((key) => {
      const memory = this.#records.get(key)?.memory;
      return { key, body: memory === undefined ? undefined : JSON.stringify(memory) };
    });
    this.#events = new Map();
    this.#touched = new Set();
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

  #keep(record: IncidentRecord): void {
    const { id, parentId, resolvedAt } = record.incident;
    const { key } = record.memory;
    this.#records.set(id, record);
    if (parentId !== undefined) this.#adopt(parentId, record);
    if (resolvedAt === undefined) {
      this.#open.set(key, record);
      return;
    }
    const last = this.#lastOf.get(key);
    if ((last?.at ?? 0) <= resolvedAt) this.#lastOf.set(key, { id, at: resolvedAt });
  }

  #adopt(parentId: string, child: IncidentRecord): void {
    const children = this.#children.get(parentId) ?? new Set();
    this.#children.set(parentId, children.add(child));
  }

  /** Unique, as one incident of a key is open at a time; a second one of the same moment is counted. */
  #newId(key: string, now: number): string {
    const subject = key.split(/[:/]/).filter((part) => part !== '');
    const id = [...subject, now.toString(36)].join('.');
    let unique = id;
    for (let n = 2; this.#records.has(unique); n += 1) unique = `${id}-${n}`;
    return unique;
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

function keyOf(scope: Scope, subject: string): string {
  return `${scope}:${subject}`;
}
