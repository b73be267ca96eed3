import type { Alarm, AlarmChange, Transition } from './contract/alarm.ts';
import type { AcknowledgeCommand, CommandAnswer } from './contract/command.ts';
import type { Device, Site } from './contract/device.ts';
import type { Readiness, ReadinessState } from './contract/readiness.ts';
import type { Reject, Sample } from './contract/sample.ts';
import type { LineBlock, LineView } from './domain/line-block.ts';

/** The time that decisions are made by; domain code is given a number, never this. */
export interface Clock {
  /** ms since 1970 UTC */
  now(): number;
}

/** Drives the monitor's time in simulation mode; resolves when all that was before it is processed. */
export interface ClockControl {
  /** `now` in ms since 1970 UTC */
  advance(now: number): Promise<void>;
}

/**
 * What a collector hands over: a sample, or the reject that stands in its place, with its partial
 * rejects. `line` is the sample's line where the collector has it already.
 */
export interface Decoded {
  sample?: Sample;
  rejects: readonly Reject[];
  line?: LineView;
}

/** Where collectors deliver. */
export interface IngestPort {
  /**
   * The promise resolves when the message is durable; the caller then acknowledges it. Messages of one
   * commit share their promise; `undefined` where there is nothing to wait for.
   */
  accept(decoded: Decoded): Promise<void> | undefined;
  /** Takes a sample into live state and alarms alone: it comes again by `accept`, to be stored. */
  watch(sample: Sample): void;
}

/** A source of samples. `start` resolves once it listens or tries to; it reconnects by itself. */
export interface Collector {
  readonly name: string;
  /** Where devices connect, when the collector is the broker; known after `start`. */
  readonly url?: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  readiness(): Readiness;
}

/** Lines read from the spool, oldest first; `upTo` names where the page ends. */
export interface SpoolPage {
  upTo: number;
  block: LineBlock;
  /** Points of batches whose checksum no longer fits. */
  damaged: number;
}

/** A page's end: the batches up to it are in the store, but for the lines that it refused for good. */
export interface StoredPage {
  upTo: number;
  refused: readonly { line: string; reason: string }[];
}

/** What waits for the store; `oldestAt` in ms since 1970 UTC. */
export interface SpoolDepth {
  points: number;
  bytes: number;
  oldestAt?: number;
}

/** A line that the store refused for good; `at` in ms since 1970 UTC. */
export interface Quarantined {
  at: number;
  reason: string;
  line: string;
}

/** A UTC minute of which points were stored since it was last rolled up. */
export interface StoredMinute {
  /** Its begin (ms since 1970 UTC). */
  ts: number;
  /** Grows when more points of it are stored. */
  version: number;
}

/** Which minutes have points that no rollup has yet; durable. */
export interface StoredMinutes {
  /** Oldest first. */
  due(limit: number): Promise<StoredMinute[]>;
  /** Forgets these, unless more points of them were stored since. */
  settle(minutes: readonly StoredMinute[]): Promise<void>;
}

/** Points on their way to the store. */
export interface Spool extends StoredMinutes {
  /**
   * Resolves once the line is on disk (fsync); the lines of one commit share the promise. It waits
   * while the disk does not take it; refused where too much waits already.
   */
  append(line: LineView): Promise<void>;
  read(limit: number): Promise<SpoolPage>;
  /** The page's batches go; what the store refused is put in quarantine; its minutes are due. One transaction. */
  stored(page: StoredPage): Promise<void>;
  depth(): SpoolDepth;
  /** Newest first. */
  quarantined(limit: number): Promise<Quarantined[]>;
  readiness(): Readiness;
  stop(): Promise<void>;
}

/** Min, mean, max and last of the values in `[ts, ts + bucket)`; `ts` in ms since 1970 UTC. */
export interface Bucket {
  ts: number;
  min: number;
  mean: number;
  max: number;
  last: number;
}

export interface SeriesQuery {
  kind: string;
  site: string;
  device: string;
  metric: string;
  fromMs: number;
  toMs: number;
  bucketMs: number;
}

/**
 * Why lines are not stored, and how to go on: `retry` the same lines later; `pause`, as a person must
 * act and nothing is wrong with the lines; `split` them, as one at least is refused for good.
 */
export interface StoreFault {
  outcome: 'retry' | 'pause' | 'split';
  state: ReadinessState;
  detail: string;
  /** What the store asks to wait (ms). */
  retryAfterMs?: number;
  /** Points before this are past the store's retention (ms since 1970 UTC). */
  keptSince?: number;
}

export type WriteOutcome = { outcome: 'stored' } | StoreFault;

/** Where time series live: InfluxDB, or the embedded store. */
export interface SeriesStore {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Writes the lines; idempotent. Given up, as a retry, when `signal` aborts. */
  write(block: LineBlock, signal?: AbortSignal): Promise<WriteOutcome>;
  /** Whether a write would be taken, asked without one. */
  probe(): Promise<WriteOutcome>;
  series(query: SeriesQuery): Promise<Bucket[]>;
}

/** The journal: alarms as they stand and every transition, committed together. */
export interface AlarmStore {
  load(): Promise<Alarm[]>;
  /** Resolves after the commit is on disk. Commits go to disk in the order of the calls. */
  commit(changes: readonly AlarmChange[]): Promise<void>;
  transitions(alarmId: string): Promise<Transition[]>;
  readiness(): Readiness;
  stop(): Promise<void>;
}

/** What the pipeline tells the live page. */
export interface LiveFeed {
  /** Marks a device's readings as changed: they go out with the next coalesced frame. */
  deviceChanged(site: string, device: string): void;
  /** Pushes a device's change of power at once. */
  powerChanged(site: string, device: string): void;
  /** Pushes alarms at once; called after the journal's commit. */
  alarmsChanged(alarms: readonly Alarm[]): void;
}

/** Who gives a command; unverified until sign-in exists. */
export interface Actor {
  name: string;
  isVerified: boolean;
}

/** What HTTP and the live feed read; every answer is the state after the last commit. */
export interface Queries {
  sites(): Site[];
  site(id: string): Site | undefined;
  /** The devices that take their power from this one, itself included. */
  poweredFrom(site: string, device: string): string[];
  devices(site?: string): Device[];
  device(site: string, id: string): Device | undefined;
  alarms(filter: { state: 'active' | 'all'; site?: string }): Alarm[];
  alarm(id: string): Alarm | undefined;
  transitions(id: string): Promise<Transition[]>;
  /** Newest first. */
  rejects(): readonly Reject[];
  rejectCounts(): Readonly<Record<string, number>>;
  /** Points that the store refused for good, newest first. */
  quarantined(): Promise<Quarantined[]>;
  /** Each dependency by name: broker, store, spool, journal. */
  readiness(): Readonly<Record<string, Readiness>>;
}

/** What a person can do. */
export interface Commands {
  acknowledge(command: AcknowledgeCommand, actor: Actor): Promise<CommandAnswer>;
}
