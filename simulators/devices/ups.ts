import { REPLACE_AT } from '../physics/ageing.ts';
import { type Battery, inverterEfficiency } from '../physics/battery.ts';
import { createRuntimeEstimate } from '../physics/runtime-estimate.ts';
import type { Random } from '../random.ts';
import { BatteryString } from './battery-string.ts';
import { type Metrics, rounded } from './payload.ts';

const POWER_FACTOR = 0.9;
/** Workstations, detectors and lamps beside the scanner, kW (judgement). */
const BASE_LOAD_KW = 0.6;
const RUNTIME_LOW_SECONDS = 120;
const CHARGE_LOW = 0.15;
/** Input that the rectifier can use, V (judgement: 230 −23 % +20 %). */
const TRANSFER = { low: 176, high: 276 } as const;
/** A calibration ends at this charge; a self-test after this time (judgement). */
const CALIBRATED_AT = 0.3;
const SELF_TEST_SECONDS = 15;

/** What a person or a defect does to a UPS. */
export type UpsMode =
  | 'bypass'
  | 'calibration'
  | 'self_test'
  | 'charger_failed'
  | 'inverter_fault'
  | 'overload'
  /** On battery it says `OL`: its input voltage tells otherwise, or (`forged_volts`) its falling charge alone. */
  | 'forged_return'
  | 'forged_volts';

export interface UpsOptions {
  battery: Battery;
  /** State of charge at the start, 0–1. */
  charge: number;
  random: Random;
}

export interface UpsSurroundings {
  dtSeconds: number;
  /** 0 where the supply is away. */
  inputVolts: number;
  hertz: number;
  /** What hangs on the output beside the base load, kW. */
  loadKw: number;
}

/**
 * A double-conversion UPS with a lead-acid string: no gap at transfer, both ways. Low battery (`LB`)
 * is said under 120 s of runtime or 15 % of charge and stays until mains returns. An exhausted string
 * drops the load; so does a loss of input in bypass, with 0 ms of autonomy. The runtime that it reports
 * is its own estimate, which knows nothing of ageing or temperature, and is optimistic for both.
 */
export class SimulatedUps {
  readonly battery: BatteryString;
  readonly modes = new Set<UpsMode>();
  /** The battery feeds the load because the input cannot. */
  isOnBattery = false;
  isLow = false;
  /** The output is dead: no usable input and no charge. */
  isExhausted = false;
  #loadKw = BASE_LOAD_KW;
  #inputVolts = 230;
  #hertz = 50;
  #wobble = 0;
  #onBatterySeconds = 0;
  #testSeconds = 0;
  #lineBads = 0;
  readonly #ratedKw: number;
  readonly #random: Random;
  readonly #estimate: (charge: number, kw: number) => number;

  constructor({ battery, charge, random }: UpsOptions) {
    this.battery = new BatteryString(battery, charge);
    this.#ratedKw = battery.ratedKw;
    this.#random = random;
    this.#estimate = createRuntimeEstimate(battery);
  }

