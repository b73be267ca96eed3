import type { Input } from '../facts.ts';
import { type Belief, newBelief } from './estimator.ts';

/** The newest reading, smoothed where noise or a moment's load would mislead. Times in ms since 1970 UTC. */
export interface Newest {
  ts: number;
  input: Input;
  charge: number | undefined;
  /** What the UPS itself forecasts (s), where it can be meant. */
  reportedSeconds: number | undefined;
  /** What hangs on the output at the moment, and as forecasts take it to go on (kW). */
  kW: number | undefined;
  lastingKw: number | undefined;
  celsius: number | undefined;
  runtimeLow: number | undefined;
  isLow: boolean;
  isOff: boolean;
  /** Usual time between two messages (ms). */
  intervalMs: number;
}

/** A point of the charge's descent. */
export interface Anchor {
  ts: number;
  charge: number;
  kWs: number;
}

/** A discharge that goes on. */
export interface Running {
  startedAt: number;
  startCharge: number | undefined;
  /** State of charge where the first minutes' dip of the voltage was over. */
  seconds: number;
  kWs: number;
  /** ∫ of the current in multiples of the capacity, over the seconds in which it was known. */
  ampSeconds: number;
  ampsKnownSeconds: number;
  /** Least voltage of a block, as the model follows it. */
  leastVolts: number | undefined;
  hasVolts: boolean;
  /** Sums over messages, for the bias of the UPS's own forecast: Σ runtime, Σ seconds since the start, messages. */
  reportedSum: number;
  reportedAtSum: number;
  reportedCount: number;
  /** Five to ten minutes old, and younger: the slope of charge is taken from the first. */
  older: Anchor | undefined;
  younger: Anchor | undefined;
}

/** State of health that one discharge showed, %. */
export interface HealthPoint {
  at: number;
  percent: number;
}

/** What is known of one UPS; plain JSON. */
export interface RuntimeMemory {
  newest: Newest | undefined;
  running: Running | undefined;
  /** Blocks in series and ratings as far as they follow from what it said. */
  blocks: number | undefined;
  kW: number | undefined;
  belief: Belief | undefined;
  /** Discharges that taught something. */
  discharges: number;
  /** Volts a block at which it drops its load. */
  cutoff: { mean: number; deviation: number };
  /** Charge that it still counted when it dropped its load, %. */
  chargeAtEnd: number | undefined;
  /** Its own forecast in multiples of the truth. */
  bias: number | undefined;
  health: HealthPoint[];
  /** When this was last worth writing down. */
  changedAt: number;
}

/** 1.68 V a cell; makers cut between 1.60 and 1.75. */
const CUTOFF = { mean: 10.1, deviation: 0.25 } as const;

export function newRuntimeMemory(): RuntimeMemory {
  return {
    newest: undefined,
    running: undefined,
    blocks: undefined,
    kW: undefined,
    belief: undefined,
    discharges: 0,
    cutoff: { ...CUTOFF },
    chargeAtEnd: undefined,
    bias: undefined,
    health: [],
    changedAt: 0,
  };
}

export { newBelief };
