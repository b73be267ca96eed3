import type { ScannerState } from '../../src/contract/scanner-state.ts';
import { stepWater } from '../physics/chiller.ts';
import { Linac } from '../physics/linac.ts';
import { stepNoise } from '../physics/ornstein-uhlenbeck.ts';
import type { Random } from '../random.ts';
import { type Metrics, rounded } from './payload.ts';
import { type CycleSurroundings, ScannerCycle } from './scanner-cycle.ts';
import { Vehicle } from './vehicle.ts';

/** kW by state, stationary and mobile (judgement); scanning is 32/16 with the beam, else as ready: mean 24/12. */
const KILOWATTS: Record<ScannerState, readonly [number, number]> = {
  off: [1, 0.5],
  standby: [7, 3],
  warming_up: [13, 7],
  ready: [16, 9],
  scanning: [16, 9],
  cooldown: [9, 5],
  fault: [7, 3],
  emergency_stop: [7, 3],
  maintenance: [6, 3],
};
const BEAM_KILOWATTS = [32, 16] as const;

/** Water temperature that a state settles at, K over the set point (judgement). */
const WATER_EXCESS: Record<ScannerState, number> = {
  off: -8,
  standby: -1,
  warming_up: 0,
  ready: 0.2,
  scanning: 2,
  cooldown: -0.3,
  fault: -1,
  emergency_stop: -1,
  maintenance: -1,
};
/** Heat that a hot source still gives off when its coolant stands still, kW (judgement), over this time. */
const AFTERHEAT_KW = 3;
const AFTERHEAT_SECONDS = 900;
const HOT: readonly ScannerState[] = ['warming_up', 'ready', 'scanning'];

export interface ScannerOptions {
  isMobile: boolean;
  random: Random;
  state: ScannerState;
  lat: number;
  lon: number;
  chillerSetpoint: number;
  /** Coolant, L/min, with the pump running. */
  flow: number;
}

/** A cargo X-ray scanner: linac source, water cooling, detectors; a mobile one on its truck with GPS. */
export class SimulatedScanner {
  readonly cycle: ScannerCycle;
  readonly vehicle: Vehicle | undefined;
  readonly #options: ScannerOptions;
  readonly #random: Random;
  readonly #linac: Linac;
  readonly #scansBefore: number;
  #kilowatts: number;
  #chillerTemp: number;
  #afterheatSeconds = AFTERHEAT_SECONDS;
  #cabinetTemp = 24;
  #isPowered = true;
  #wobble = 0;

  constructor(options: ScannerOptions) {
    const { random, lat, lon } = options;
    this.#options = options;
    this.#random = random;
    this.cycle = new ScannerCycle(options);
    this.#kilowatts = KILOWATTS[options.state][options.isMobile ? 1 : 0];
    this.#chillerTemp = options.chillerSetpoint + WATER_EXCESS[options.state];
    const heaterHours = random.between(2000, 7000);
    this.#linac = new Linac({ heaterHours, beamHours: heaterHours * random.between(0.2, 0.3) });
    this.#scansBefore = Math.floor(random.between(10, 90));
    this.vehicle = options.isMobile ? new Vehicle({ lat, lon }, random) : undefined;
  }

  get state(): ScannerState {
    return this.cycle.state;
  }

  /** Active power, kW. */
  get kilowatts(): number {
    return this.#kilowatts;
  }

  /** The beam is on in the middle half of a scan. */
  get isBeamOn(): boolean {
    const share = this.cycle.elapsedSeconds / this.cycle.lastsSeconds;
    return this.state === 'scanning' && share >= 0.25 && share < 0.75;
  }

