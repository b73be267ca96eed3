import type { Alarm, AlarmChange, Transition } from './contract/alarm.ts';
import type { AcknowledgeCommand, CommandAnswer } from './contract/command.ts';
import type { Device, Site } from './contract/device.ts';
import type { Reject, Sample } from './contract/sample.ts';
import type { LineBlock, LineView } from './domain/line-block.ts';
import type { Resolution, Span } from './domain/resolution.ts';

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

export interface Readiness {
  isReady: boolean;
  /** A stable word for pages and probes, such as `ok`, `connecting`, `unreachable`. */
  state: string;
  detail?: string;
}

/** Lines read from the spool, oldest first; `remove(upTo)` when they are stored. */
export interface SpoolPage {
  upTo: number;
  block: LineBlock;
  /** Points of batches whose checksum no longer fits. */
  damaged: number;
}

/** Points on their way to the store. */
export interface Spool {
  /** Resolves once the line is on disk (fsync); the lines of one commit share the promise. */
  append(line: LineView): Promise<void>;
  read(limit: number): Promise<SpoolPage>;
  remove(upTo: number): Promise<void>;
  count(): Promise<number>;
  readiness(): Readiness;
  stop(): Promise<void>;
}

/** A UTC minute of which points were stored since it was last rolled up. */
export interface StoredMinute {
  /** its begin, ms since 1970 UTC */
  ts: number;
  /** grows when more points of it are stored */
  version: number;
}

/** Which minutes have points that no rollup has yet; durable. */
export interface StoredMinutes {
  /** Oldest first. */
  due(limit: number): Promise<StoredMinute[]>;
  /** Forgets these, unless more points of them were stored since. */
  settle(minutes: readonly StoredMinute[]): Promise<void>;
}

/** Min, mean, max and last of the `count` values in `[ts, ts + bucket)`; `ts` in ms since 1970 UTC. */
export interface Bucket {
  ts: number;
  min: number;
  mean: number;
  max: number;
  last: number;
  count: number;
}

/** One metric of one device, `[fromMs, toMs)`, in buckets that are aligned to 1970 UTC. */
export interface SeriesQuery extends Span {
  kind: string;
  site: string;
  device: string;
  metric: string;
  bucketMs: number;
  /** Rollups are asked for by whole rollups: `fromMs`, `toMs` and `bucketMs` are multiples of theirs. */
  resolution: Resolution;
}

/** What a store has of the asked span. */
export interface SeriesPart {
  buckets: Bucket[];
  /** From the begin of the first to the end of the last rollup that was found; none of raw points. */
  found?: Span | undefined;
}

/** Rollups of every device and numeric metric, a UTC minute and a UTC hour each. */
export interface RollupStore {
  /** Makes the whole minutes of the span anew from the raw points; idempotent. */
  rollMinutes(span: Span): Promise<void>;
  /** Makes the whole hours of the span anew from their minutes; idempotent. */
  rollHours(span: Span): Promise<void>;
  /** Deletes what is older than the begin of a UTC day. */
  expire(resolution: Resolution, beforeMs: number): Promise<void>;
}

/** Where time series live: InfluxDB, or the embedded store. */
export interface SeriesStore extends RollupStore {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Writes the lines; idempotent. Throws `SvitloError` with `retryable`. */
  write(block: LineBlock): Promise<void>;
  series(query: SeriesQuery): Promise<SeriesPart>;
  readiness(): Readiness;
}

/** What a chart asks for: `[fromMs, toMs)` in at most `points` buckets and one more. */
export interface TrendQuery extends Span {
  kind: string;
  site: string;
  device: string;
  metric: string;
  points: number;
}

export interface Trend {
  resolution: Resolution;
  bucketMs: number;
  buckets: Bucket[];
}

/** Answers from raw points or from a rollup, whichever fits. */
export interface Trends {
  trend(query: TrendQuery): Promise<Trend>;
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
  /** Each dependency by name: broker, store, spool, journal. */
  readiness(): Readonly<Record<string, Readiness>>;
}

/** What a person can do. */
export interface Commands {
  acknowledge(command: AcknowledgeCommand, actor: Actor): Promise<CommandAnswer>;
}
