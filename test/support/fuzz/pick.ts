import type { Random } from '../../../simulators/random.ts';

/** A whole number in [0, below). */
export function below(random: Random, limit: number): number {
  return Math.floor(random.next() * limit);
}

export function pick<T>(random: Random, from: readonly T[]): T {
  const one = from[below(random, from.length)];
  if (one === undefined) throw new Error('expected something to pick from');
  return one;
}

export function isBy(random: Random, probability: number): boolean {
  return random.next() < probability;
}
