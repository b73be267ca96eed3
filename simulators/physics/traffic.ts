import type { Random } from '../random.ts';

/** Share of the mean rate by local hour: night, morning, midday, afternoon, evening, late (judgement). */
function hourWeight(hourOfDay: number): number {
  if (hourOfDay < 6) return 0.5;
  if (hourOfDay < 9) return 0.9;
  if (hourOfDay < 13) return 1.4;
  if (hourOfDay < 18) return 1.3;
  return hourOfDay < 22 ? 1.1 : 0.7;
}

/** Seconds to the next truck: Poisson arrivals, so −ln(u)/λ; `perHour` is the day's mean (6 stationary, 3.5 mobile). */
export function secondsToNextTruck(perHour: number, hourOfDay: number, random: Random): number {
  return (-Math.log(1 - random.next()) * 3600) / (perHour * hourWeight(hourOfDay));
}
