import type { Forecast } from '../../contract/device.ts';
import type { Input } from '../facts.ts';
import { type Ratings, STATES } from './battery-model.ts';
import type { Belief } from './estimator.ts';

/** The newest reading, and what it takes over from those before. Times in ms since 1970 UTC. */
export interface Newest {
  ts: number;
  input: Input;
  /** % by the UPS's own count. */
  charge: number | undefined;
  /** What the UPS itself forecasts (s), where it can be meant. */
  reportedSeconds: number | undefined;
  /** What hangs on the output at the moment, and as forecasts take it to go on (kW). */
  kW: number | undefined;
  lastingKw: number | undefined;
  celsius: number | undefined;
  isLow: boolean;
  isOff: boolean;
  /** Since the message before (ms). */
  intervalMs: number;
}

/** A point of the charge's way: % by the UPS's count, and kW·s given since the discharge began. */
export interface Anchor {
  ts: number;
  charge: number;
  kWs: number;
}

/** A discharge that goes on. */
export interface Running {
  startedAt: number;
  startCharge: number | undefined;
  /** The newest message on battery. */
  ts: number;
  charge: number | undefined;
  seconds: number;
  kWs: number;
  /** Since the first two minutes: ∫ of the current in multiples of the capacity (s), its duration. */
  multipleSeconds: number;
  countedSeconds: number;
  /** Share of the charge that a new string of these ratings would have given since then. */
  nominalShare: number;
  /** The UPS's own count when the first two minutes were over, %. */
  settledCharge: number | undefined;
  /** Voltage of a block, as the estimator follows it. */
  volts: number | undefined;
  /** Of the UPS's own forecasts: Σ seconds, Σ time since the start (s), and how many. */
  reportedSum: number;
  reportedAtSum: number;
  reportedCount: number;
  /** Five to ten minutes old, and younger: the slope of charge is taken from the older. */
  older: Anchor | undefined;
  younger: Anchor | undefined;
}

/** State of health that one discharge showed, %. */
export interface HealthPoint {
  at: number;
  percent: number;
}

/** A discharge that is over. Times in ms since 1970 UTC; `charge` is the UPS's own count, %. */
export interface EndedDischarge {
  startedAt: number;
  endedAt: number;
  seconds: number;
  kWh: number;
  startCharge: number | undefined;
  endCharge: number | undefined;
  /** The load has dropped: mains did not come back in time. */
  isExhausted: boolean;
  /** What it showed of the string's health, %; not every discharge is deep enough. */
  healthPercent: number | undefined;
}

/** What is known of one UPS; plain JSON but for what is derived anew. */
export interface RuntimeMemory {
  newest: Newest | undefined;
  running: Running | undefined;
  belief: Belief | undefined;
  /** Discharges long enough to teach something. */
  discharges: number;
  /** Volts a block at which it drops its load: mean, deviation. */
  cutoff: { mean: number; deviation: number };
  /** What was left when the last discharge ended: by the UPS's count (%), and as estimated (0–1). */
  atEnd: { charge: number; left: number } | undefined;
  /** What the UPS still counted when it dropped its load, %. */
  emptyCharge: number | undefined;
  /** Its own forecast in multiples of the truth. */
  bias: number | undefined;
  health: HealthPoint[];
  /** Where the present charging was first seen, and its rate in multiples of the usual. */
  charging: { ts: number; charge: number } | undefined;
  chargeRate: number;
  /** Blocks and rated power as far as they follow from what it said. */
  saidBlocks: number | undefined;
  saidKw: number | undefined;
  /** A discharge that ended and that nobody has taken yet. */
  ended: EndedDischarge | undefined;
  /** When something was learned last, or a discharge began. */
  changedAt: number;
  /** Derived: what it is rated for, the spread of the last forecast, and the forecast of the newest reading. */
  derived: {
    configured: object | undefined;
    ratings: Ratings | undefined;
    spread: { ts: number; kW: number; deviation: number } | undefined;
    forecast: { ts: number; value: Forecast } | undefined;
  };
}

const VERSION = 1;
const CHECKPOINT_MS = 300_000;
/** 1.68 V a cell; makers cut between 1.60 and 1.75. */
const CUTOFF = { mean: 10.1, deviation: 0.25 } as const;

/** Of a UPS that was never heard. */
export function newRuntimeMemory(): RuntimeMemory {
  return {
    newest: undefined,
    running: undefined,
    belief: undefined,
    discharges: 0,
    cutoff: { ...CUTOFF },
    atEnd: undefined,
    emptyCharge: undefined,
    bias: undefined,
    health: [],
    charging: undefined,
    chargeRate: 1,
    saidBlocks: undefined,
    saidKw: undefined,
    ended: undefined,
    changedAt: 0,
    derived: { configured: undefined, ratings: undefined, spread: undefined, forecast: undefined },
  };
}

/** JSON of everything that must outlive a restart. */
export function rememberedOf(memory: RuntimeMemory): string {
  const { derived, ...lasting } = memory;
  return JSON.stringify({ version: VERSION, ...lasting });
}

/** The memory as `rememberedOf` gave it; a new one where another version wrote it. SyntaxError: it is no JSON. */
export function recall(body: string): RuntimeMemory {
  const { version, ...lasting } = JSON.parse(body) as { version?: unknown } & RuntimeMemory;
  const fresh = newRuntimeMemory();
  if (version !== VERSION) return fresh;
  if (lasting.belief !== undefined && lasting.belief.x.length !== STATES) return fresh;
  return { ...fresh, ...lasting };
}

/** Whether it is time to write it down: a discharge began or ended since, or has gone on for five minutes. */
export function isWorthRemembering(memory: RuntimeMemory, rememberedAt: number): boolean {
  if (memory.changedAt > rememberedAt) return true;
  const { running, newest } = memory;
  return running !== undefined && newest !== undefined && newest.ts >= rememberedAt + CHECKPOINT_MS;
}

/** The discharge that has just ended, once. */
export function takeEnded(memory: RuntimeMemory): EndedDischarge | undefined {
  const { ended } = memory;
  memory.ended = undefined;
  return ended;
}
