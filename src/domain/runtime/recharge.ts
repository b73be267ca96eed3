import type { RuntimeMemory } from './memory.ts';
import type { UpsReading } from './reading.ts';

const EFFICIENCY = 0.92;
const BULK_END = 0.8;
const BULK_MULTIPLE = 0.1;
const TAPER = 0.06;
const TRICKLE_MULTIPLE = 0.002;
const STEP_HOURS = 1 / 12;
const LONGEST_HOURS = 72;
/** The rate is learned from a rise of so many %, below the taper. */
const TEACHING_PERCENT = 5;
const RATE = { low: 0.2, high: 5 } as const;
/** Weight of a new rate against what was learned before. */
const WEIGHT = 0.5;

/** Charge per hour: 0.1 C up to 80 %, then 0.1·e^(−(s−0.8)/0.06) + 0.002 (CC, CV taper), 0.92 of it stored. */
function chargingRate(charge: number): number {
  const taper = Math.exp(-Math.max(0, charge - BULK_END) / TAPER);
  const trickle = charge < BULK_END ? 0 : TRICKLE_MULTIPLE;
  return EFFICIENCY * (BULK_MULTIPLE * taper + trickle);
}

/** Learns how fast this UPS charges, from its own count on mains. */
export function followCharging(memory: RuntimeMemory, { ts, charge }: UpsReading): void {
  if (charge === undefined || charge > 100 * BULK_END) {
    memory.charging = undefined;
    return;
  }
  const { charging } = memory;
  if (charging === undefined || charge < charging.charge) {
    memory.charging = { ts, charge };
    return;
  }
  const risen = charge - charging.charge;
  if (risen < TEACHING_PERCENT) return;
  const hours = (ts - charging.ts) / 3_600_000;
  const rate = risen / 100 / hours / chargingRate(0);
  const sane = Math.max(RATE.low, Math.min(RATE.high, rate));
  memory.chargeRate += WEIGHT * (sane - memory.chargeRate);
  memory.charging = { ts, charge };
}

/**
 * Charge (%, by the UPS's own count) that is expected at `atMs` (ms since 1970 UTC), where mains stays until
 * then; `undefined` while it is on battery, and where it never said a charge.
 */
export function rechargeForecast(memory: RuntimeMemory, atMs: number): number | undefined {
  const { newest, chargeRate } = memory;
  if (newest?.charge === undefined || newest.input !== 'mains') return undefined;
  let hours = Math.min(LONGEST_HOURS, (atMs - newest.ts) / 3_600_000);
  let charge = newest.charge / 100;
  for (; hours > 0 && charge < 1; hours -= STEP_HOURS) {
    charge += chargeRate * chargingRate(charge) * Math.min(STEP_HOURS, hours);
  }
  return 100 * Math.min(1, charge);
}
