import { type Logger, pino } from 'pino';
import type { Alarm, AlarmChange, Transition } from '../../src/contract/alarm.ts';
import type { Incident, IncidentEvent, Intent } from '../../src/contract/incident.ts';
import type { Outage } from '../../src/contract/outage.ts';
import type { Readiness } from '../../src/contract/readiness.ts';
import { blockOf, type LineBlock, type LineView, linesOf } from '../../src/domain/line-block.ts';
import type { AlarmSource } from '../../src/domain/order-record.ts';
import type { Resolution, Span } from '../../src/domain/resolution.ts';
import type {
  AlarmStore,
  AuditVerdict,
  Clock,
  JournalContent,
  JournalEntry,
  LiveFeed,
  OrderStore,
  Quarantined,
  Remembered,
  SavedOrder,
  SeriesPart,
  SeriesQuery,
  SeriesStore,
  Spool,
  SpoolDepth,
  SpoolPage,
  StoredMinute,
  StoredPage,
  StoreFault,
  WriteOutcome,
} from '../../src/ports.ts';

const READY: Readiness = { isReady: true, state: 'ok' };

/** A clock that stands until it is moved. */
export class FakeClock implements Clock {
  ms: number;
  /** By how much the system's time is found set at the next look (ms). */
  setBy = 0;

  constructor(ms: number) {
    this.ms = ms;
  }

  follow(): number {
    const { setBy } = this;
    this.setBy = 0;
    this.ms += setBy;
    return setBy;
  }

  now(): number {
    return this.ms;
  }
}

/** A journal in memory. With `gate` set, commits wait for it; with `failure` set, they never end. */
export class FakeAlarmStore implements AlarmStore {
  readonly entries: JournalEntry[] = [];
  readonly changes: AlarmChange[] = [];
  alarms: Alarm[] = [];
  gate: Promise<void> | undefined;
  failure: Error | undefined;

  /** Those that were there before, as the commits left them. */
  async load(): Promise<JournalContent> {
    const alarms = [...this.alarms, ...this.changes.map(({ alarm }) => alarm)];
    const incidents = await this.incidents({ state: 'all', limit: 1e6 });
    const open = new Set(incidents.filter(isOpen).map(({ id }) => id));
    return structuredClone({
      alarms: newestById(alarms),
      incidents: incidents.reverse(),
      outages: await this.outages({}),
      intents: (await this.intents()).filter(({ incidentId }) => open.has(incidentId)),
      remembered: this.#remembered(),
      answers: this.#all('answers').map(({ key, answer }) => ({ key, answer })),
    });
  }

  async commit(entry: JournalEntry): Promise<void> {
    await this.gate;
    // A journal tries again for as long as it takes, and these tests do not wait for that.
    if (this.failure !== undefined) return new Promise(() => {});
    this.entries.push(entry);
    this.changes.push(...(entry.alarms ?? []));
  }

  async sources(): Promise<AlarmSource[]> {
    const newest = new Map<string, AlarmSource>();
    for (const { alarm, transition } of this.changes) {
      const { site, device = '' } = alarm;
      const { sourceTs: ts, at } = transition;
      if (ts !== undefined) newest.set(alarm.id, { site, device, ts, at });
    }
    return [...newest.values()];
  }

  async transitions(alarmId: string): Promise<Transition[]> {
    return this.changes
      .map(({ transition }) => transition)
      .filter((transition) => transition.alarmId === alarmId);
  }

  async incidents(filter: { state: 'open' | 'all'; limit: number }): Promise<Incident[]> {
    return newestById(this.#all('incidents').map(({ incident }) => incident))
      .filter((incident) => filter.state === 'all' || isOpen(incident))
      .sort((a, b) => b.openedAt - a.openedAt)
      .slice(0, filter.limit);
  }

  async children(id: string): Promise<Incident[]> {
    const all = await this.incidents({ state: 'all', limit: 1e6 });
    return all.filter(({ parentId }) => parentId === id);
  }

  async incident(id: string): Promise<Incident | undefined> {
    return this.#all('incidents').findLast(({ incident }) => incident.id === id)?.incident;
  }

  async incidentEvents(incidentId: string): Promise<IncidentEvent[]> {
    return this.#all('incidents')
      .map(({ event }) => event)
      .filter((event) => event.incidentId === incidentId);
  }

  async intents(incidentId?: string): Promise<Intent[]> {
    return newestById(this.#all('intents')).filter(
      (intent) => incidentId === undefined || intent.incidentId === incidentId,
    );
  }

  async outages(filter: { site?: string; fromMs?: number; toMs?: number }): Promise<Outage[]> {
    const { site, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = filter;
    const kept = new Map<string, Outage>();
    for (const { outages = [], removedOutages = [] } of this.entries) {
      for (const outage of outages) kept.set(outage.id, outage);
      for (const id of removedOutages) kept.delete(id);
    }
    return [...kept.values()]
      .filter((one) => site === undefined || one.site === site)
      .filter(({ startedAt, endedAt = toMs }) => startedAt < toMs && endedAt > fromMs)
      .sort((a, b) => a.startedAt - b.startedAt);
  }

  async verify(): Promise<AuditVerdict> {
    return { rows: this.changes.length, head: '' };
  }

  readiness(): Readiness {
    if (this.failure === undefined) return READY;
    return { isReady: false, state: 'failing', detail: this.failure.message };
  }

  async stop(): Promise<void> {}

  #all<P extends keyof JournalEntry>(part: P): NonNullable<JournalEntry[P]>[number][] {
    return this.entries.flatMap((entry) => [...(entry[part] ?? [])]);
  }

  #remembered(): Remembered[] {
    const kept = new Map(this.#all('remembered').map((one) => [`${one.space} ${one.key}`, one]));
    return [...kept.values()].filter(({ body }) => body !== undefined);
  }
}

function newestById<T extends { id: string }>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [one.id, one])).values()];
}

