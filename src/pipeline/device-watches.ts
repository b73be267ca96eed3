import type { Topology } from '../contract/config.ts';
import type { Forecast } from '../contract/device.ts';
import type { Sample } from '../contract/sample.ts';
import type { ScannerState } from '../contract/scanner-state.ts';
import type { Rule, Subject } from '../domain/alarm/rule-shape.ts';
import { type DeviceState, intervalSecondsOf, ownPower } from '../domain/device-state.ts';
import type { DeviceFacts, FactsSource } from '../domain/facts.ts';
import type { Fleet } from '../domain/fleet.ts';
import type { Mark } from '../domain/outage/mark.ts';
import { judgedPowerSource } from '../domain/power-source.ts';
import { followRuntime } from '../domain/runtime/follow.ts';
import { exhaustedAt, forecast } from '../domain/runtime/forecast.ts';
import { health } from '../domain/runtime/health.ts';
import { followScannerLoad, type ScannerLoads } from '../domain/runtime/margin.ts';
import {
  isWorthRemembering,
  newRuntimeMemory,
  type RuntimeMemory,
  recall,
  rememberedOf as runtimeOf,
} from '../domain/runtime/memory.ts';
import {
  type DeviceWatch,
  followDevice,
  foresee,
  newDeviceWatch,
  passTime,
  type Surroundings,
} from '../domain/watch/device-watch.ts';
import { recallWatch, rememberedOf, shiftWatch } from '../domain/watch/remembered.ts';
import type { Sibling } from '../domain/watch/return-claim.ts';
import { marginOf, readingOf } from './margin.ts';
import type { Places } from './places.ts';

const NOT_RATED = {};
/** Runtimes in one commit: what is encoded at once must not hold the event loop. */
const SAVED_AT_ONCE = 100;
/** A forecast costs some 50 µs: a fleet that goes to battery in one second gets its own one by one. */
const FORECASTS_AT_ONCE = 200;
/** Of UPSs on mains so many are reckoned anew each second: nobody acts on them. */
const CALM_AT_ONCE = 10;
/** On mains a battery is looked at no more often than this (ms), however often its UPS speaks. */
const CALM_EVERY_MS = 1000;
/** A UPS that is not heard for so long (ms) is counted down without its words. */
const COUNTED_AFTER_MS = 5000;

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

interface WatchesOptions {
  fleet: Fleet;
  topology: Topology;
  places: Places;
}

/** Every device's verdicts and forecasts, and the facts that correlation asks for. */
export class DeviceWatches implements FactsSource {
  readonly #fleet: Fleet;
  #topology: Topology;
  #places: Places;
  #watched = new Map<DeviceState, Watched>();
  /** What was remembered of devices that are not known yet. */
  readonly #remembered = new Map<string, { watch?: string; runtime?: string }>();
  #startedAt = 0;
  /** Those that go without a forecast until others have theirs, and how many had theirs this second. */
  readonly #waiting = new Set<Watched>();
  #forecasts = 0;
  /** Where the round of those on mains stands. */
  #calm: Iterator<Watched> | undefined;

  constructor({ fleet, topology, places }: WatchesOptions) {
    this.#fleet = fleet;
    this.#topology = topology;
    this.#places = places;
  }

