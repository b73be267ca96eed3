import { stepAgeing } from '../physics/ageing.ts';
import {
  type Battery,
  chargingCurrent,
  chargingVolts,
  discharge,
  stepCharge,
  stepDischarge,
} from '../physics/battery.ts';
import { type Metrics, rounded } from './payload.ts';

/** A discharging string is this much warmer in the end, and takes this long to warm and cool (judgement). */
const WARMTH_KELVIN = 6;
const WARMTH_TAU_SECONDS = 1800;
const FULL_CHARGE = 0.995;

/** What may be set of a string: charge and health 0–1. */
export interface BatteryState {
  charge?: number | undefined;
  stateOfHealth?: number | undefined;
  celsius?: number | undefined;
}

/** The batteries of a UPS: charge, health and temperature as they truly are. */
export class BatteryString {
  /** State of charge, 0–1. */
  charge: number;
  readonly #battery: Battery;
  #celsius: number;

  constructor(battery: Battery, charge: number) {
    this.#battery = { ...battery };
    this.charge = charge;
    this.#celsius = battery.temperatureC;
  }

  /** What is left out stays. */
  set({ charge, stateOfHealth, celsius }: BatteryState): void {
    if (charge !== undefined) this.charge = charge;
    if (stateOfHealth !== undefined) this.#battery.stateOfHealth = stateOfHealth;
    if (celsius === undefined) return;
    this.#battery.temperatureC = celsius;
    this.#celsius = celsius;
  }

  get isFull(): boolean {
    return this.charge >= FULL_CHARGE;
  }

  get stateOfHealth(): number {
    return this.#battery.stateOfHealth;
  }

  /** Power that the charger takes, kW, at the string's voltage. */
  get chargingKw(): number {
    const { blocks, capacityAh } = this.#battery;
    if (this.isFull) return 0;
    return (chargingCurrent(this.charge) * capacityAh * blocks * chargingVolts(this.charge)) / 1000;
  }

  /** The string cannot hold this load any more. */
  isExhaustedBy(kw: number): boolean {
    return discharge(kw, this.charge, this.#battery).isExhausted;
  }

  drain(kw: number, dtSeconds: number): void {
    this.charge = stepDischarge(this.charge, kw, dtSeconds, this.#battery);
  }

  recharge(dtSeconds: number): void {
    this.charge = stepCharge(this.charge, dtSeconds);
  }

  /** Warms while it feeds a load, and ages by its temperature. */
  age(dtSeconds: number, isDrained: boolean): void {
    const { temperatureC, stateOfHealth } = this.#battery;
    const target = temperatureC + (isDrained ? WARMTH_KELVIN : 0);
    this.#celsius += (target - this.#celsius) * (1 - Math.exp(-dtSeconds / WARMTH_TAU_SECONDS));
    this.#battery.stateOfHealth = stepAgeing(stateOfHealth, this.#celsius, dtSeconds);
  }

  /** Its own metrics while it feeds `drawnKw`, is charged, or rests; `noise` is the instrument's. */
  telemetry({
    drawnKw,
    isCharging,
    noise,
  }: {
    drawnKw: number;
    isCharging: boolean;
    noise: number;
  }): Metrics {
    const { blocks, capacityAh } = this.#battery;
    const draw = drawnKw > 0 ? discharge(drawnKw, this.charge, this.#battery) : undefined;
    const volts = draw?.blockVolts ?? chargingVolts(this.charge);
    const charging = isCharging ? chargingCurrent(this.charge) * capacityAh : 0;
    return {
      'battery.charge': rounded(this.charge * 100, 1),
      'battery.voltage': rounded(volts * blocks + 0.1 * noise, 1),
      'battery.current': rounded(draw === undefined ? charging : -draw.amps, 1),
      'battery.temperature': rounded(this.#celsius, 1),
    };
  }
}
