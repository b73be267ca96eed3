import {
  blockVolts,
  CHARGE,
  EMPTY_VOLTS,
  LN_RATE,
  type Ratings,
  secondsToCutoff,
  temperatureFactor,
  wattsABlock,
} from './battery-model.ts';
import {
  advance,
  type Belief,
  deviationOf,
  loosen,
  newBelief,
  observeCharge,
  observeVolts,
  setCharge,
} from './estimator.ts';
import type { Newest, Running, RuntimeMemory } from './memory.ts';
import { loadKwOf, type Rated, saneRuntime, type UpsReading } from './reading.ts';

const FLOAT_VOLTS = 13.5;
const COUP_DE_FOUET_SECONDS = 120;
const LASTING_TAU_SECONDS = 60;
const ANCHOR_MS = 300_000;
const LONGEST_STEP_SECONDS = 60;

export const isOnBattery = ({ input }: { input: string }) => input === 'lost' || input === 'test';

/** Ratings by configuration, else by what the UPS said: blocks by the voltage, power by load and share. */
export function ratingsOf(memory: RuntimeMemory, rated: Rated): Ratings | undefined {
  const kW = rated.kW ?? memory.kW;
  const blocks = rated.blocks ?? memory.blocks;
  if (kW === undefined || blocks === undefined) return undefined;
  // 1.6 C at full load is a quarter of an hour, the usual string (judgement); the belief is wide then.
  const capacityAh = rated.capacityAh ?? (1000 * kW) / (0.94 * 12 * blocks * 1.6);
  return { kW, capacityAh, blocks };
}

function noteNewest(memory: RuntimeMemory, reading: UpsReading, rated: Rated): number {
  const { newest } = memory;
  const kW = loadKwOf(reading, { ...rated, ...(memory.kW && !rated.kW ? { kW: memory.kW } : {}) });
  const seconds = newest === undefined ? 0 : (reading.ts - newest.ts) / 1000;
  const before = newest?.lastingKw;
  let lastingKw = kW ?? before;
  if (before !== undefined && kW !== undefined) {
    const hasRisen = kW > before * 1.08;
    lastingKw = hasRisen ? kW : kW + (before - kW) * Math.exp(-seconds / LASTING_TAU_SECONDS);
  }
  const next: Newest = newest ?? ({} as Newest);
  next.ts = reading.ts;
  next.input = reading.input;
  next.charge = reading.charge;
  next.reportedSeconds = saneRuntime(reading);
  next.kW = kW;
  next.lastingKw = lastingKw;
  next.celsius = reading.batteryCelsius ?? next.celsius;
  next.runtimeLow = reading.runtimeLow;
  next.isLow = reading.isLow;
  next.isOff = reading.isOff;
  next.intervalMs = seconds * 1000;
  memory.newest = next;
  return seconds;
}

export function followRuntime(memory: RuntimeMemory, reading: UpsReading, rated: Rated): void {
  if (memory.newest !== undefined && reading.ts <= memory.newest.ts) return;
  if (reading.input === 'unknown') return;
  if (!isOnBattery(reading)) {
    if (memory.running !== undefined) end(memory, false, rated);
    noteNewest(memory, reading, rated);
    learnRatings(memory, reading);
    return;
  }
  const previousKw = memory.newest?.kW;
  const seconds = Math.min(LONGEST_STEP_SECONDS, noteNewest(memory, reading, rated));
  if (memory.running === undefined) {
    if (reading.isOff) return;
    begin(memory, reading, rated);
  } else drain(memory, seconds, previousKw, rated);
  if (reading.isOff) {
    end(memory, true, rated);
    return;
  }
  observe(memory, reading, rated);
}

function learnRatings(memory: RuntimeMemory, reading: UpsReading): void {
  const { batteryVolts, realpowerW, loadPercent } = reading;
  if (batteryVolts !== undefined && batteryVolts > 0) {
    memory.blocks = Math.max(1, Math.round(batteryVolts / FLOAT_VOLTS));
  }
  if (realpowerW !== undefined && loadPercent !== undefined && loadPercent > 5) {
    memory.kW = realpowerW / 10 / loadPercent;
  }
}

function begin(memory: RuntimeMemory, reading: UpsReading, rated: Rated): void {
  learnRatings(memory, reading);
  memory.running = {
    startedAt: reading.ts,
    startCharge: reading.charge,
    seconds: 0,
    kWs: 0,
    ampSeconds: 0,
    ampsKnownSeconds: 0,
    leastVolts: undefined,
    hasVolts: false,
    reportedSum: 0,
    reportedAtSum: 0,
    reportedCount: 0,
    older: undefined,
    younger: undefined,
  };
  const charge = (reading.charge ?? 90) / 100;
  const belief = beliefOf(memory, rated);
  setCharge(belief, charge, charge > 0.97 ? 0.02 : 0.08);
  memory.belief = belief;
  memory.changedAt = reading.ts;
}

