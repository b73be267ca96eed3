import type { AccessEvent } from './contract/account.ts';
import type { Alarm, AlarmChange, Transition } from './contract/alarm.ts';
import type {
  AlarmCommand,
  CommandAnswer,
  IncidentCommand,
  ScheduleAnswer,
  ScheduleCommand,
} from './contract/command.ts';
import type { Device, Site } from './contract/device.ts';
import type { Dispatch } from './contract/dispatch.ts';
import type { Incident, IncidentChange, IncidentEvent, Intent } from './contract/incident.ts';
import type { Detail } from './contract/live.ts';
import type { Outage, OutageSummary } from './contract/outage.ts';
import type { Readiness, ReadinessState } from './contract/readiness.ts';
import type { Region } from './contract/region.ts';
import type { Reject, Sample } from './contract/sample.ts';
import type { ScheduleView } from './contract/schedule.ts';
import type { DeviceParts } from './contract/topic.ts';
import type { FleetChange } from './domain/fleet.ts';
import type { LineBlock, LineView } from './domain/line-block.ts';
import type { AlarmSource, OrderRecord } from './domain/order-record.ts';
import type { Resolution, Span } from './domain/resolution.ts';

/** The time that decisions are made by; domain code is given a number, never this. */
export interface Clock {
  /** ms since 1970 UTC */
  now(): number;
  /** Takes the system's time anew, where it has one; returns by how much that was set (ms). */
  follow?(): number;
}

/** Drives the monitor's time in simulation mode; resolves when all that was before it is processed. */
export interface ClockControl {
  /** `now` in ms since 1970 UTC */
  advance(now: number): Promise<void>;
}

/**
 * What a collector hands over: a sample, or the reject that stands in its place, with its partial
 * rejects. `line` is the sample's line where the collector has it already; `claimed` the device whose topic
 * somebody else has used.
 */