function isOpen({ state }: Incident): boolean {
  return state !== 'resolved';
}

/** An order memory's disk. With `gate` set, saves wait for it; with `failure` set, they fail. */
export class FakeOrderStore implements OrderStore {
  readonly orders = new Map<string, SavedOrder>();
  saves = 0;
  gate: Promise<void> | undefined;
  failure: Error | undefined;

  async load(): Promise<SavedOrder[]> {
    return structuredClone([...this.orders.values()].sort((a, b) => b.savedAt - a.savedAt));
  }

  async save(orders: readonly SavedOrder[]): Promise<void> {
    this.saves += 1;
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    for (const one of structuredClone(orders)) {
      this.orders.set(`${one.record.site}/${one.record.device}`, one);
    }
  }

  async forget(orders: readonly SavedOrder[]): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    for (const { record } of orders) this.orders.delete(`${record.site}/${record.device}`);
  }
}

/** A spool in memory: one line a row, damaged rows by their line. */
export class FakeSpool implements Spool {
  readonly lines: string[] = [];
  readonly damaged = new Set<string>();
  readonly refused: { line: string; reason: string }[] = [];
  #removed = 0;
  gate: Promise<void> | undefined;
  failure: Error | undefined;

  async append({ bytes, length }: LineView): Promise<void> {
    const line = bytes.toString('utf8', 0, length);
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    this.lines.push(line);
  }

  async read(limit: number): Promise<SpoolPage> {
    const rows = this.lines.slice(0, limit);
    const lines = rows.filter((line) => !this.damaged.has(line));
    const upTo = rows.length === 0 ? 0 : this.#removed + rows.length;
    return { upTo, block: blockOf(lines), damaged: rows.length - lines.length };
  }

  async stored({ upTo, refused }: StoredPage): Promise<void> {
    this.lines.splice(0, upTo - this.#removed);
    this.#removed = upTo;
    this.refused.push(...refused);
  }

  depth(): SpoolDepth {
    return { points: this.lines.length, bytes: this.lines.join('\n').length };
  }

  async quarantined(): Promise<Quarantined[]> {
    return [];
  }

  async due(): Promise<StoredMinute[]> {
    return [];
  }

  async settle(): Promise<void> {}

  readiness(): Readiness {
    return READY;
  }

  async stop(): Promise<void> {}
}

/** A store in memory; `answer` may say of a batch what a real one does. */
export class FakeSeriesStore implements SeriesStore {
  readonly lines: string[] = [];
  readonly batches: number[] = [];
  answer: (lines: readonly string[]) => StoreFault | undefined = () => undefined;
  /** A probe is answered only when it is given up. */
  isHung = false;

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  async write(block: LineBlock): Promise<WriteOutcome> {
    const lines = linesOf(block);
    const fault = this.answer(lines);
    if (fault !== undefined) return fault;
    this.batches.push(lines.length);
    this.lines.push(...lines);
    return { outcome: 'stored' };
  }

  async probe(signal?: AbortSignal): Promise<WriteOutcome> {
    if (this.isHung) {
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      return { outcome: 'retry', state: 'unreachable', detail: 'given up' };
    }
    return this.answer([]) ?? { outcome: 'stored' };
  }

  async series(_query: SeriesQuery): Promise<SeriesPart> {
    return { buckets: [] };
  }

  async rollMinutes(_span: Span): Promise<void> {}
  async rollHours(_span: Span): Promise<void> {}
  async expire(_resolution: Resolution, _beforeMs: number): Promise<void> {}
}

/** Writes down what the page is told, one word and what it is about. */
export class FakeLiveFeed implements LiveFeed {
  readonly told: string[] = [];

  deviceChanged(site: string, device: string): void {
    this.told.push(`device ${site}/${device}`);
  }

  powerChanged(site: string, device: string): void {
    this.told.push(`power ${site}/${device}`);
  }

  alarmsChanged(alarms: readonly Alarm[]): void {
    this.told.push(...alarms.map(({ id, state }) => `alarm ${id} ${state}`));
  }

  incidentsChanged(incidents: readonly Incident[]): void {
    this.told.push(...incidents.map(({ id, state }) => `incident ${id} ${state}`));
  }
}

/** A logger whose messages can be read. */
export function recordingLog(): { log: Logger; messages: string[] } {
  const messages: string[] = [];
  const write = (line: string) => messages.push((JSON.parse(line) as { msg: string }).msg);
  return { log: pino({ level: 'trace' }, { write }), messages };
}

/** The same, with all that each line says. */
export function recordedLog(): { log: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => lines.push(JSON.parse(line));
  return { log: pino({ level: 'trace' }, { write }), lines };
}