/** What is believed at the start; of a UPS whose capacity nobody configured, by the runtime that it says. */
export function beliefOf(memory: RuntimeMemory, rated: Rated): Belief {
  if (memory.belief !== undefined) return memory.belief;
  const ratings = ratingsOf(memory, rated);
  const { newest } = memory;
  if (rated.capacityAh !== undefined || ratings === undefined) return newBelief();
  const said = newest?.reportedSeconds;
  const kW = newest?.lastingKw;
  if (said === undefined || kW === undefined || said <= 0) return newBelief(0, 0.5);
  const belief = newBelief();
  setCharge(belief, Math.max(0.05, (newest?.charge ?? 100) / 100), 0.05);
  const draw = { watts: wattsABlock(kW, ratings), ratings, warmth: 1, cutoffVolts: 10 };
  return newBelief(Math.log((1.3 * secondsToCutoff(belief.x, draw)) / said), 0.35);
}

const NOMINAL_VOLTS = 11.9;

function drain(
  memory: RuntimeMemory,
  seconds: number,
  kW: number | undefined,
  rated: Rated,
): void {
  const { running, belief, newest } = memory as { running: Running; belief: Belief; newest: Newest };
  running.seconds += seconds;
  const ratings = ratingsOf(memory, rated);
  if (kW === undefined || ratings === undefined) return;
  running.kWs += kW * seconds;
  const volts = running.leastVolts ?? NOMINAL_VOLTS;
  const amps = wattsABlock(kW, ratings) / Math.max(9, Math.min(13, volts));
  running.ampSeconds += amps * seconds;
  running.ampsKnownSeconds += seconds;
  const warmth = temperatureFactor(newest.celsius ?? 20);
  advance(belief, { amps, seconds, ratings, warmth });
}

function observe(memory: RuntimeMemory, reading: UpsReading, rated: Rated): void {
  const { running, belief, newest } = memory as { running: Running; belief: Belief; newest: Newest };
  const ratings = ratingsOf(memory, rated);
  if (newest.reportedSeconds !== undefined) {
    running.reportedSum += newest.reportedSeconds;
    running.reportedAtSum += running.seconds;
    running.reportedCount += 1;
  }
  noteAnchor(running, newest);
  const { batteryVolts } = reading;
  if (ratings === undefined || batteryVolts === undefined || newest.kW === undefined) return;
  const volts = batteryVolts / ratings.blocks;
  if (!(volts > 8 && volts < 14)) return;
  const amps = wattsABlock(newest.kW, ratings) / volts;
  const deviation =
    TUNE.sv + 0.15 / ratings.blocks + (running.seconds < COUP_DE_FOUET_SECONDS ? TUNE.coup : 0);
  observeVolts(belief, { volts, amps, deviation, ratings });
  const followed = blockVolts(belief.x, amps, ratings);
  running.leastVolts = followed;
  running.hasVolts = true;
}
export const TUNE = { sv: 0.02, coup: 0.06, z1: 1.5, ze: 0.8, te: 180, allow: 1.12, t0: 550, t1: 700, abs: 20, extra: 0.03, seenDev: 0.04 };

function noteAnchor(running: Running, { ts, charge }: Newest): void {
  if (charge === undefined) return;
  if (running.younger !== undefined && ts - running.younger.ts < ANCHOR_MS) return;
  running.older = running.younger;
  running.younger = { ts, charge, kWs: running.kWs };
}

function end(memory: RuntimeMemory, isExhausted: boolean, rated: Rated): void {
  const { running, belief, newest } = memory as { running: Running; belief: Belief; newest: Newest };
  memory.running = undefined;
  if (isExhausted) {
    const { leastVolts } = running;
    if (leastVolts !== undefined && leastVolts > 9 && leastVolts < 11.2) {
      memory.cutoff = { mean: leastVolts, deviation: TUNE.seenDev };
    } else if (leastVolts === undefined) observeCharge(belief, 0.03, 0.05);
    if (newest.charge !== undefined) memory.chargeAtEnd = newest.charge;
    const truth = running.reportedCount * running.seconds - running.reportedAtSum;
    if (truth > 0) memory.bias = running.reportedSum / truth;
  }
  if (running.seconds > 180) memory.discharges += 1;
  loosen(belief);
  memory.changedAt = newest.ts;
  void rated;
  void CHARGE;
  void EMPTY_VOLTS;
  void LN_RATE;
  void deviationOf;
}
