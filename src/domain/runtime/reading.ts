import type { Input } from '../facts.ts';

/** What one message of a UPS says of its battery (NUT variables); what is left out was not said. */
export interface UpsReading {
  /** ms since 1970 UTC, by the same clock as the `now` that forecasts are asked for. */
  ts: number;
  input: Input;
  /** `battery.charge`, % by the UPS's own count. */
  charge?: number;
  /** `battery.runtime`, s, as it was said: sentinels are judged here. */
  runtime?: number;
  /** `ups.load`, % of the rated power. */
  loadPercent?: number;
  /** `ups.realpower`, W. */
  realpowerW?: number;
  /** `battery.voltage`, V of the whole string. */
  batteryVolts?: number;
  /** `battery.temperature`, °C. */
  batteryCelsius?: number;
  /** `battery.runtime.low`, s. */
  runtimeLow?: number;
  /** `LB` or `FSD`. */
  isLow: boolean;
  /** `OFF`: the load is not supplied. */
  isOff: boolean;
}

/** What is configured of a UPS: real power (kW), 20-hour capacity of a block (Ah), 12 V blocks in series. */
export interface Rated {
  kW?: number;
  capacityAh?: number;
  blocks?: number;
}

/** Counters of 16 bits, in seconds and in minutes, that overflowed, or say that there is no value. */
const SENTINELS = new Set([-1, 65_535, 65_535 * 60]);
const LONGEST_RUNTIME_SECONDS = 172_800;

/** The runtime that the UPS says, where that can be meant: no sentinel, no 0 with charge. */
export function saneRuntime({ runtime, charge }: UpsReading): number | undefined {
  if (runtime === undefined || SENTINELS.has(runtime)) return undefined;
  if (!(runtime >= 0 && runtime <= LONGEST_RUNTIME_SECONDS)) return undefined;
  return runtime === 0 && charge !== 0 ? undefined : runtime;
}

/** Load on the output in kW; `undefined` where neither power nor a share of a known rating is said. */
export function loadKwOf(reading: UpsReading, ratedKw: number | undefined): number | undefined {
  const { realpowerW = 0, loadPercent = 0 } = reading;
  if (realpowerW > 0) return realpowerW / 1000;
  return ratedKw === undefined || loadPercent <= 0 ? undefined : (loadPercent / 100) * ratedKw;
}
