import type { DeviceConfig } from '../contract/config.ts';
import type { Device, Freshness, PowerSource, Reading } from '../contract/device.ts';
import type { Kind, Quality } from '../contract/kind.ts';
import { type Detail, SUMMARY_METRICS } from '../contract/live.ts';
import type { MetricValue } from '../contract/metric.ts';
import type { Sample } from '../contract/sample.ts';
import { freshnessOf, learnInterval, rememberGap, STALE_AT_LEAST_MS } from './freshness.ts';
import { powerSourceOf } from './power-source.ts';
import { newOrderMemory, type OrderMemory, shiftReceipts } from './sample-order.ts';

/** When a message's values were measured (ms since 1970 UTC), and how far they are to be trusted. */
export interface Stamp {
  ts: number;
  quality: Quality;
}

type Values = Record<string, MetricValue>;
type Stamps = Record<string, Stamp>;

/**
 * What a backlog has said so far: it counts when the backlog has been read. `sample` is its newest
 * message, `since` when that was received, `ageMs` the least age of one at its receipt.
 */
export interface Held {
  sample: Sample;
  values: Values;
  stamps: Stamps;
  since: number;
  ageMs: number;
}

/** What is known of one device. `power` is by its own last values; views age it. */
export interface DeviceState {
  readonly site: string;
  readonly id: string;
  readonly kind: Kind;
  config: DeviceConfig | undefined;
  /** The current value of each metric, changed in place. */
  readonly values: Values;
  /** Each value's stamp; the values of one message share it. */
  readonly stamps: Stamps;
  power: PowerSource | undefined;
  /** What everything that is known of it makes of `power`; `undefined` until that was judged. */
  judgedPower: PowerSource | undefined;
  /** As the page was last told. */
  toldPower: PowerSource | undefined;
  lastSeen: number | undefined;
  /** Set by the last will, ended by the next sign of life. */
  isGone: boolean;
  gaps: number[];
  /** The interval that the gaps show (seconds), where it has been asked for since the last of them. */
  learnedSeconds: number | undefined;
  readonly order: OrderMemory;
  /** The newest message of the state channel with a time of its own. */
  newestStateTs: number | undefined;
  held: Held | undefined;
  /** Of what is held, what must survive the process: it would raise an alarm. */
  kept: Held | undefined;
  /** The alarms that it was kept for. */
  keptFor: string;
  /** What is remembered of its order is on disk, or will be. */
  isOrderSaved: boolean;
}

export function newDeviceState(
  site: string,
  id: string,
  kind: Kind,
  config?: DeviceConfig,
): DeviceState {
  return {
    site,
    id,
    kind,
    config,
    values: {},
    stamps: {},
    power: kind === 'scanner' ? undefined : 'unknown',
    judgedPower: undefined,
    toldPower: undefined,
    lastSeen: undefined,
    isGone: false,
    gaps: [],
    learnedSeconds: undefined,
    order: newOrderMemory(),
    newestStateTs: undefined,
    held: undefined,
    kept: undefined,
    keptFor: '',
    isOrderSaved: true,
  };
}

/** Learned when it is asked for: messages come far more often. */
export function intervalSecondsOf(state: DeviceState): number {
  if (state.config?.interval !== undefined) return state.config.interval;
  state.learnedSeconds ??= learnInterval(state.gaps);
  return state.learnedSeconds;
}

/** Its freshness at `now`; offline at once by the last will. */
export function deviceFreshness(state: DeviceState, now: number): Freshness {
  const { lastSeen, config, isGone } = state;
  // No learned interval is so short that this device could be stale.
  const isRecent = lastSeen !== undefined && now - lastSeen < STALE_AT_LEAST_MS;
  if (isRecent && config?.interval === undefined && !isGone) return 'live';
  return state.isGone ? 'offline' : freshnessOf(state.lastSeen, intervalSecondsOf(state), now);
}

/** Notes a sign of life received at `receivedAt` (ms). */
export function noteSeen(state: DeviceState, receivedAt: number): void {
  if (state.lastSeen !== undefined && receivedAt > state.lastSeen) {
    rememberGap(state.gaps, receivedAt - state.lastSeen);
    state.learnedSeconds = undefined;
  }
  state.lastSeen = Math.max(state.lastSeen ?? receivedAt, receivedAt);
  state.isGone = false;
}