export interface Decoded {
  sample?: Sample;
  rejects: readonly Reject[];
  line?: LineView;
  claimed?: DeviceParts;
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

/** How a source's messages fare. */
export interface Deliveries {
  /** Received and not yet acknowledged. */
  unacknowledged: number;
  /** How long the oldest of these has waited (ms); 0 where there is none. */
  oldestWaitMs: number;
  /** Marked by their sender as sent before, since the start. */
  redelivered: number;
}

/** A source of samples. `start` resolves once it listens or tries to; it reconnects by itself. */
export interface Collector {
  readonly name: string;
  /** Where devices connect, when the collector is the broker; known after `start`. */
  readonly url?: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  readiness(): Readiness;
  deliveries(): Deliveries;
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

/** What became of messages since the start: each counts once. */
export type MessageCounts = Record<FleetChange['outcome'], number>;

/** What became of points on their way out of the spool since the start. */
export interface StoreCounts {
  stored: number;
  /** Times that a page had to be tried again. */
  retries: number;
  /** Points refused for good, by the state that tells of it. */
  refused: Record<string, number>;
  damaged: number;
}

/** One try to write a page to the store. */
export interface PageWrite {
  points: number;
  durationMs: number;
  isStored: boolean;
  /** The time of its first point (ms since 1970 UTC). */
  firstTs: number;
}

/** Measures what is done in batches: nothing here is called for each message. */
export interface Meter {
  spoolCommitted(points: number, durationMs: number): void;
  journalCommitted(durationMs: number): void;
  pageWritten(write: PageWrite): void;
  /** PUBACKs went out in one write; the oldest message of them had waited for so long. */
  acknowledged(waitMs: number): void;
}

/** Every metric, as text that Prometheus reads. */
export interface Exposition {
  readonly contentType: string;
  text(): Promise<string>;
}

/** Where time series live: InfluxDB, or the embedded store. */
export interface SeriesStore extends RollupStore {
  /** Opens what lies on this machine; waits for no server. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Writes the lines; idempotent. Given up, as a retry, when `signal` aborts. */
  write(block: LineBlock, signal?: AbortSignal): Promise<WriteOutcome>;
  /** Whether a write would be taken, asked without one. Given up, as a retry, when `signal` aborts. */
  probe(signal?: AbortSignal): Promise<WriteOutcome>;
  series(query: SeriesQuery): Promise<SeriesPart>;
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

/** Something that a part of the domain must remember over a restart: JSON under a key of its own. */
export interface Remembered {
  /** The part: `alarm_delay`, `incident`, `outage_mark`, `battery`, `schedule`… */
  space: string;
  key: string;
  /** JSON; `undefined` forgets it. */
  body: string | undefined;
}

/** What one message, second or command changed: it is on disk whole or not at all. */
export interface JournalEntry {
  alarms?: readonly AlarmChange[];
  incidents?: readonly IncidentChange[];
  /** Interruptions as they stand now, and those that turned out to be part of others. */
  outages?: readonly Outage[];
  removedOutages?: readonly string[];
  intents?: readonly Intent[];
  remembered?: readonly Remembered[];
  /** The answer to a command, by `commandId subject`: asked again, it is given again. */
  answers?: readonly { key: string; answer: CommandAnswer; at: number }[];
  /** What happened to accounts, sessions and tokens: it stands in the audit alone. */
  access?: readonly AccessEvent[];
  /** Who entered what into the outage schedule: it stands in the audit alone. */
  schedule?: readonly { at: number; actor: Actor; command: ScheduleCommand }[];
}

/** What a journal knows at the start. */
export interface JournalContent {
  alarms: Alarm[];
  /** Those that are not resolved, and the newest that are. */
  incidents: Incident[];
  /** The open ones and the newest others. */
  outages: Outage[];
  intents: Intent[];
  remembered: Remembered[];
  answers: { key: string; answer: CommandAnswer }[];
}

/** How far the audit's chain of hashes holds. */
export interface AuditVerdict {
  /** Those that hold: all, or those before the first that does not. */
  rows: number;
  /** Hash of the last of them, hexadecimal. */
  head: string;
  /** The first row that does not fit what is before it; `undefined` where all do. */
  brokenAt?: number;
}

/** The journal: alarms, incidents and interruptions as they stand, and every step, committed together. */
export interface AlarmStore {
  load(): Promise<JournalContent>;
  /** Resolves after the commit is on disk. Commits go to disk in the order of the calls. */
  commit(entry: JournalEntry): Promise<void>;
  transitions(alarmId: string): Promise<Transition[]>;
  incidents(filter: { state: 'open' | 'all'; limit: number }): Promise<Incident[]>;
  /** The incidents of this parent, newest first. */
  children(incidentId: string): Promise<Incident[]>;
  incident(id: string): Promise<Incident | undefined>;
  incidentEvents(incidentId: string): Promise<IncidentEvent[]>;
  intents(incidentId?: string): Promise<Intent[]>;
  /** Those that touch the span, by begin, oldest first; times in ms since 1970 UTC. */
  outages(filter: { site?: string; fromMs?: number; toMs?: number }): Promise<Outage[]>;
  verify(): Promise<AuditVerdict>;
  /** For each alarm, what a device said last that moved it. */
  sources(): Promise<AlarmSource[]>;
  readiness(): Readiness;
  stop(): Promise<void>;
}

/** A device's order as it was saved, at `savedAt` (ms since 1970 UTC). */
export interface SavedOrder {
  record: OrderRecord;
  savedAt: number;
}

/** What is remembered of each device's order, on disk. */
export interface OrderStore {
  /** The newest saved first. */
  load(): Promise<SavedOrder[]>;
  /** Resolves when these stand on disk in the place of what was known of their devices. */
  save(orders: readonly SavedOrder[]): Promise<void>;
  forget(orders: readonly SavedOrder[]): Promise<void>;
}

/** What the pipeline tells the live page. */
export interface LiveFeed {
  /** Marks a device's readings as changed: they go out with the next coalesced frame. */
  deviceChanged(site: string, device: string): void;
  /** Pushes a device's change of power at once. */
  powerChanged(site: string, device: string): void;
  /** Pushes alarms at once; called after the journal's commit. */
  alarmsChanged(alarms: readonly Alarm[]): void;
  /** Pushes incidents at once; called after the journal's commit. */
  incidentsChanged(incidents: readonly Incident[]): void;
}

/** Who gives a command; unverified until sign-in exists. */
export interface Actor {
  name: string;
  isVerified: boolean;
}

/** Which sites and interruptions a summary counts; all of them unless told. */
export interface SummaryLimits {
  covers?(site: string): boolean;
  /** Interruptions that were over by then (ms since 1970 UTC). */
  endedBy?: number;
}

/** What HTTP and the live feed read; every answer is the state after the last commit. */
export interface Queries {
  /** By the clock that all answers go by (ms since 1970 UTC). */
  now(): number;
  sites(): Site[];
  site(id: string): Site | undefined;
  /** The devices that take their power from this one, itself included. */
  poweredFrom(site: string, device: string): string[];
  devices(site?: string): Device[];
  /** With the metrics of this detail; all of them unless told. */
  device(site: string, id: string, detail?: Detail): Device | undefined;
  alarms(filter: { state: 'active' | 'all'; site?: string }): Alarm[];
  alarm(id: string): Alarm | undefined;
  transitions(id: string): Promise<Transition[]>;
  /** The open ones with their parents and children; newest first. */
  incidents(): Incident[];
  /** The incidents that one has absorbed, open or not; newest first. */
  children(incidentId: string): Promise<Incident[]>;
  incidentHistory(filter: { state: 'open' | 'all'; limit: number }): Promise<Incident[]>;
  incident(id: string): Promise<Incident | undefined>;
  incidentEvents(id: string): Promise<IncidentEvent[]>;
  intents(incidentId?: string): Promise<Intent[]>;
  outages(filter: { site?: string; fromMs?: number; toMs?: number }): Promise<Outage[]>;
  outageSummary(span: Span, limits?: SummaryLimits): Promise<OutageSummary>;
  regions(): Region[];
  /** Sites for a mobile generator, the best first; `undefined` for one that nobody knows. */
  dispatch(generator: string): Dispatch[] | undefined;
  schedule(): ScheduleView;
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
  actOnAlarm(command: AlarmCommand, actor: Actor): Promise<CommandAnswer>;
  actOnIncident(command: IncidentCommand, actor: Actor): Promise<CommandAnswer>;
  enterSchedule(command: ScheduleCommand, actor: Actor): Promise<ScheduleAnswer>;
}
