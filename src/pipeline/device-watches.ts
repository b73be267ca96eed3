import type { Topology } from '../contract/config.ts';
import type { Sample } from '../contract/sample.ts';
import type { ScannerState } from '../contract/scanner-state.ts';
import { type DeviceState, intervalSecondsOf } from '../domain/device-state.ts';
import type { DeviceFacts, FactsSource } from '../domain/facts.ts';
import type { Fleet } from '../domain/fleet.ts';
import { judgedPowerSource } from '../domain/power-source.ts';
import { followScannerLoad } from '../domain/runtime/margin.ts';
import { type DeviceWatch, followDevice, foresee, passTime } from '../domain/watch/device-watch.ts';
import { rememberedOf, shiftWatch } from '../domain/watch/remembered.ts';
import type { Sibling } from '../domain/watch/return-claim.ts';
import type { Places } from './places.ts';
import { Runtimes } from './runtimes.ts';
import { beginEarlier, factsOf, type Kept, keyOf, newWatched, type Watched } from './watched.ts';

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
  readonly runtimes: Runtimes;
  readonly #watched = new Map<DeviceState, Watched>();
  /** What was remembered of devices that are not known yet. */
  readonly #remembered = new Map<string, Kept>();
  #startedAt = 0;
  /** Since when this process has run without standing still (ms since 1970 UTC). */
  #resumedAt = 0;

  constructor({ fleet, topology, places }: WatchesOptions) {
    this.#fleet = fleet;
    this.#topology = topology;
    this.#places = places;
    this.runtimes = new Runtimes({ fleet, places, watched: this.#watched });
  }

  /** What is known of devices stays; those that are gone, or are strangers now, are forgotten. */
  configure({ topology, places }: Omit<WatchesOptions, 'fleet'>): void {
    const before = this.#places;
    this.#topology = topology;
    this.#places = places;
    this.runtimes.configure(places);
    const left = new Set(this.#fleet.states());
    for (const [state, watched] of this.#watched) {
      watched.facts = undefined;
      watched.rules = undefined;
      const isStranger = state.config === undefined && before.has(state.site, state.id);
      if (!left.has(state) || isStranger) this.#watched.delete(state);
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
      watched.facts ??= factsOf(watched);
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
    const key = keyOf(state);
    const kept = this.#remembered.get(key) ?? {};
    this.#remembered.delete(key);
    const policy = this.#topology.power;
    const made = newWatched(state, kept, { policy, siblings: () => this.#siblingsOf(state) });
    this.#watched.set(state, made);
    return made;
  }

  /** Takes in a current message; true where something of the verdict changed. */
  follow(watched: Watched, sample: Sample, now: number): boolean {
    const { state, watch, around, subject } = watched;
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
    this.runtimes.follow(watched, isChanged, now);
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
    const { lastSeen } = state;
    const heard = {
      lastSeen: lastSeen === undefined ? undefined : Math.max(lastSeen, this.#resumedAt),
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

  /** Nobody was silent while this process stood still: what came meanwhile is yet to be read. */
  resumed(now: number): void {
    this.#resumedAt = now;
  }

  /** Our own clock was set by `ms`, to `now`. */
  shiftTimes(ms: number, now: number): void {
    this.#startedAt += ms;
    this.#resumedAt += ms;
    for (const watched of this.#watched.values()) {
      shiftWatch(watched.watch, ms, now);
      watched.facts = undefined;
    }
  }

  /** What is to be kept of a device's verdicts. */
  rememberedOf({ state, watch }: Watched) {
    const body = JSON.stringify(rememberedOf(watch));
    return { space: 'watch', key: keyOf(state), body };
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

  /** The devices of the same feed; where none is named, of all that name none. */
  *#siblingsOf(state: DeviceState): Iterable<Sibling> {
    for (const other of this.#fleet.states(state.site)) {
      // A stranger that calls itself a UPS holds no return back.
      if (other === state || other.config === undefined) continue;
      if (other.config.feed !== state.config?.feed) continue;
      yield { kind: other.kind, watch: this.watched(other).watch, values: other.values };
    }
  }
}