  step(around: CycleSurroundings): void {
    this.cycle.step(around);
    const { dtSeconds, isPowered } = around;
    this.#isPowered = isPowered;
    const size = this.#options.isMobile ? 1 : 0;
    const target = this.isBeamOn ? BEAM_KILOWATTS[size] : KILOWATTS[this.state][size];
    const settled = 1 - Math.exp(-dtSeconds / 2);
    this.#kilowatts = isPowered ? this.#kilowatts + (target - this.#kilowatts) * settled : 0;
    const isHeaterOn = HOT.includes(this.state);
    this.#linac.step(dtSeconds, { isHeaterOn, isBeamOn: this.isBeamOn, isPumped: isPowered });
    this.vehicle?.step(dtSeconds);
    this.#cool(dtSeconds, isHeaterOn);
    const cabinet = { mean: 24, sigma: 1, tauSeconds: 900 };
    this.#cabinetTemp = stepNoise(this.#cabinetTemp, cabinet, dtSeconds, this.#random);
    // Instruments tremble a little; bounded, so that no value can leave its valid range.
    this.#wobble = Math.max(-3, Math.min(3, this.#random.gaussian()));
  }

  /** A source that lost its pump while hot heats the standing water. */
  #cool(dtSeconds: number, isHot: boolean): void {
    this.#afterheatSeconds = isHot ? 0 : this.#afterheatSeconds + dtSeconds;
    const isPumpOn = this.#isPowered;
    const heatKw = this.#afterheatSeconds < AFTERHEAT_SECONDS ? AFTERHEAT_KW : 0;
    const targetC = this.#options.chillerSetpoint + WATER_EXCESS[this.state];
    this.#chillerTemp = stepWater(this.#chillerTemp, dtSeconds, { isPumpOn, targetC, heatKw });
  }

  telemetry(): Metrics {
    return {
      state: this.state,
      ...this.#source(),
      ...this.#cooling(),
      ...this.#surveillance(),
      ...this.vehicle?.telemetry(),
      ...(this.vehicle === undefined ? {} : { 'boom.deployed': this.state !== 'off' }),
    };
  }

  #source(): Metrics {
    const isOn = this.isBeamOn;
    const isHot = HOT.includes(this.state);
    return {
      'beam.on': isOn,
      'beam.energy': this.#options.isMobile ? 4 : 6,
      'source.dose_rate': isOn ? rounded(4 + 0.05 * this.#wobble, 2) : 0,
      'source.prf': isOn ? 250 : 0,
      'modulator.hv': isHot ? rounded(42 + 0.1 * this.#wobble, 1) : 0,
      'magnetron.current': isOn ? rounded(95 + 0.5 * this.#wobble, 1) : 0,
      'linac.ion_pump': rounded(this.#linac.pumpMicroamps + 0.1 * this.#wobble, 1),
      'waveguide.sf6': rounded(2 + 0.01 * this.#wobble, 2),
      'source.heater_hours': rounded(this.#linac.heaterHours, 3),
      'source.beam_hours': rounded(this.#linac.beamHours, 3),
      'power.active': rounded(this.#kilowatts * (1 + 0.005 * this.#wobble), 2),
    };
  }

  #cooling(): Metrics {
    const isRunning = this.state !== 'off';
    return {
      'chiller.temp': rounded(Math.min(60, this.#chillerTemp), 1),
      'chiller.setpoint': this.#options.chillerSetpoint,
      'chiller.flow': isRunning ? rounded(this.#options.flow * (1 + 0.01 * this.#wobble), 1) : 0,
      'cabinet.temp': rounded(this.#cabinetTemp, 1),
    };
  }

  #surveillance(): Metrics {
    const beamDose = this.isBeamOn ? 0.1 : 0;
    return {
      'detector.ok': 99.5,
      'dose.boundary': rounded(0.1 + beamDose + 0.004 * this.#wobble, 3),
      'dose.operator': rounded(0.1 + beamDose / 4 + 0.004 * this.#wobble, 3),
      interlocks: 0,
      estop: this.state === 'emergency_stop',
      zone_clear: true,
      'scan.speed': this.state === 'scanning' ? 0.4 : 0,
      'scan.count': this.#scansBefore + this.cycle.scanCount,
    };
  }
}
