import type { Severity } from '../../contract/alarm.ts';
import type {
  Incident,
  IncidentCause,
  IncidentClass,
  IncidentEventType,
} from '../../contract/incident.ts';
import {
  type EventDetail,
  type IncidentRecord,
  type Memory,
  PRIORITY,
  type Scope,
} from './record.ts';
import { type Recorded, Timeline } from './timeline.ts';

/** A new loss within this time of the last end is a recurrence; so long the ended one is known (ms). */
const RECURRENCE_MS = 2 * 3_600_000;
interface Seed {
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
  readonly #timeline = new Timeline();

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

  /** Adds a line to its timeline; of what repeats before the next `collect` the last counts. */
  event(record: IncidentRecord, type: IncidentEventType, now: number, detail?: EventDetail): void {
    this.#timeline.event(record, type, now, detail);
  }

  /** What is remembered of it has changed. */
  touch(record: IncidentRecord): void {
    this.#timeline.touch(record);
  }

  joinDevice(record: IncidentRecord, site: string, device: string, now: number): void {
    this.#timeline.joinDevice(record, site, device, now);
  }

  /** What devices joined is due with the next `collect`, however young it is. */
  flushJoins(): void {
    this.#timeline.flushJoins();
  }

  collect(now: number): Recorded {
    return this.#timeline.collect(now);
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

  /** Our own clock was set by `ms`: what is awaited and what has begun go along, none into the future. */
  shiftTimes(ms: number, now: number): void {
    for (const last of this.#lastOf.values()) last.at = Math.min(last.at + ms, now);
    for (const record of this.#open.values()) {
      const { memory } = record;
      memory.startedAt = Math.min(memory.startedAt + ms, now);
      memory.lastStartAt = Math.min(memory.lastStartAt + ms, now);
      memory.dueAt += ms;
      if (memory.told !== undefined) memory.told.at = Math.min(memory.told.at + ms, now);
      this.touch(record);
    }
  }

  /** Forgets what ended long ago, unless what it is part of is known. */
  forget(now: number): void {
    for (const [id, record] of this.#records) {
      const { resolvedAt } = record.incident;
      if (resolvedAt === undefined || now - resolvedAt <= RECURRENCE_MS) continue;
      if (this.parentOf(record) !== undefined) continue;
      this.#records.delete(id);
      this.#children.delete(id);
      this.#timeline.forget(id);
      if (this.#lastOf.get(record.memory.key)?.id === id) this.#lastOf.delete(record.memory.key);
    }
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

function keyOf(scope: Scope, subject: string): string {
  return `${scope}:${subject}`;
}