  /** What is known of devices stays; those that are gone are forgotten. */
  configure({ topology, places }: Omit<WatchesOptions, 'fleet'>): void {
    this.#topology = topology;
    this.#places = places;
    const left = new Set(this.#fleet.states());
    for (const [state, watched] of this.#watched) {
      watched.facts = undefined;
      watched.rules = undefined;
      if (!left.has(state)) this.#watched.delete(state);
    }
  }

  restore(
    remembered: readonly { space: string; key: string; body?: string | undefined }[],
    now: number,
  ) {
    this.#startedAt = now;
    for (const { space, key, body } of remembered) {
      if ((space !== 'watch' && space !== 'runtime') || body === undefined) continue;
      this.#remembered.set(key, { ...this.#remembered.get(key), [space]: body });
    }
  }

  of(site: string): readonly DeviceFacts[] {
    const all: DeviceFacts[] = [];
    for (const state of this.#fleet.states(site)) {
      const watched = this.watched(state);
      watched.facts ??= this.#factsOf(watched);
      all.push(watched.facts);
    }
    return all;
  }

  *sites(): Iterable<string> {
    const named = new Set<string>();
    for (const { site } of this.#fleet.states()) {
      if (named.has(site)) continue;
      named.add(site);
      yield site;
    }
  }

  watched(state: DeviceState): Watched {
    const known = this.#watched.get(state);
    if (known !== undefined) return known;
    const made = this.#make(state);
    this.#watched.set(state, made);
    return made;
  }

  /** Takes in a current message; true where something of the verdict changed. */
  follow(watched: Watched, sample: Sample, now: number): boolean {
    const { state, watch, runtime, around, subject } = watched;
    this.#arrange(watched, now);
    watched.facts = undefined;
    subject.ts = sample.ts;
    if (watch.isSilent || watched.heardSince === undefined) watched.heardSince = now;
    const isChanged = followDevice(watch, around, sample.metrics);
    if (watch.input === 'lost' && watch.inputSince === now) beginEarlier(watched, now);
    watched.lateLossSince = undefined;
    state.judgedPower = judgedPowerSource(watch, state.values);
    const { state: stateNow, 'power.active': kW } = state.values;
    if (state.kind === 'scanner' && typeof kW === 'number' && typeof stateNow === 'string') {
      followScannerLoad(watched.loads, stateNow as ScannerState, kW);
    }
    const isCalm = watch.input === 'mains' && !isChanged;
    if (runtime !== undefined && !(isCalm && now - watched.reckonedAt < CALM_EVERY_MS)) {
      watched.reckonedAt = now;
      followRuntime(runtime, readingOf(state.values, watch, now), state.config?.rated ?? NOT_RATED);
      if (watch.input !== 'lost' || this.#forecasts < FORECASTS_AT_ONCE) this.#follow(watched, now);
      else this.#waiting.add(watched);
    }
    return isChanged;
  }

  /** Takes in what a late message said of the input at `ts` (ms since 1970 UTC). */
  hearLate(watched: Watched, isLost: boolean, ts: number): void {
    if (!isLost) watched.lateLossSince = undefined;
    else watched.lateLossSince = Math.min(watched.lateLossSince ?? ts, ts);
  }

  /** Takes in the time; true where the rules are to be judged anew. */
  pass(watched: Watched, now: number): boolean {
    const { state, watch, around } = watched;
    this.#arrange(watched, now);
    const heard = {
      lastSeen: state.lastSeen,
      watchingSince: this.#startedAt,
      intervalSeconds: intervalSecondsOf(state),
    };
    const isChanged = passTime(watch, around, heard);
    if (watch.isSilent) watched.heardSince = undefined;
    if (isChanged) watched.facts = undefined;
    if (isChanged) state.judgedPower = judgedPowerSource(watch, state.values);
    return isChanged;
  }

  /** As the device's watch would be were these held values current. */
  foreseen(watched: Watched, held: Sample['metrics'], now: number): DeviceWatch {
    const { state, watch, around } = watched;
    this.#arrange(watched, now);
    return foresee(watch, { ...around, values: { ...state.values, ...held } }, held);
  }

  /** Our own clock was set by `ms`, to `now`. */
  shiftTimes(ms: number, now: number): void {
    this.#startedAt += ms;
    for (const watched of this.#watched.values()) {
      shiftWatch(watched.watch, ms, now);
      watched.facts = undefined;
    }
  }

  /** The UPSs on battery whose margin has shrunk without a word of theirs, or waits to be reckoned. */
  *counting(now: number): Iterable<Watched> {
    this.#forecasts = 0;
    for (const watched of this.#waiting) {
      if (this.#forecasts >= FORECASTS_AT_ONCE) return;
      this.#follow(watched, now);
      yield watched;
    }
    for (const watched of this.#watched.values()) {
      const { watch, runtime, state } = watched;
      if (runtime === undefined || watch.input !== 'lost') continue;
      if (now - (state.lastSeen ?? 0) < COUNTED_AFTER_MS) continue;
      this.#follow(watched, now);
      yield watched;
    }
  }

  /** Reckons anew what UPSs on mains would last, a few of them each second. */
  reckonCalm(now: number): void {
    this.#calm ??= this.#watched.values();
    for (let left = CALM_AT_ONCE; left > 0; ) {
      const next = this.#calm.next();
      if (next.done) {
        this.#calm = undefined;
        return;
      }
      const { runtime, watch } = next.value;
      if (runtime === undefined || watch.input === 'lost') continue;
      next.value.calm = forecast(runtime, now);
      left -= 1;
    }
  }

  /** What a UPS will last: reckoned at once while it runs from battery. */
  forecastOf({ runtime, watch, calm }: Watched, now: number): Forecast | undefined {
    if (runtime === undefined || watch.input !== 'lost') return calm;
    return forecast(runtime, now);
  }

  /** What is to be kept of a device's verdicts. */
  rememberedOf({ state, watch }: Watched) {
    const body = JSON.stringify(rememberedOf(watch));
    return { space: 'watch', key: keyOf(state), body };
  }

  /** The runtimes that have learned something since they were last kept. */
  *unsaved(): Iterable<{ space: string; key: string; body: string }> {
    let left = SAVED_AT_ONCE;
    for (const watched of this.#watched.values()) {
      if (left === 0) return;
      const { runtime, state } = watched;
      if (runtime === undefined || !isWorthRemembering(runtime, watched.savedAt)) continue;
      watched.savedAt = runtime.newest?.ts ?? runtime.changedAt;
      left -= 1;
      yield { space: 'runtime', key: keyOf(state), body: runtimeOf(runtime) };
    }
  }

  #make(state: DeviceState): Watched {
    const key = keyOf(state);
    const kept = this.#remembered.get(key);
    this.#remembered.delete(key);
    const watch =
      kept?.watch === undefined
        ? newDeviceWatch(state.kind)
        : recallWatch(state.kind, JSON.parse(kept.watch));
    const runtime = kept?.runtime === undefined ? newRuntimeMemory() : recall(kept.runtime);
    const { site, id: device, kind, values, config } = state;
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
      around: {
        values,
        config,
        policy: this.#topology.power,
        siblings: () => this.#siblingsOf(state),
        place: undefined,
        now: 0,
      },
      subject: { site, device, kind, ts: 0, values, config, watch },
      heardSince: undefined,
      lateLossSince: undefined,
      healthAt: undefined,
      savedAt: runtime.changedAt,
    };
  }

  #arrange({ state, around, subject }: Watched, now: number): void {
    around.now = now;
    around.config = state.config;
    around.policy = this.#topology.power;
    subject.config = state.config;
    if (state.kind !== 'scanner') return;
    const { lat, lon } = this.#places.of(state.site)?.config ?? {};
    around.place = lat === undefined || lon === undefined ? undefined : { lat, lon };
  }

