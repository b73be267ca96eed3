/** A string of 12 V lead-acid (VRLA) blocks behind an inverter. */
export interface Battery {
  /** 20-hour capacity of a block, Ah. */
  capacityAh: number;
  /** Blocks in series. */
  blocks: number;
  /** Rated real power of the inverter, kW. */
  ratedKw: number;
  /** Share of the new capacity that is left, 0–1. */
  stateOfHealth: number;
  temperatureC: number;
  /** Where it differs from the usual string; what is left out is as in the formulae below. */
  make?: Make;
}

/** How one string and its inverter differ from another of their type. */
export interface Make {
  peukert?: number;
  /** Volts a block at which the inverter gives up. */
  cutoffVolts?: number;
  /** Multiplies the inner resistance. */
  ohmsFactor?: number;
  /** Multiplies the inverter's efficiency. */
  efficiencyFactor?: number;
  /** Added to the block's voltage, whatever its charge. */
  offsetVolts?: number;
  /** Volts between empty and full, and the charge at which the knee begins (0–1). */
  slopeVolts?: number;
  knee?: number;
  /** Volts by which the line between empty and full is bent at half charge. */
  bendVolts?: number;
}

const HOURS = 20;
const PEUKERT = 1.2;
const CUTOFF_VOLTS = 10;
const MAX_RUNTIME_SECONDS = 172_800;
const RUNTIME_STEPS = 200;

/** η = x/(x + 0.015 + 0.02x + 0.02x²), x = P/Prated: 0.91 at 20 %, 0.945 at 50–100 % (judgement). */
export function inverterEfficiency(kw: number, ratedKw: number): number {
  const x = kw / ratedKw;
  return x / (x + 0.015 + 0.02 * x + 0.02 * x * x);
}

/**
 * Voltage of a block: V = 11.6 + 1.25s − I·R·(2−s) − e^(−s/0.08), R = 5 mΩ·(65/C)/SoH;
 * `charge` s is 0–1, `amps` the discharge current (judgement, fitted to 12 V VRLA blocks).
 */
function blockVolts(charge: number, amps: number, battery: Battery): number {
  const {
    ohmsFactor = 1,
    offsetVolts = 0,
    slopeVolts = 1.25,
    knee = 0.08,
    bendVolts = 0,
  } = battery.make ?? {};
  const ohms = (ohmsFactor * 0.005 * (65 / battery.capacityAh)) / battery.stateOfHealth;
  const bend = 4 * bendVolts * charge * (1 - charge);
  const rest = 11.6 + offsetVolts + slopeVolts * charge + bend;
  return rest - amps * ohms * (2 - charge) - Math.exp(-charge / knee);
}

export interface Discharge {
  amps: number;
  blockVolts: number;
  /** The string cannot hold the load: its voltage is under the cut-off (10.0 V a block). */
  isExhausted: boolean;
}

/** Current and voltage under a load: I = P/(η·n·V) with V at that current, by fixed-point iteration. */
export function discharge(kw: number, charge: number, battery: Battery): Discharge {
  const { efficiencyFactor = 1, cutoffVolts = CUTOFF_VOLTS } = battery.make ?? {};
  const watts = (kw * 1000) / (inverterEfficiency(kw, battery.ratedKw) * efficiencyFactor);
  let volts = 12;
  let amps = 0;
  for (let round = 0; round < 12; round++) {
    amps = watts / (battery.blocks * volts);
    const next = Math.max(blockVolts(charge, amps, battery), cutoffVolts - 1);
    const isSettled = Math.abs(next - volts) < 1e-9;
    volts = next;
    if (isSettled) break;
  }
  return { amps, blockVolts: volts, isExhausted: charge <= 0 || volts < cutoffVolts };
}

/** kT = 1 + 0.01(T−25) under 25 °C, 1 + 0.005(T−25) ≤ 1.08 above (VRLA makers' curves, simplified). */
function temperatureFactor(temperatureC: number): number {
  const excess = temperatureC - 25;
  return excess < 0 ? 1 + 0.01 * excess : Math.min(1 + 0.005 * excess, 1.08);
}

/** Peukert: −ds/dt = (1/H)·(I·H/C′)^k per hour; H = 20 h, k = 1.2, C′ = C·SoH·kT. Returned per second. */
function dischargeRate(amps: number, battery: Battery): number {
  const capacity =
    battery.capacityAh * battery.stateOfHealth * temperatureFactor(battery.temperatureC);
  return ((amps * HOURS) / capacity) ** (battery.make?.peukert ?? PEUKERT) / HOURS / 3600;
}

/** Charge (0–1) after `dtSeconds` of feeding `kw`. */
export function stepDischarge(charge: number, kw: number, dtSeconds: number, battery: Battery) {
  const { amps } = discharge(kw, charge, battery);
  return Math.max(0, charge - dischargeRate(amps, battery) * dtSeconds);
}

/** Charging current in multiples of C: 0.1 to s = 0.8, then 0.1·e^(−(s−0.8)/0.06) + 0.002 (CC, CV taper). */
export function chargingCurrent(charge: number): number {
  return charge < 0.8 ? 0.1 : 0.1 * Math.exp(-(charge - 0.8) / 0.06) + 0.002;
}

/** Charge (0–1) after `dtSeconds` on the charger; 0.92 of the current is stored. */
export function stepCharge(charge: number, dtSeconds: number): number {
  return Math.min(1, charge + (0.92 * chargingCurrent(charge) * dtSeconds) / 3600);
}

/** Seconds that the string feeds `kw` from `charge` (0–1) until its cut-off: ∫ ds/(−ds/dt). */
export function runtimeSeconds(charge: number, kw: number, battery: Battery): number {
  const slice = charge / RUNTIME_STEPS;
  let seconds = 0;
  for (let step = 0; step < RUNTIME_STEPS; step++) {
    const state = discharge(kw, charge - (step + 0.5) * slice, battery);
    if (state.isExhausted || seconds > MAX_RUNTIME_SECONDS) break;
    seconds += slice / dischargeRate(state.amps, battery);
  }
  return Math.min(seconds, MAX_RUNTIME_SECONDS);
}

/** Terminal voltage of a block on the charger: rises with charge to the float voltage of 13.6 V. */
export function chargingVolts(charge: number): number {
  return Math.min(13.6, 12.4 + 1.25 * charge);
}
