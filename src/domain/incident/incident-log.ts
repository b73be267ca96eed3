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
  isOpen,
  type Memory,
  PRIORITY,
  QUIET_EVENTS,
  type Scope,
} from './record.ts';

/** A new loss within this time of the last end is a recurrence; so long the ended one is known (ms). */
export const RECURRENCE_MS = 2 * 3_600_000;
/** Devices that join in a storm are told of once in this time (ms). */
const JOIN_PAUSE_MS = 250;

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
  readonly #lastOf = new Map<string, string>();
  readonly #children = new Map<string, Set<string>>();
  #events = new Map<string, IncidentEvent>();
  #joins = new Map<string, { at: number; devices: string[] }>();
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
    const ids = this.#children.get(record.incident.id) ?? [];
    return [...ids].flatMap((id) => this.#records.get(id) ?? []);
  }

  /** The open parent. */
  parentOf(record: IncidentRecord): IncidentRecord | undefined {
    return this.record(record.incident.parentId);
  }

  begin(seed: Seed, now: number): IncidentRecord {
    const key = keyOf(seed.scope, seed.subject);
    const last = this.record(this.#lastOf.get(key));
    const endedAt = last?.incident.resolvedAt ?? Number.NEGATIVE_INFINITY;
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
        ...(last !== undefined && now - endedAt <= RECURRENCE_MS
          ? { recurrenceOf: last.incident.id }
          : {}),
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
    incident.revision += 1;
    incident.changedAt = now;
    if (!QUIET_EVENTS.has(type)) memory.seenRevision = incident.revision;
    this.#touched.add(incident.id);
    const key = eventKey(record, type, detail);
    this.#events.delete(key);
    this.#events.set(key, {
      incidentId: incident.id,
      revision: incident.revision,
      at: now,
      type,
      ...detail,
    });
  }

  /** What is remembered of it has changed. */
  touch(record: IncidentRecord): void {
    this.#touched.add(record.incident.id);
  }

  joinDevice(record: IncidentRecord, device: string, now: number): void {
    if (record.devices.has(device)) return;
    record.devices.add(device);
    record.incident.devices.push(device);
    if (this.#events.has(eventKey(record, 'opened'))) return;
    const joins = this.#joins.get(record.incident.id) ?? { at: now, devices: [] };
    joins.at = now;
    joins.devices.push(device);
    this.#joins.set(record.incident.id, joins);
  }

  setClass(record: IncidentRecord, to: IncidentClass, now: number): void {
    if (record.incident.class === to) return;
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
    this.#children.get(child.incident.parentId ?? '')?.delete(child.incident.id);
    child.incident.parentId = parent.incident.id;
    this.#adopt(parent.incident.id, child.incident.id);
    this.event(child, 'absorbed', now, { to: parent.incident.id });
  }

  /** The child stands for itself again. */
  release(child: IncidentRecord, dueAt: number, now: number): void {
    const { parentId, ...rest } = child.incident;
    this.#children.get(parentId ?? '')?.delete(child.incident.id);
    child.incident = rest;
    child.memory.dueAt = Math.max(child.memory.dueAt, dueAt);
    this.event(child, 'released', now);
  }

  resolve(record: IncidentRecord, now: number): void {
    record.incident.state = 'resolved';
    record.incident.resolvedAt = now;
    this.#open.delete(record.memory.key);
    this.#lastOf.set(record.memory.key, record.incident.id);
    this.event(record, 'resolved', now);
  }

  /** Forgets what ended long ago, unless it is part of something that goes on. */
  forget(now: number): void {
    for (const [id, record] of this.#records) {
      const { resolvedAt } = record.incident;
      if (resolvedAt === undefined || now - resolvedAt <= RECURRENCE_MS) continue;
      if (isOpen(this.parentOf(record))) continue;
      this.#records.delete(id);
      this.#children.delete(id);
      this.#touched.add(id);
      if (this.#lastOf.get(record.memory.key) === id) this.#lastOf.delete(record.memory.key);
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
    return [...this.#events.values()].flatMap((event) => {
      const record = this.#records.get(event.incidentId);
      if (record === undefined) return [];
      const incident = after.get(event.incidentId) ?? copyOf(record.incident);
      after.set(event.incidentId, incident);
      return [{ incident, event }];
    });
  }

  #joinsToEvents(now: number): void {
    const told = new Set([...this.#events.values()].map(({ incidentId }) => incidentId));
    for (const [id, { at, devices }] of this.#joins) {
      const isDue = this.#isJoinDue || now - at >= JOIN_PAUSE_MS || told.has(id);
      const record = this.#records.get(id);
      if (!isDue || record === undefined) continue;
      const [first = ''] = devices;
      const [site = '', device = ''] = first.split('/');
      this.event(record, 'device_added', now, devices.length > 1 ? { site } : { site, device });
      this.#joins.delete(id);
    }
  }

  #keep(record: IncidentRecord): void {
    const { id, parentId, resolvedAt } = record.incident;
    const { key } = record.memory;
    this.#records.set(id, record);
    if (parentId !== undefined) this.#adopt(parentId, id);
    if (resolvedAt === undefined) {
      this.#open.set(key, record);
      return;
    }
    const last = this.record(this.#lastOf.get(key))?.incident.resolvedAt ?? resolvedAt;
    if (last <= resolvedAt) this.#lastOf.set(key, id);
  }

  #adopt(parentId: string, id: string): void {
    const children = this.#children.get(parentId) ?? new Set();
    this.#children.set(parentId, children.add(id));
  }

  /** Unique, as one incident of a key is open at a time; a second one of the same moment is counted. */
  #newId(key: string, now: number): string {
    const id = `${key.replaceAll(/[:/]/g, '.')}.${now.toString(36)}`;
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
