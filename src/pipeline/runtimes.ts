import type { Forecast } from '../contract/device.ts';
import type { DeviceState } from '../domain/device-state.ts';
import type { Fleet } from '../domain/fleet.ts';
import { followRuntime } from '../domain/runtime/follow.ts';
import { forecast } from '../domain/runtime/forecast.ts';
import { health } from '../domain/runtime/health.ts';
import { isWorthRemembering, type RuntimeMemory, rememberedOf } from '../domain/runtime/memory.ts';
import { marginOf, readingOf } from './margin.ts';
import type { Places } from './places.ts';
import { keyOf, type Watched } from './watched.ts';

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

interface RuntimesOptions {
  fleet: Fleet;
  places: Places;
  watched: ReadonlyMap<DeviceState, Watched>;
}

/** Forecasts and margins of UPSs: at once where a person acts on them, else little by little. */
export class Runtimes {
  readonly #options: RuntimesOptions;
  /** Those that go without a forecast until others have theirs, and how many had theirs this second. */
  readonly #waiting = new Set<Watched>();
  #forecasts = 0;
  /** Of those on battery: what they were last reckoned to last, and when (ms since 1970 UTC). */
  readonly #latest = new WeakMap<Watched, { expected: Forecast; at: number }>();
  /** Where the round of those on mains stands. */
  #calm: Iterator<Watched> | undefined;

  constructor(options: RuntimesOptions) {
    this.#options = options;
  }

  configure(places: Places): void {
    this.#options.places = places;
    this.#waiting.clear();
  }

  /** Takes in what a UPS says of its battery. */
  follow(watched: Watched, isChanged: boolean, now: number): void {
    const { state, watch, runtime } = watched;
    const isCalm = watch.input === 'mains' && !isChanged;
    if (runtime === undefined || (isCalm && now - watched.reckonedAt < CALM_EVERY_MS)) return;
    watched.reckonedAt = now;
    followRuntime(runtime, readingOf(state.values, watch, now), state.config?.rated ?? NOT_RATED);
    if (watch.input === 'lost') this.#endCalm(watched, now);
    if (watch.input !== 'lost' || this.#forecasts < FORECASTS_AT_ONCE) this.#reckon(watched, now);
    else this.#waiting.add(watched);
  }

  /** The UPSs on battery whose margin has shrunk without a word of theirs, or waits to be reckoned. */
  *counting(now: number): Iterable<Watched> {
    this.#forecasts = 0;
    for (const watched of this.#waiting) {
      if (this.#forecasts >= FORECASTS_AT_ONCE) return;
      this.#reckon(watched, now);
      yield watched;
    }
    for (const watched of this.#options.watched.values()) {
      const { watch, runtime, state } = watched;
      if (runtime === undefined || watch.input !== 'lost') continue;
      // What was remembered at the start may be of another clock: it counts with the first word.
      if (state.lastSeen === undefined || now - state.lastSeen < COUNTED_AFTER_MS) continue;
      this.#reckon(watched, now);
      yield watched;
    }
  }

  /** Reckons anew what UPSs on mains would last, a few of them each second. */
  reckonCalm(now: number): void {
    this.#calm ??= this.#options.watched.values();
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

  /** What a UPS will last: on battery as it was last reckoned, less the time that has passed since. */
  forecastOf(watched: Watched, now: number): Forecast | undefined {
    const { runtime, watch, calm } = watched;
    if (runtime === undefined || watch.input !== 'lost') return calm;
    const latest = this.#latest.get(watched);
    const ageMs = latest === undefined ? Number.NaN : now - latest.at;
    // One that waits for its turn is answered with what it had when it went to battery.
    const isRecent = ageMs >= 0 && (ageMs <= COUNTED_AFTER_MS || this.#waiting.has(watched));
    if (latest !== undefined && isRecent) return countedDown(latest.expected, ageMs / 1000);
    return this.#forecast(watched, runtime, now);
  }

  #forecast(watched: Watched, runtime: RuntimeMemory, now: number): Forecast | undefined {
    const expected = forecast(runtime, now);
    if (expected === undefined) this.#latest.delete(watched);
    else this.#latest.set(watched, { expected, at: now });
    return expected;
  }

  /** The full battery of before is no answer when mains come back. */
  #endCalm(watched: Watched, now: number): void {
    if (watched.calm === undefined) return;
    this.#latest.set(watched, { expected: watched.calm, at: now });
    watched.calm = undefined;
  }

  /** The runtimes that have learned something since they were last kept. */
  *unsaved(): Iterable<{ space: string; key: string; body: string }> {
    let left = SAVED_AT_ONCE;
    for (const watched of this.#options.watched.values()) {
      if (left === 0) return;
      const { runtime, state } = watched;
      if (runtime === undefined || !isWorthRemembering(runtime, watched.savedAt)) continue;
      watched.savedAt = runtime.newest?.ts ?? runtime.changedAt;
      left -= 1;
      yield { space: 'runtime', key: keyOf(state), body: rememberedOf(runtime) };
    }
  }

  #reckon(watched: Watched, now: number): void {
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
      if (this.#latest.delete(watched)) watched.calm = forecast(runtime, now);
      return;
    }
    this.#forecasts += 1;
    const { fleet, places } = this.#options;
    const fed = places.fedBy(state.site, state.id).map((scanner) => ({
      ...scanner,
      state: fleet.state(state.site, scanner.id)?.values.state,
    }));
    const expected = this.#forecast(watched, runtime, now);
    watch.margin = marginOf({ expected, values: state.values, fed });
  }
}

function countedDown({ runtimeSeconds, low, high, method }: Forecast, seconds: number): Forecast {
  const left = (all: number) => Math.max(0, all - seconds);
  return { runtimeSeconds: left(runtimeSeconds), low: left(low), high: left(high), method };
}