  #follow(watched: Watched, now: number): void {
    const { state, watch, runtime } = watched;
    if (runtime === undefined) return;
    this.#waiting.delete(watched);
    watched.facts = undefined;
    if (watched.healthAt !== runtime.changedAt) {
      watched.healthAt = runtime.changedAt;
      watch.batteryHealthPercent = health(runtime)?.percent;
    }
    if (watch.input !== 'lost') {
      watch.margin = undefined;
      return;
    }
    this.#forecasts += 1;
    const fed = this.#places.fedBy(state.site, state.id).map((scanner) => ({
      ...scanner,
      state: this.#fleet.state(state.site, scanner.id)?.values.state,
    }));
    const expected = forecast(runtime, now);
    watch.margin = marginOf({ expected, values: state.values, fed });
  }

  /** The devices of the same feed; where none is named, of all that name none. */
  *#siblingsOf(state: DeviceState): Iterable<Sibling> {
    for (const other of this.#fleet.states(state.site)) {
      // A stranger that calls itself a UPS holds no return back.
      if (other === state || other.config === undefined) continue;
      if (other.config.feed !== state.config?.feed) continue;
      yield { kind: other.kind, watch: this.watched(other).watch, values: other.values };
    }
  }

  #factsOf({ state, watch, runtime }: Watched): DeviceFacts {
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
      isSilenceExpected: watch.isSilenceExpected,
      wasOnBattery: watch.input === 'lost' || watch.ups?.lostSince !== undefined,
      exhaustedAt:
        runtime === undefined || watch.input !== 'lost' ? undefined : exhaustedAt(runtime),
      isOnGenerator: values['ats.position'] === 'generator' && isRunning,
      marginSeconds: finite(watch.margin?.marginSeconds),
    };
  }
}

/**
 * A loss that is new to us may have begun before: its late words, or the time that it says it has run from
 * battery, tell so (RFC 1628 upsSecondsOnBattery; it restarts with the card, so it is the least).
 */
function beginEarlier(watched: Watched, now: number): void {
  const { watch, state, heardSince, lateLossSince = now } = watched;
  const ranSeconds = heardSince === now ? state.values.onBatterySeconds : undefined;
  const ranSince = typeof ranSeconds === 'number' ? now - 1000 * ranSeconds : now;
  const since = Math.min(lateLossSince, ranSince);
  watch.inputSince = since;
  if (watch.ups?.lostSince !== undefined) watch.ups.lostSince = since;
}

function keyOf({ site, id }: DeviceState): string {
  return `${site}/${id}`;
}

/** Nothing to be shut down needs no margin. */
function finite(seconds: number | undefined): number | undefined {
  return seconds === undefined || !Number.isFinite(seconds) ? undefined : seconds;
}
