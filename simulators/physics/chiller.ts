/** Time constant of the controlled loop, s (judgement). */
const TAU_SECONDS = 480;
/** Water in the loop, kg, and its heat capacity, J/(kg·K). */
const WATER_KG = 80;
const HEAT_CAPACITY = 4186;

export interface CoolingLoop {
  isPumpOn: boolean;
  /** What the chiller holds the water at, °C. */
  targetC: number;
  /** Heat that flows in while nothing cools, kW. */
  heatKw: number;
}

/**
 * Water temperature (°C) after `dtSeconds`. Running: dT/dt = (T_target − T)/τ, τ 8 min, solved exactly.
 * Stopped: dT/dt = Q/(m·c), 80 L of water, so 3 kW of remaining heat give 0.54 K/min (judgement).
 */
export function stepWater(waterC: number, dtSeconds: number, loop: CoolingLoop): number {
  if (!loop.isPumpOn) return waterC + (loop.heatKw * 1000 * dtSeconds) / (WATER_KG * HEAT_CAPACITY);
  return waterC + (loop.targetC - waterC) * (1 - Math.exp(-dtSeconds / TAU_SECONDS));
}
