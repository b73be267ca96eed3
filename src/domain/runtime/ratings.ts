import { EMPTY_VOLTS, type Ratings, secondsToCutoff, wattsABlock } from './battery-model.ts';
import { type Belief, newBelief, setCharge, widen } from './estimator.ts';
import type { Newest, RuntimeMemory } from './memory.ts';
import type { Rated, UpsReading } from './reading.ts';

/** Volts of a block on float, and of one that is neither full nor empty. */
const FLOAT_VOLTS = 13.5;
const MIDDLE_VOLTS = 12.6;
const FULL_PERCENT = 99;
/** C at full load: a quarter of an hour, the usual string (judgement). */
const USUAL_MULTIPLE = 1.6;
const LEAST_LOAD_PERCENT = 5;
/** A UPS's own forecast is this optimistic until it is known better, and by this deviation of its logarithm. */
export const USUAL_OPTIMISM = 1.25;
const OPTIMISM_DEVIATION = 0.35;
/** Volts by which a block may be misjudged where nobody said how many there are. */
const COUNTED_BLOCKS_DEVIATION = 0.25;

/** Ratings by configuration, else by what the UPS said: blocks by the voltage, power by load and its share. */
function resolve({ saidKw, saidBlocks }: RuntimeMemory, rated: Rated): Ratings | undefined {
  const kW = rated.kW ?? saidKw;
  const blocks = rated.blocks ?? saidBlocks;
  if (kW === undefined || blocks === undefined) return undefined;
  const capacityAh = rated.capacityAh ?? (1000 * kW) / (0.94 * 12 * blocks * USUAL_MULTIPLE);
  return { kW, capacityAh, blocks };
}

/** Takes the ratings up, where they were not yet known or the configuration has changed. */
export function learnRatings(memory: RuntimeMemory, reading: UpsReading, rated: Rated): void {
  const { derived } = memory;
  const isFull = reading.input === 'mains' && (reading.charge ?? 0) >= FULL_PERCENT;
  const isKnown = derived.ratings !== undefined && derived.configured === rated;
  if (isKnown && !(isFull && rated.blocks === undefined)) return;
  const { batteryVolts = 0, realpowerW = 0, loadPercent = 0 } = reading;
  if (batteryVolts > 0 && (isFull || memory.saidBlocks === undefined)) {
    const volts = isFull ? FLOAT_VOLTS : MIDDLE_VOLTS;
    memory.saidBlocks = Math.max(1, Math.round(batteryVolts / volts));
  }
  if (loadPercent > LEAST_LOAD_PERCENT && realpowerW > 0) {
    memory.saidKw ??= realpowerW / 10 / loadPercent;
  }
  derived.configured = rated;
  derived.ratings = resolve(memory, rated);
}

/**
 * What is believed of the string: what discharges taught, else its nameplate. Where nobody configured the
 * capacity, it is by the runtime that the UPS itself forecasts, which is taken for optimistic. Asked for only
 * once a message is there.
 */
export function beliefOf(memory: RuntimeMemory): Belief {
  if (memory.belief !== undefined) return memory.belief;
  const { ratings, configured } = memory.derived;
  const { capacityAh, blocks } = configured as Rated;
  const { reportedSeconds = 0, lastingKw = 0, charge = 100 } = memory.newest as Newest;
  let belief = newBelief();
  if (ratings !== undefined && capacityAh === undefined) {
    setCharge(belief, Math.max(0.05, charge / 100), 0);
    const draw = {
      watts: wattsABlock(lastingKw, ratings),
      ratings,
      warmth: 1,
      cutoffVolts: memory.cutoff.mean,
    };
    const said = reportedSeconds / USUAL_OPTIMISM;
    const offset = said > 0 ? Math.log(secondsToCutoff(belief.x, draw) / said) : 0;
    belief = newBelief(Math.max(-2, Math.min(2, offset)), OPTIMISM_DEVIATION);
  }
  if (blocks === undefined) widen(belief, EMPTY_VOLTS, COUNTED_BLOCKS_DEVIATION);
  return belief;
}
