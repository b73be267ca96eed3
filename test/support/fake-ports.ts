import { type Logger, pino } from 'pino';
import type { Alarm, AlarmChange, Transition } from '../../src/contract/alarm.ts';
import { blockOf, type LineBlock, type LineView, linesOf } from '../../src/domain/line-block.ts';
import type { Resolution, Span } from '../../src/domain/resolution.ts';
import type {
  AlarmStore,
  Clock,
  LiveFeed,
  Readiness,
  SeriesPart,
  SeriesQuery,
  SeriesStore,
  Spool,
  SpoolPage,
} from '../../src/ports.ts';

const READY: Readiness = { isReady: true, state: 'ok' };

/** A clock that stands until it is moved. */
export class FakeClock implements Clock {
  ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  now(): number {
    return this.ms;
  }
}

/** A journal in memory. With `gate` set, commits wait for it; with `failure` set, they fail. */
export class FakeAlarmStore implements AlarmStore {
  readonly changes: AlarmChange[] = [];
  alarms: Alarm[] = [];
  gate: Promise<void> | undefined;
  failure: Error | undefined;

  async load(): Promise<Alarm[]> {
    return this.alarms;
  }

  async commit(changes: readonly AlarmChange[]): Promise<void> {
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    this.changes.push(...changes);
  }

  async transitions(alarmId: string): Promise<Transition[]> {
    return this.changes
      .map(({ transition }) => transition)
      .filter((transition) => transition.alarmId === alarmId);
  }

  readiness(): Readiness {
    return READY;
  }

  async stop(): Promise<void> {}
}

/** A spool in memory: one line a row, damaged rows by their line. */
export class FakeSpool implements Spool {
  readonly lines: string[] = [];
  readonly damaged = new Set<string>();
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

  async remove(upTo: number): Promise<void> {
    this.lines.splice(0, upTo - this.#removed);
    this.#removed = upTo;
  }

  async count(): Promise<number> {
    return this.lines.length;
  }

  readiness(): Readiness {
    return READY;
  }

  async stop(): Promise<void> {}
}

/** A store in memory; `refuse` may throw for a batch, as a real one does. */
export class FakeSeriesStore implements SeriesStore {
  readonly lines: string[] = [];
  readonly batches: number[] = [];
  refuse: (lines: readonly string[]) => void = () => {};

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  async write(block: LineBlock): Promise<void> {
    const lines = linesOf(block);
    this.refuse(lines);
    this.batches.push(lines.length);
    this.lines.push(...lines);
  }

  async series(_query: SeriesQuery): Promise<SeriesPart> {
    return { buckets: [] };
  }

  async rollMinutes(_span: Span): Promise<void> {}
  async rollHours(_span: Span): Promise<void> {}
  async expire(_resolution: Resolution, _beforeMs: number): Promise<void> {}

  readiness(): Readiness {
    return READY;
  }
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
}

/** A logger whose messages can be read. */
export function recordingLog(): { log: Logger; messages: string[] } {
  const messages: string[] = [];
  const write = (line: string) => messages.push((JSON.parse(line) as { msg: string }).msg);
  return { log: pino({ level: 'trace' }, { write }), messages };
}
