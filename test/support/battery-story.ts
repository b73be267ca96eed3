import { createRandom } from '../../simulators/random.ts';
import { followRuntime } from '../../src/domain/runtime/follow.ts';
import { newRuntimeMemory, type RuntimeMemory } from '../../src/domain/runtime/memory.ts';
import type { UpsReading } from '../../src/domain/runtime/reading.ts';
import { type Discharge, drawUps, onMains, playDischarge, type TrueUps } from './discharge-run.ts';

export const STORY_START = Date.UTC(2026, 0, 1);

/** A drawn UPS on mains, and its first discharge. */
export function newStory(seed = 7): { ups: TrueUps; memory: RuntimeMemory; discharge: Discharge } {
  const random = createRandom(seed, 'story');
  const ups = drawUps(random);
  const memory = newRuntimeMemory();
  followRuntime(memory, onMains(ups, STORY_START - 5000), ups.rated);
  return { ups, memory, discharge: playDischarge(ups, random, STORY_START) };
}

/** What the monitor hears of a discharge, from its begin to a share of its duration. */
export function hear(
  memory: RuntimeMemory,
  { ups, discharge }: { ups: TrueUps; discharge: Discharge },
  { share = 1, change = (reading: UpsReading) => reading, rated = ups.rated as object } = {},
): void {
  const { readings } = discharge;
  for (const { reading } of readings.slice(0, Math.ceil(share * readings.length))) {
    followRuntime(memory, change(reading), rated);
  }
}

/** The same reading without these values. */
export function without(reading: UpsReading, ...names: (keyof UpsReading)[]): UpsReading {
  return Object.fromEntries(
    Object.entries(reading).filter(([name]) => !names.includes(name as keyof UpsReading)),
  ) as unknown as UpsReading;
}