/** Our own clock was set by `ms`, to `now`: what is measured against it goes along. */
export function shiftTimes(state: DeviceState, ms: number, now: number): void {
  if (state.lastSeen !== undefined) state.lastSeen = Math.min(state.lastSeen + ms, now);
  if (state.held !== undefined) state.held.since = Math.min(state.held.since + ms, now);
  shiftReceipts(state.order, ms);
}

/** The power source that counts: a return to mains that something contradicts is none. */
export function ownPower({ power, judgedPower }: DeviceState): PowerSource | undefined {
  return judgedPower ?? power;
}

/** Takes a sample's values as the current ones; true when the power source changed. */
export function takeValues(state: DeviceState, sample: Sample): boolean {
  // The monitor's own finding of a wrong clock goes with the first message that has a right one.
  if (sample.quality === 'good' && state.stamps['clock.offset']?.quality === 'uncertain') {
    delete state.values['clock.offset'];
    delete state.stamps['clock.offset'];
  }
  putValues(state, sample);
  return followPower(state);
}

/** Adds a sample to what the backlog has said. */
export function holdValues(state: DeviceState, sample: Sample): void {
  const ageMs = sample.receivedAt - sample.ts;
  state.held ??= { sample, values: {}, stamps: {}, since: sample.receivedAt, ageMs };
  const { held } = state;
  held.sample = sample;
  // A backlog that is being read comes nearer to the present; what does not is not waited for.
  if (ageMs < held.ageMs) {
    held.ageMs = ageMs;
    held.since = sample.receivedAt;
  }
  putValues(held, sample);
}

/** Takes what was held as current; true when the power source changed. */
export function takeHeld(state: DeviceState, held: Held): boolean {
  state.held = undefined;
  Object.assign(state.values, held.values);
  Object.assign(state.stamps, held.stamps);
  return followPower(state);
}

/** Whether each of a sample's values is known already, held ones included. */
export function knowsValues({ values, held }: DeviceState, { metrics }: Sample): boolean {
  for (const key in metrics) {
    if ((held?.values[key] ?? values[key]) !== metrics[key]) return false;
  }
  return true;
}

function putValues(
  { values, stamps }: { values: Values; stamps: Stamps },
  { metrics, ts, quality }: Sample,
): void {
  const stamp: Stamp = { ts, quality };
  // Its keys are metrics of the catalogue, its prototype has none of its own.
  for (const key in metrics) {
    values[key] = metrics[key] as MetricValue;
    stamps[key] = stamp;
  }
}

function followPower(state: DeviceState): boolean {
  const before = state.power;
  state.power = powerSourceOf(state.kind, state.values);
  return state.power !== before;
}

function readingsOf({ values, stamps }: DeviceState, detail: Detail): Record<string, Reading> {
  const readings: Record<string, Reading> = {};
  for (const key in values) {
    if (detail === 'summary' && !SUMMARY_METRICS.has(key)) continue;
    const { ts, quality } = stamps[key] as Stamp;
    readings[key] = { value: values[key] as MetricValue, ts, quality };
  }
  return readings;
}

/** An offline device's power is unknown, whatever it last said. */
export function shownPower(
  power: PowerSource | undefined,
  freshness: Freshness,
): PowerSource | undefined {
  return power !== undefined && freshness === 'offline' ? 'unknown' : power;
}

interface View {
  /** Its own, or that of its feeds. */
  power: PowerSource | undefined;
  now: number;
  detail?: Detail | undefined;
}

/** The public view at `now`, with the metrics of `detail`. */
export function viewDevice(state: DeviceState, { power, now, detail = 'full' }: View): Device {
  const { config } = state;
  const freshness = deviceFreshness(state, now);
  return {
    site: state.site,
    id: state.id,
    kind: state.kind,
    registered: config !== undefined,
    name: state.id,
    freshness,
    intervalSeconds: intervalSecondsOf(state),
    metrics: readingsOf(state, detail),
    ...(state.lastSeen === undefined ? {} : { lastSeen: state.lastSeen }),
    ...(config?.mobile === undefined ? {} : { isMobile: config.mobile }),
    ...(power === undefined ? {} : { power: shownPower(power, freshness) }),
    ...(config?.poweredBy === undefined ? {} : { feeds: [...config.poweredBy] }),
  };
}
