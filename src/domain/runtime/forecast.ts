import type { Forecast } from '../../contract/device.ts';
import { LONGEST_SECONDS } from './battery-model.ts';
import { restingCharge } from './discharge.ts';
import type { Newest, Running, RuntimeMemory } from './memory.ts';
import { type ModelForecast, modelForecast } from './model-forecast.ts';
import { USUAL_OPTIMISM } from './ratings.ts';

const SLOPE_MS = 300_000;
const SLOPE_PERCENT = 3;
/** Around what the UPS says or its charge shows. */
const ROUGH = { low: 0.7, high: 1.2 } as const;
const SILENT_INTERVALS = 3;
const SILENT_MS = 15_000;
/** Unseen, the load may have risen: the lower end of the band goes down faster. */
const BLIND_HASTE = 1.25;

const isOnBattery = ({ input }: Newest) => input !== 'mains';

/** Seconds until the UPS's own count is where it dropped its load before, at the slope of the last 5–10 minutes. */
function bySlope(running: Running | undefined, newest: Newest, emptyCharge: number) {
  const { older } = running ?? {};
  if (running === undefined || older === undefined || newest.charge === undefined) return undefined;
  const [elapsedMs, fallen] = [newest.ts - older.ts, older.charge - newest.charge];
  if (elapsedMs < SLOPE_MS || fallen < SLOPE_PERCENT) return undefined;
  const seconds = ((newest.charge - emptyCharge) / fallen) * (elapsedMs / 1000);
  // A load that has changed since changes the slope.
  const meanKw = (running.kWs - older.kWs) / (elapsedMs / 1000);
  const { kW } = newest;
  return Math.max(0, kW === undefined || meanKw <= 0 ? seconds : (seconds * meanKw) / kW);
}

function rough(seconds: number, method: Forecast['method']): Forecast {
  const runtimeSeconds = Math.min(LONGEST_SECONDS, seconds);
  return {
    runtimeSeconds,
    low: ROUGH.low * runtimeSeconds,
    high: ROUGH.high * runtimeSeconds,
    method,
  };
}

/** The model, with what the UPS says and its charge shows as upper bounds. */
function bounded(memory: RuntimeMemory, newest: Newest, model: ModelForecast): Forecast {
  const said = newest.reportedSeconds ?? Number.POSITIVE_INFINITY;
  const reported = said / Math.min(1, memory.bias ?? 1);
  const isSeen = memory.running?.volts !== undefined;
  const empty = isSeen ? 0 : (memory.emptyCharge ?? 0);
  const slope = bySlope(memory.running, newest, empty) ?? Number.POSITIVE_INFINITY;
  const { runtimeSeconds } = model;
  if (reported < Math.min(runtimeSeconds, slope)) return rough(reported, 'reported');
  if (slope < runtimeSeconds) return rough(slope, 'observed_slope');
  const promised =
    newest.isLow && isOnBattery(newest) ? Math.min(runtimeSeconds, model.low) : runtimeSeconds;
  return {
    runtimeSeconds: promised,
    low: Math.min(model.low, promised),
    high: Math.max(model.high, promised),
    method: memory.discharges > 0 ? 'learned_model' : 'nameplate_model',
  };
}

/** As the newest message has it; nothing where neither model nor UPS says anything. */
function atNewest(memory: RuntimeMemory, newest: Newest): Forecast | undefined {
  if (newest.isOff && isOnBattery(newest)) {
    return { runtimeSeconds: 0, low: 0, high: 0, method: 'reported' };
  }
  const model = modelForecast(memory, { kW: newest.lastingKw });
  if (model !== undefined) return bounded(memory, newest, model);
  const slope = bySlope(memory.running, newest, memory.emptyCharge ?? 0);
  const { reportedSeconds } = newest;
  const said =
    reportedSeconds === undefined ? undefined : reportedSeconds / (memory.bias ?? USUAL_OPTIMISM);
  if (slope !== undefined && slope < (said ?? slope + 1)) return rough(slope, 'observed_slope');
  return said === undefined ? undefined : rough(said, 'reported');
}

function newestForecast(memory: RuntimeMemory): Forecast | undefined {
  const { newest, derived } = memory;
  if (newest === undefined) return undefined;
  if (derived.forecast?.ts === newest.ts) return derived.forecast.value;
  const value = atNewest(memory, newest);
  derived.forecast = value === undefined ? undefined : { ts: newest.ts, value };
  return value;
}

/**
 * How long the UPS still feeds its load at `now` (ms since 1970 UTC, by the clock of its readings): on battery
 * what is left, on mains what it would last now. On battery it goes on counting down between messages, and
 * `blind` once the UPS is silent. It keeps to the load of the moment: nobody knows the next.
 */
export function forecast(memory: RuntimeMemory, now: number): Forecast | undefined {
  const value = newestForecast(memory);
  const { newest } = memory;
  if (value === undefined || newest === undefined || !isOnBattery(newest)) return value;
  const elapsedMs = Math.max(0, now - newest.ts);
  if (elapsedMs === 0) return value;
  const isBlind = elapsedMs > Math.max(SILENT_MS, SILENT_INTERVALS * newest.intervalMs);
  const elapsed = elapsedMs / 1000;
  return {
    runtimeSeconds: Math.max(0, value.runtimeSeconds - elapsed),
    low: Math.max(0, value.low - (isBlind ? BLIND_HASTE : 1) * elapsed),
    high: Math.max(0, value.high - elapsed),
    method: isBlind ? 'blind' : value.method,
  };
}

/** When the battery is forecast to be empty (ms since 1970 UTC); `undefined` while mains is there or nothing is known. */
export function exhaustedAt(memory: RuntimeMemory): number | undefined {
  const { newest } = memory;
  if (newest === undefined || newest.input !== 'lost') return undefined;
  const value = newestForecast(memory);
  return value === undefined ? undefined : newest.ts + 1000 * value.runtimeSeconds;
}

/** What it would last from this charge (% by its own count) under this load (kW; that of the moment unless told). */
export function runtimeAt(
  memory: RuntimeMemory,
  { percent, kW }: { percent?: number; kW?: number },
): number | undefined {
  const charge = percent === undefined ? undefined : restingCharge(memory, percent).charge;
  return modelForecast(memory, { kW: kW ?? memory.newest?.lastingKw, charge })?.runtimeSeconds;
}
