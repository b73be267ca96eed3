import type { DeviceConfig } from '../contract/config.ts';
import type { Device, Freshness, PowerSource, Reading } from '../contract/device.ts';
import type { Kind, Quality } from '../contract/kind.ts';
import type { MetricValue } from '../contract/metric.ts';
import type { Sample } from '../contract/sample.ts';
import { freshnessOf, learnInterval, rememberGap } from './freshness.ts';
import { powerSourceOf } from './power-source.ts';
import type { OrderMemory } from './sample-order.ts';

/** When a message's values were measured (ms since 1970 UTC), and how far they are to be trusted. */
interface Stamp {
  ts: number;
  quality: Quality;
}

/** What is known of one device. `power` is by its own last values; views age it. */
export interface DeviceState {
  readonly site: string;
  readonly id: string;
  readonly kind: Kind;
  config: DeviceConfig | undefined;
  /** The current value of each metric, changed in place. */
  readonly values: Record<string, MetricValue>;
  /** Each value's stamp; the values of one message share it. */
  readonly stamps: Record<string, Stamp>;
  power: PowerSource | undefined;
  lastSeen: number | undefined;
  /** Set by the last will, ended by the next sign of life. */
  isGone: boolean;
  gaps: number[];
  order: OrderMemory;
  held: { sample: Sample; since: number } | undefined;
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
    lastSeen: undefined,
    isGone: false,
    gaps: [],
    order: {},
    held: undefined,
  };
}

export function intervalSecondsOf(state: DeviceState): number {
  return state.config?.interval ?? learnInterval(state.gaps);
}

/** Its freshness at `now`; offline at once by the last will. */
export function deviceFreshness(state: DeviceState, now: number): Freshness {
  return state.isGone ? 'offline' : freshnessOf(state.lastSeen, intervalSecondsOf(state), now);
}

/** Notes a sign of life received at `receivedAt` (ms). */
export function noteSeen(state: DeviceState, receivedAt: number): void {
  if (state.lastSeen !== undefined && receivedAt > state.lastSeen) {
    rememberGap(state.gaps, receivedAt - state.lastSeen);
  }
  state.lastSeen = Math.max(state.lastSeen ?? receivedAt, receivedAt);
  state.isGone = false;
}

/** Takes a sample's values as the current ones; true when the power source changed. */
export function takeValues(state: DeviceState, sample: Sample): boolean {
  const { values, stamps } = state;
  const { metrics, ts, quality } = sample;
  const stamp: Stamp = { ts, quality };
  // Its keys are metrics of the catalogue, its prototype has none of its own.
  for (const key in metrics) {
    values[key] = metrics[key] as MetricValue;
    stamps[key] = stamp;
  }
  const before = state.power;
  state.power = powerSourceOf(state.kind, values);
  return state.power !== before;
}

function readingsOf({ values, stamps }: DeviceState): Record<string, Reading> {
  const readings: Record<string, Reading> = {};
  for (const [key, value] of Object.entries(values)) {
    readings[key] = { value, ...(stamps[key] as Stamp) };
  }
  return readings;
}

/** The public view at `now`. An offline device's power is unknown, whatever it last said. */
export function viewDevice(
  state: DeviceState,
  power: PowerSource | undefined,
  now: number,
): Device {
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
    metrics: readingsOf(state),
    ...(state.lastSeen === undefined ? {} : { lastSeen: state.lastSeen }),
    ...(config?.mobile === undefined ? {} : { isMobile: config.mobile }),
    ...(power === undefined ? {} : { power: freshness === 'offline' ? 'unknown' : power }),
    ...(config?.poweredBy === undefined ? {} : { feeds: [...config.poweredBy] }),
  };
}
