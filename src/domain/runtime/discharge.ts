import {
  blockVolts,
  CHARGE,
  type Ratings,
  temperatureFactor,
  wattsABlock,
} from './battery-model.ts';
import {
  advance,
  type Belief,
  loosen,
  observeCharge,
  observeVolts,
  setCharge,
} from './estimator.ts';
import { healthOf, nominalRate, noteHealth } from './health.ts';
import type { Newest, Running, RuntimeMemory } from './memory.ts';
import { beliefOf } from './ratings.ts';
import type { UpsReading } from './reading.ts';

/** Lead-acid dips in the first minutes (coup de fouet): its voltage then says less of its charge. */
const SETTLED_SECONDS = 120;
const DIP_DEVIATION_VOLTS = 0.06;
/** Of a block: what the model leaves out; of the string: its instrument. */
const MODEL_DEVIATION_VOLTS = 0.02;
const STRING_DEVIATION_VOLTS = 0.15;
const UNLOADED_VOLTS = 11.9;
const SANE_VOLTS = { low: 8, high: 14.5 } as const;
/** A load that drops above this was switched off: 1.82 V a cell is no maker's cut-off. */
const CUTOFF_SANE = { low: 8.8, high: 10.9 } as const;
const SEEN_CUTOFF_DEVIATION = 0.04;
const TEACHING_SECONDS = 180;
const BIAS = { low: 0.2, high: 10 } as const;
const ANCHOR_MS = 300_000;
const USUAL_CELSIUS = 20;

export const warmthOf = ({ celsius }: Newest) => temperatureFactor(celsius ?? USUAL_CELSIUS);

/**
 * Charge 0–1 of a string that is not discharging, with its deviation: by the UPS's own count, which since the
 * last discharge has gone a part of the way back to 100 %.
 */
export function restingCharge(
  memory: RuntimeMemory,
  said = memory.newest?.charge,
): { charge: number; deviation: number } {
  if (said === undefined) return { charge: 0.95, deviation: 0.1 };
  const { charge: from, left } = memory.atEnd ?? { charge: 0, left: 0 };
  if (said < from) return { charge: (left * said) / from, deviation: 0.1 };
  const returned = Math.min(1, (said - from) / Math.max(1, 100 - from));
  const charge = left + (1 - left) * returned;
  return { charge, deviation: 0.02 + 0.2 * returned * (1 - returned) };
}

export function beginDischarge(memory: RuntimeMemory, reading: UpsReading): void {
  const belief = beliefOf(memory);
  const { charge, deviation } = restingCharge(memory);
  setCharge(belief, charge, deviation);
  memory.belief = belief;
  memory.charging = undefined;
  memory.changedAt = reading.ts;
  memory.running = {
    startedAt: reading.ts,
    startCharge: reading.charge,
    ts: reading.ts,
    charge: reading.charge,
    seconds: 0,
    kWs: 0,
    multipleSeconds: 0,
    countedSeconds: 0,
    nominalShare: 0,
    settledCharge: undefined,
    volts: undefined,
    reportedSum: 0,
    reportedAtSum: 0,
    reportedCount: 0,
    older: undefined,
    younger: undefined,
  };
}

/** A discharge goes on: what it took since the message before, under the load of that. */
export function drain(
  memory: RuntimeMemory,
  { running, belief, newest }: { running: Running; belief: Belief; newest: Newest },
  { seconds, kW }: { seconds: number; kW: number | undefined },
): void {
  running.seconds += seconds;
  running.ts = newest.ts;
  running.charge = newest.charge;
  const { ratings } = memory.derived;
  running.kWs += (kW ?? 0) * seconds;
  if (ratings === undefined || kW === undefined) return;
  const amps = wattsABlock(kW, ratings) / (running.volts ?? UNLOADED_VOLTS);
  const warmth = warmthOf(newest);
  advance(belief, { amps, seconds, ratings, warmth });
  if (running.seconds < SETTLED_SECONDS) return;
  const multiple = amps / (ratings.capacityAh * warmth);
  running.settledCharge ??= newest.charge;
  running.multipleSeconds += multiple * seconds;
  running.countedSeconds += seconds;
  running.nominalShare += nominalRate(multiple) * seconds;
}

/** What this message shows of the string. */
export function observe(
  memory: RuntimeMemory,
  { running, belief, newest }: { running: Running; belief: Belief; newest: Newest },
  batteryVolts: number | undefined,
): void {
  if (newest.reportedSeconds !== undefined) {
    running.reportedSum += newest.reportedSeconds;
    running.reportedAtSum += running.seconds;
    running.reportedCount += 1;
  }
  noteAnchor(running, newest);
  const { ratings } = memory.derived;
  if (ratings === undefined || batteryVolts === undefined || newest.kW === undefined) return;
  const volts = batteryVolts / ratings.blocks;
  if (volts < SANE_VOLTS.low || volts > SANE_VOLTS.high) return;
  const amps = wattsABlock(newest.kW, ratings) / volts;
  observeVolts(belief, { volts, amps, deviation: deviationOfVolts(running, ratings), ratings });
  running.volts = Math.max(SANE_VOLTS.low, blockVolts(belief.x, amps, ratings));
}

function deviationOfVolts({ seconds }: Running, { blocks }: Ratings): number {
  const dip = seconds < SETTLED_SECONDS ? DIP_DEVIATION_VOLTS : 0;
  return MODEL_DEVIATION_VOLTS + STRING_DEVIATION_VOLTS / blocks + dip;
}

function noteAnchor(running: Running, { ts, charge }: Newest): void {
  if (charge === undefined) return;
  if (running.younger !== undefined && ts - running.younger.ts < ANCHOR_MS) return;
  running.older = running.younger;
  running.younger = { ts, charge, kWs: running.kWs };
}

/** Mains is back, or the load has dropped: what the discharge taught is kept. */
export function endDischarge(
  memory: RuntimeMemory,
  { running, belief, newest }: { running: Running; belief: Belief; newest: Newest },
  isOff: boolean,
): void {
  const isExhausted = isOff && (running.volts ?? 0) < CUTOFF_SANE.high;
  if (isExhausted) learnTheEnd(memory, { running, belief });
  const healthPercent = healthOf(running, belief, isExhausted);
  noteHealth(memory, running.ts, healthPercent);
  if (running.seconds >= TEACHING_SECONDS) memory.discharges += 1;
  if (running.charge !== undefined) {
    memory.atEnd = { charge: running.charge, left: belief.x[CHARGE] as number };
  }
  memory.ended = {
    startedAt: running.startedAt,
    endedAt: running.ts,
    seconds: running.seconds,
    kWh: running.kWs / 3600,
    startCharge: running.startCharge,
    endCharge: running.charge,
    isExhausted: isOff,
    healthPercent,
  };
  loosen(belief);
  memory.running = undefined;
  memory.changedAt = newest.ts;
}

/** The voltage and the count at which it really was empty, and how far its own forecasts were off. */
function learnTheEnd(
  memory: RuntimeMemory,
  { running, belief }: { running: Running; belief: Belief },
): void {
  const { volts } = running;
  if (volts === undefined) observeCharge(belief, 0.03, 0.05);
  else if (volts > CUTOFF_SANE.low)
    memory.cutoff = { mean: volts, deviation: SEEN_CUTOFF_DEVIATION };
  if (running.charge !== undefined) memory.emptyCharge = running.charge;
  const truth = running.reportedCount * running.seconds - running.reportedAtSum;
  if (truth < TEACHING_SECONDS) return;
  memory.bias = Math.max(BIAS.low, Math.min(BIAS.high, running.reportedSum / truth));
}
