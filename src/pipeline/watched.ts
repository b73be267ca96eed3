import type { Forecast } from '../contract/device.ts';
import type { Rule, Subject } from '../domain/alarm/rule-shape.ts';
import { type DeviceState, ownPower } from '../domain/device-state.ts';
import type { DeviceFacts } from '../domain/facts.ts';
import type { Mark } from '../domain/outage/mark.ts';
import { exhaustedAt } from '../domain/runtime/forecast.ts';
import type { ScannerLoads } from '../domain/runtime/margin.ts';
import { newRuntimeMemory, type RuntimeMemory, recall } from '../domain/runtime/memory.ts';
import {
  type DeviceWatch,
  newDeviceWatch,
  type Surroundings,
} from '../domain/watch/device-watch.ts';
import { recallWatch } from '../domain/watch/remembered.ts';

/** No UPS runs longer than this from its battery (s; ranges of NUT's battery.runtime). */
const LONGEST_SECONDS = 172_800;

/** What has been made of one device's messages. */
export interface Watched {
  readonly state: DeviceState;
  readonly watch: DeviceWatch;
  /** Of a UPS. */
  readonly runtime: RuntimeMemory | undefined;
  /** Its rules, and what the ledger was told last; taken anew where they are not there. */
  rules: readonly Rule[] | undefined;
  noted: { mark: Mark; ts: number };
  /** When its battery was looked at (ms since 1970 UTC). */
  reckonedAt: number;
  /** What a UPS on mains would last by now, as it was last reckoned. */
  calm: Forecast | undefined;
  /** Of a scanner: what it draws in each of its states (kW). */
  readonly loads: ScannerLoads;
  /** As they were last taken; taken anew when they are asked for after a change. */
  facts: DeviceFacts | undefined;
  /** Reused for every message. */
  readonly around: Surroundings;
  readonly subject: Subject;
  /** Since when its telemetry has come without a silence between (ms since 1970 UTC). */
  heardSince: number | undefined;
  /** Since when its late words say that the input is lost, with none between that says otherwise. */
  lateLossSince: number | undefined;
  /** Of the runtime as its battery's health was last taken from it, and as it was last saved. */
  healthAt: number | undefined;
  savedAt: number;
}

/** What was kept of a device: JSON of its verdicts and of its runtime. */
export interface Kept {
  watch?: string;
  runtime?: string;
}

/** A device that is new here, with what was kept of it. */
export function newWatched(
  state: DeviceState,
  kept: Kept,
  given: Pick<Surroundings, 'policy' | 'siblings'>,
): Watched {
  const { site, id: device, kind, values, config } = state;
  const watch =
    kept.watch === undefined ? newDeviceWatch(kind) : recallWatch(kind, JSON.parse(kept.watch));
  const runtime = kept.runtime === undefined ? newRuntimeMemory() : recall(kept.runtime);
  return {
    state,
    watch,
    runtime: kind === 'ups' ? runtime : undefined,
    rules: undefined,
    noted: { mark: 'unknown', ts: Number.NEGATIVE_INFINITY },
    reckonedAt: Number.NEGATIVE_INFINITY,
    calm: undefined,
    loads: {},
    facts: undefined,
    around: { ...given, values, config, place: undefined, now: 0 },
    subject: { site, device, kind, ts: 0, values, config, watch },
    heardSince: undefined,
    lateLossSince: undefined,
    healthAt: undefined,
    savedAt: runtime.changedAt,
  };
}

/** What the correlation is told of a device. */
export function factsOf({ state, watch, runtime }: Watched): DeviceFacts {
  const { site, id, kind, config, values } = state;
  const isRunning = values['generator.state'] !== 'fail' && values['generator.state'] !== 'off';
  return {
    site,
    id,
    kind,
    feed: config?.feed,
    registered: config !== undefined,
    power: ownPower(state) ?? 'unknown',
    input: watch.input,
    inputSince: watch.inputSince,
    isSilent: watch.isSilent,
    silentSince: watch.silentSince,
    // What was never heard has yet to be installed.
    isSilenceExpected: watch.isSilenceExpected || !watch.hasBeenHeard,
    wasOnBattery: watch.input === 'lost' || watch.ups?.lostSince !== undefined,
    exhaustedAt: runtime === undefined || watch.input !== 'lost' ? undefined : exhaustedAt(runtime),
    isOnGenerator: values['ats.position'] === 'generator' && isRunning,
    marginSeconds: finite(watch.margin?.marginSeconds),
  };
}

/**
 * A loss that is new to us may have begun before: its late words, or the time that it says it has run from
 * battery, tell so (RFC 1628 upsSecondsOnBattery; it restarts with the card, so it is the least).
 */
export function beginEarlier(watched: Watched, now: number): void {
  const { watch, state, heardSince, lateLossSince = now } = watched;
  const ranSeconds = heardSince === now ? state.values.onBatterySeconds : undefined;
  const isSane = typeof ranSeconds === 'number' && ranSeconds <= LONGEST_SECONDS;
  const ranSince = isSane ? now - 1000 * ranSeconds : now;
  const since = Math.min(lateLossSince, ranSince);
  watch.inputSince = since;
  if (watch.ups?.lostSince !== undefined) watch.ups.lostSince = since;
}

export function keyOf({ site, id }: DeviceState): string {
  return `${site}/${id}`;
}

/** Nothing to be shut down needs no margin. */
function finite(seconds: number | undefined): number | undefined {
  return seconds === undefined || !Number.isFinite(seconds) ? undefined : seconds;
}
