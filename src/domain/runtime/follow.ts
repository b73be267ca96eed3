import { beginDischarge, drain, endDischarge, observe } from './discharge.ts';
import type { Belief } from './estimator.ts';
import type { Newest, Running, RuntimeMemory } from './memory.ts';
import { learnRatings } from './ratings.ts';
import { loadKwOf, type Rated, saneRuntime, type UpsReading } from './reading.ts';
import { followCharging } from './recharge.ts';

/** A load that falls is believed slowly, one that rises at once: a promise must hold. */
const LASTING_TAU_MS = 60_000;
const RISE = 1.08;

/**
 * Takes a UPS's message into what is known of its battery; messages that are not newer than the newest are
 * passed over, and so are those whose input is unknown. Constant time; on mains next to nothing.
 */
export function followRuntime(memory: RuntimeMemory, reading: UpsReading, rated: Rated): void {
  const { newest } = memory;
  if (reading.input === 'unknown' || (newest !== undefined && reading.ts <= newest.ts)) return;
  const kW = newest?.kW;
  const seconds = newest === undefined ? 0 : (reading.ts - newest.ts) / 1000;
  learnRatings(memory, reading, rated);
  noteNewest(memory, reading, rated);
  if (reading.input === 'mains') {
    if (memory.running !== undefined) endDischarge(memory, discharging(memory), false);
    followCharging(memory, reading);
    return;
  }
  if (memory.running === undefined) {
    if (reading.isOff) return;
    beginDischarge(memory, reading);
  } else drain(memory, discharging(memory), { seconds, kW });
  if (reading.isOff) endDischarge(memory, discharging(memory), true);
  else observe(memory, discharging(memory), reading.batteryVolts);
}

interface Discharging {
  running: Running;
  belief: Belief;
  newest: Newest;
}

/** While a discharge runs, all three are there. */
function discharging(memory: RuntimeMemory): Discharging {
  return memory as RuntimeMemory & Discharging;
}

function noteNewest(memory: RuntimeMemory, reading: UpsReading, rated: Rated): void {
  const kW = loadKwOf(reading, rated.kW ?? memory.saidKw);
  const { newest } = memory;
  if (newest === undefined) {
    memory.newest = {
      ts: reading.ts,
      input: reading.input,
      charge: reading.charge,
      reportedSeconds: saneRuntime(reading),
      kW,
      lastingKw: kW,
      celsius: reading.batteryCelsius,
      isLow: reading.isLow,
      isOff: reading.isOff,
      intervalMs: 0,
    };
    return;
  }
  newest.intervalMs = reading.ts - newest.ts;
  newest.lastingKw = lasting(newest, kW);
  newest.ts = reading.ts;
  newest.input = reading.input;
  newest.charge = reading.charge ?? newest.charge;
  newest.reportedSeconds = saneRuntime(reading);
  newest.kW = kW ?? newest.kW;
  newest.celsius = reading.batteryCelsius ?? newest.celsius;
  newest.isLow = reading.isLow;
  newest.isOff = reading.isOff;
}

/** The load that a forecast takes to go on. */
function lasting({ lastingKw, intervalMs }: Newest, kW: number | undefined): number | undefined {
  if (lastingKw === undefined || kW === undefined) return kW ?? lastingKw;
  if (kW > lastingKw * RISE) return kW;
  return kW + (lastingKw - kW) * Math.exp(-intervalMs / LASTING_TAU_MS);
}