  get #isBypassed(): boolean {
    return this.modes.has('bypass') || this.modes.has('inverter_fault');
  }

  get #isInputUsable(): boolean {
    return this.#inputVolts >= TRANSFER.low && this.#inputVolts <= TRANSFER.high;
  }

  get #isCalibrating(): boolean {
    return this.modes.has('calibration') && !this.isOnBattery && !this.#isBypassed;
  }

  get #isTesting(): boolean {
    return this.modes.has('self_test') && !this.isOnBattery && !this.#isBypassed;
  }

  /** Nothing usable comes in; a test that takes the battery for its own sake is not that. */
  get isInputLost(): boolean {
    return this.isOnBattery || this.#inputVolts === 0;
  }

  /** It says that its input is back while the battery carries the load. */
  get isForging(): boolean {
    const isLiar = this.modes.has('forged_return') || this.modes.has('forged_volts');
    return isLiar && this.isOnBattery && this.isOutputLive;
  }

  /** What hangs on the output has a supply. */
  get isOutputLive(): boolean {
    if (this.#isBypassed) return this.#inputVolts > 0;
    return !this.isExhausted;
  }

  /** What the output carries, kW. */
  get outputKw(): number {
    return this.isOutputLive ? this.#loadKw : 0;
  }

  /** What it takes from its input, kW: the load, its own losses and the charger. */
  get inputKw(): number {
    if (this.#inputVolts === 0 || this.isOnBattery || this.#isCalibrating) return 0;
    const chargingKw = this.#isCharging ? this.battery.chargingKw : 0;
    return this.#loadKw / inverterEfficiency(this.#loadKw, this.#ratedKw) + chargingKw;
  }

  /** Anything but a good input and nothing ordered. */
  get isAbnormal(): boolean {
    return this.isOnBattery || this.isExhausted || this.modes.size > 0 || !this.#isInputUsable;
  }

  /** Where the load's power truly comes from. */
  get power(): 'mains' | 'battery' | 'low' | 'bypass' | 'off' {
    if (!this.isOutputLive) return 'off';
    if (this.#isBypassed) return 'bypass';
    if (this.isOnBattery) return this.isLow ? 'low' : 'battery';
    return this.#isCalibrating ? 'battery' : 'mains';
  }

  /** Seconds left by its own estimate. */
  get runtimeSeconds(): number {
    return this.isExhausted ? 0 : this.#estimate(this.battery.charge, this.#loadKw);
  }

  /** `ups.status` of Network UPS Tools. */
  get status(): string {
    if (this.isForging) return 'OL';
    const flags = [this.#inputVolts > 0 && !this.isOnBattery ? 'OL' : 'OB'];
    if (this.#isBypassed) flags.push('BYPASS');
    if (!this.isOutputLive) return [...flags, ...(this.isLow ? ['LB'] : []), 'OFF'].join(' ');
    if (this.isLow) flags.push('LB');
    if (this.#isCalibrating) return 'OB CAL DISCHRG';
    if (this.isOnBattery || this.#isTesting) flags.push('DISCHRG');
    else if (this.#isCharging) flags.push('CHRG');
    if (this.#loadKw > this.#ratedKw) flags.push('OVER');
    if (this.modes.has('inverter_fault')) flags.push('ALARM');
    if (this.battery.stateOfHealth < REPLACE_AT) flags.push('RB');
    return flags.join(' ');
  }

  get #isCharging(): boolean {
    const isSound = !this.modes.has('charger_failed') && !this.#isTesting;
    return isSound && this.#inputVolts > 0 && !this.battery.isFull;
  }

  step(around: UpsSurroundings): void {
    const { dtSeconds, inputVolts, hertz, loadKw } = around;
    const overload = this.modes.has('overload') ? 1.15 * this.#ratedKw : 0;
    this.#loadKw = Math.max(BASE_LOAD_KW + loadKw, overload);
    this.#inputVolts = inputVolts;
    this.#hertz = hertz;
    if (dtSeconds > 0) this.#wobble = this.#random.gaussian();
    const wasOnBattery = this.isOnBattery;
    this.isOnBattery = !this.#isInputUsable && !this.#isBypassed;
    if (this.isOnBattery && !wasOnBattery) this.#lineBads += 1;
    if (this.isOnBattery) this.#drain(dtSeconds);
    else this.#rest(dtSeconds);
    this.battery.age(dtSeconds, this.isOnBattery);
  }

  /** On a good input: charge, and what tests take from the battery. */
  #rest(dtSeconds: number): void {
    if (this.#inputVolts > 0) {
      this.isExhausted = false;
      this.isLow = false;
    }
    this.#onBatterySeconds = 0;
    if (this.#isCalibrating || this.#isTesting) {
      this.battery.drain(this.#loadKw, dtSeconds);
      this.#testSeconds += dtSeconds;
      if (this.#testSeconds >= SELF_TEST_SECONDS) this.modes.delete('self_test');
      if (this.battery.charge <= CALIBRATED_AT) this.modes.delete('calibration');
      return;
    }
    this.#testSeconds = 0;
    if (this.#isCharging) this.battery.recharge(dtSeconds);
  }

  #drain(dtSeconds: number): void {
    this.#onBatterySeconds += dtSeconds;
    if (this.isExhausted) return;
    this.battery.drain(this.#loadKw, dtSeconds);
    this.isExhausted = this.battery.isExhaustedBy(this.#loadKw);
    this.isLow ||= this.isExhausted || this.battery.charge < CHARGE_LOW;
    this.isLow ||= this.runtimeSeconds < RUNTIME_LOW_SECONDS;
  }

  telemetry(): Metrics {
    const text = this.modes.has('inverter_fault') ? { 'ups.alarm': 'Inverter fault' } : {};
    return {
      'ups.status': this.status,
      ...text,
      ...this.#storage(),
      ...this.#input(),
      ...this.#output(),
    };
  }

  #storage(): Metrics {
    const isDrawn = this.isOnBattery || this.#isCalibrating || this.#isTesting;
    const drawnKw = isDrawn ? this.#loadKw : 0;
    const isCharging = this.#isCharging;
    return {
      ...this.battery.telemetry({ drawnKw, isCharging, noise: this.#wobble }),
      'battery.charge.low': CHARGE_LOW * 100,
      'battery.runtime': rounded(this.runtimeSeconds, 0),
      'battery.runtime.low': RUNTIME_LOW_SECONDS,
      'battery.charger.status': this.#chargerStatus(isDrawn),
      onBatterySeconds: this.isForging ? 0 : Math.floor(this.#onBatterySeconds),
    };
  }

  #chargerStatus(isDrawn: boolean): string {
    if (this.isExhausted || this.modes.has('charger_failed')) return 'resting';
    if (isDrawn && !this.isForging) return 'discharging';
    return this.#isCharging ? 'charging' : 'floating';
  }

  #input(): Metrics {
    const volts = this.isForging && this.modes.has('forged_volts') ? 230 : this.#inputVolts;
    return {
      'input.voltage': rounded(volts, 1),
      'input.frequency': volts === 0 ? 0 : rounded(this.#hertz, 2),
      'input.lineBads': this.#lineBads,
      'input.transfer.low': TRANSFER.low,
      'input.transfer.high': TRANSFER.high,
    };
  }

  #output(): Metrics {
    const kw = this.outputKw;
    const volts = this.isOutputLive ? 230 + 0.3 * this.#wobble : 0;
    const ratedKw = this.#ratedKw;
    const loss = kw === 0 ? 0 : kw / inverterEfficiency(kw, ratedKw) - kw;
    return {
      'ups.load': rounded(Math.min(200, (100 * kw) / ratedKw), 1),
      'ups.realpower': rounded(kw * 1000, 0),
      'ups.power': rounded((kw * 1000) / POWER_FACTOR, 0),
      'ups.temperature': rounded(24 + 4 * loss + 0.1 * this.#wobble, 1),
      'output.voltage': rounded(volts, 1),
      // Three phases share the load.
      'output.current': volts === 0 ? 0 : rounded((kw * 1000) / POWER_FACTOR / 3 / volts, 1),
    };
  }
}
