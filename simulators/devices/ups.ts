import {
  type Battery,
  chargingCurrent,
  chargingVolts,
  discharge,
  inverterEfficiency,
  runtimeSeconds,
  stepCharge,
  stepDischarge,
} from '../physics/battery.ts';
import type { Random } from '../random.ts';
import { type Metrics, rounded } from './payload.ts';

const POWER_FACTOR = 0.9;
/** Workstations, detectors and lamps beside the scanner, kW (judgement). */
const BASE_LOAD_KW = 0.6;
const FULL_CHARGE = 0.995;
const RUNTIME_LOW_SECONDS = 120;
const CHARGE_LOW = 0.15;

export interface UpsOptions {
  battery: Battery;
  /** State of charge at the start, 0–1. */
  charge: number;
  random: Random;
}

export interface UpsSurroundings {
  dtSeconds: number;
  /** 0 where the mains is away. */
  mainsVolts: number;
  hertz: number;
  /** What hangs on the output beside the base load, kW. */
  loadKw: number;
}

/**
 * A double-conversion UPS with a lead-acid string. Low battery (`LB`) is said under 120 s of runtime
 * or 15 % of charge and stays until the mains returns. An exhausted string drops the load.
 */
export class SimulatedUps {
  /** State of charge, 0–1. */
  charge: number;
  isOnBattery = false;
  isLow = false;
  /** The output is dead: no mains and no charge. */
  isExhausted = false;
  #loadKw = BASE_LOAD_KW;
  #inputVolts = 230;
  #hertz = 50;
  #wobble = 0;
  #onBatterySeconds = 0;
  #lineBads = 0;
  #batteryTemperature: number;
  readonly #battery: Battery;
  readonly #random: Random;

  constructor(options: UpsOptions) {
    this.#battery = options.battery;
    this.charge = options.charge;
    this.#random = options.random;
    this.#batteryTemperature = options.battery.temperatureC;
  }

  /** What the output carries, kW. */
  get outputKw(): number {
    return this.isExhausted ? 0 : this.#loadKw;
  }

  /** Seconds that the present charge carries the present load. */
  get runtimeSeconds(): number {
    return this.isExhausted ? 0 : runtimeSeconds(this.charge, this.#loadKw, this.#battery);
  }

  /** `ups.status` of Network UPS Tools. */
  get status(): string {
    if (this.isExhausted) return 'OB LB OFF';
    if (this.isOnBattery) return this.isLow ? 'OB LB DISCHRG' : 'OB DISCHRG';
    return this.charge < FULL_CHARGE ? 'OL CHRG' : 'OL';
  }

  step(around: UpsSurroundings): void {
    this.#loadKw = BASE_LOAD_KW + around.loadKw;
    this.#inputVolts = around.mainsVolts;
    this.#hertz = around.hertz;
    this.#wobble = this.#random.gaussian();
    const wasOnBattery = this.isOnBattery;
    this.isOnBattery = around.mainsVolts === 0;
    if (this.isOnBattery) {
      if (!wasOnBattery) this.#lineBads += 1;
      this.#drain(around.dtSeconds);
    } else {
      this.isExhausted = false;
      this.isLow = false;
      this.#onBatterySeconds = 0;
      this.charge = stepCharge(this.charge, around.dtSeconds);
    }
    const target = this.#battery.temperatureC + (this.isOnBattery ? 6 : 0);
    this.#batteryTemperature += ((target - this.#batteryTemperature) * around.dtSeconds) / 1800;
  }

  #drain(dtSeconds: number): void {
    this.#onBatterySeconds += dtSeconds;
    if (this.isExhausted) return;
    this.charge = stepDischarge(this.charge, this.#loadKw, dtSeconds, this.#battery);
    this.isExhausted = discharge(this.#loadKw, this.charge, this.#battery).isExhausted;
    this.isLow ||= this.charge < CHARGE_LOW || this.runtimeSeconds < RUNTIME_LOW_SECONDS;
  }

  telemetry(): Metrics {
    return { 'ups.status': this.status, ...this.#storage(), ...this.#input(), ...this.#output() };
  }

  #storage(): Metrics {
    const { blocks, capacityAh } = this.#battery;
    const drawn = discharge(this.#loadKw, this.charge, this.#battery);
    const isFull = this.charge >= FULL_CHARGE;
    const charging = isFull ? 0 : chargingCurrent(this.charge) * capacityAh;
    const volts = this.isOnBattery ? drawn.blockVolts : chargingVolts(this.charge);
    return {
      'battery.charge': rounded(this.charge * 100, 1),
      'battery.charge.low': CHARGE_LOW * 100,
      'battery.runtime': rounded(this.runtimeSeconds, 0),
      'battery.runtime.low': RUNTIME_LOW_SECONDS,
      'battery.voltage': rounded(volts * blocks + 0.1 * this.#wobble, 1),
      'battery.current': rounded(this.isOnBattery ? -drawn.amps : charging, 1),
      'battery.temperature': rounded(this.#batteryTemperature, 1),
      'battery.charger.status': this.#chargerStatus(isFull),
      onBatterySeconds: Math.floor(this.#onBatterySeconds),
    };
  }

  #chargerStatus(isFull: boolean): string {
    if (this.isExhausted) return 'resting';
    if (this.isOnBattery) return 'discharging';
    return isFull ? 'floating' : 'charging';
  }

  #input(): Metrics {
    return {
      'input.voltage': rounded(this.#inputVolts, 1),
      'input.frequency': this.isOnBattery ? 0 : rounded(this.#hertz, 2),
      'input.lineBads': this.#lineBads,
    };
  }

  #output(): Metrics {
    const kw = this.outputKw;
    const volts = this.isExhausted ? 0 : 230 + 0.3 * this.#wobble;
    const ratedKw = this.#battery.ratedKw;
    const loss = kw === 0 ? 0 : kw / inverterEfficiency(kw, ratedKw) - kw;
    return {
      'ups.load': rounded((100 * kw) / ratedKw, 1),
      'ups.realpower': rounded(kw * 1000, 0),
      'ups.power': rounded((kw * 1000) / POWER_FACTOR, 0),
      'ups.temperature': rounded(24 + 4 * loss + 0.1 * this.#wobble, 1),
      'output.voltage': rounded(volts, 1),
      // Three phases share the load.
      'output.current': volts === 0 ? 0 : rounded((kw * 1000) / POWER_FACTOR / 3 / volts, 1),
    };
  }
}
