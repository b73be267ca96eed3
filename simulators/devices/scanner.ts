import { stepNoise } from '../physics/ornstein-uhlenbeck.ts';
import type { Random } from '../random.ts';
import { type Metrics, rounded } from './payload.ts';
import { type CycleState, type CycleSurroundings, ScannerCycle } from './scanner-cycle.ts';

/** kW by state, stationary and mobile (judgement); scanning is 32/16 with the beam, else as ready: mean 24/12. */
const KILOWATTS: Record<CycleState, readonly [number, number]> = {
  off: [1, 0.5],
  standby: [7, 3],
  warming_up: [13, 7],
  ready: [16, 9],
  scanning: [16, 9],
  cooldown: [9, 5],
};
const BEAM_KILOWATTS = [32, 16] as const;

/** Water temperature that a state settles at, K over the set point (judgement). */
const WATER_EXCESS: Record<CycleState, number> = {
  off: -8,
  standby: -1,
  warming_up: 0,
  ready: 0.2,
  scanning: 2,
  cooldown: -0.3,
};
const CHILLER_TAU_SECONDS = 480;

export interface ScannerOptions {
  isMobile: boolean;
  random: Random;
  state: CycleState;
  lat: number;
  lon: number;
  chillerSetpoint: number;
  /** Coolant, L/min, with the pump running. */
  flow: number;
}

/** A cargo X-ray scanner: linac source, water cooling, detectors; a mobile one on its truck with GPS. */
export class SimulatedScanner {
  readonly #options: ScannerOptions;
  readonly #random: Random;
  readonly #cycle: ScannerCycle;
  #kilowatts: number;
  #chillerTemp: number;
  #cabinetTemp = 24;
  #rssi = -85;
  #heaterHours: number;
  #beamHours: number;
  #scansBefore: number;
  #wobble = 0;

  constructor(options: ScannerOptions) {
    const { random } = options;
    this.#options = options;
    this.#random = random;
    this.#cycle = new ScannerCycle(options);
    this.#kilowatts = KILOWATTS[options.state][options.isMobile ? 1 : 0];
    this.#chillerTemp = options.chillerSetpoint + WATER_EXCESS[options.state];
    this.#heaterHours = random.between(2000, 7000);
    this.#beamHours = this.#heaterHours * random.between(0.2, 0.3);
    this.#scansBefore = Math.floor(random.between(10, 90));
  }

  get state(): CycleState {
    return this.#cycle.state;
  }

  /** Active power, kW. */
  get kilowatts(): number {
    return this.#kilowatts;
  }

  /** The beam is on in the middle half of a scan. */
  get isBeamOn(): boolean {
    const share = this.#cycle.elapsedSeconds / this.#cycle.lastsSeconds;
    return this.state === 'scanning' && share >= 0.25 && share < 0.75;
  }

  step(around: CycleSurroundings): void {
    this.#cycle.step(around);
    const { dtSeconds } = around;
    const size = this.#options.isMobile ? 1 : 0;
    const target = this.isBeamOn ? BEAM_KILOWATTS[size] : KILOWATTS[this.state][size];
    const settled = 1 - Math.exp(-dtSeconds / 2);
    this.#kilowatts = around.isPowered ? this.#kilowatts + (target - this.#kilowatts) * settled : 0;
    const water = this.#options.chillerSetpoint + WATER_EXCESS[this.state];
    this.#chillerTemp +=
      (water - this.#chillerTemp) * (1 - Math.exp(-dtSeconds / CHILLER_TAU_SECONDS));
    this.#drift(dtSeconds);
    if (['warming_up', 'ready', 'scanning'].includes(this.state)) {
      this.#heaterHours += dtSeconds / 3600;
    }
    if (this.isBeamOn) this.#beamHours += dtSeconds / 3600;
  }

  #drift(dtSeconds: number): void {
    const cabinet = { mean: 24, sigma: 1, tauSeconds: 900 };
    const signal = { mean: -85, sigma: 4, tauSeconds: 120 };
    this.#cabinetTemp = stepNoise(this.#cabinetTemp, cabinet, dtSeconds, this.#random);
    this.#rssi = stepNoise(this.#rssi, signal, dtSeconds, this.#random);
    // Instruments tremble a little; bounded, so that no value can leave its valid range.
    this.#wobble = Math.max(-3, Math.min(3, this.#random.gaussian()));
  }

  telemetry(): Metrics {
    return {
      state: this.state,
      ...this.#source(),
      ...this.#cooling(),
      ...this.#surveillance(),
      ...(this.#options.isMobile ? this.#vehicle() : {}),
    };
  }

  #source(): Metrics {
    const isOn = this.isBeamOn;
    const isHot = ['warming_up', 'ready', 'scanning'].includes(this.state);
    return {
      'beam.on': isOn,
      'beam.energy': this.#options.isMobile ? 4 : 6,
      'source.dose_rate': isOn ? rounded(4 + 0.05 * this.#wobble, 2) : 0,
      'source.prf': isOn ? 250 : 0,
      'modulator.hv': isHot ? rounded(42 + 0.1 * this.#wobble, 1) : 0,
      'magnetron.current': isOn ? rounded(95 + 0.5 * this.#wobble, 1) : 0,
      'linac.ion_pump': this.state === 'off' ? 0 : rounded(3 + 0.1 * this.#wobble, 1),
      'waveguide.sf6': rounded(2 + 0.01 * this.#wobble, 2),
      'source.heater_hours': rounded(this.#heaterHours, 3),
      'source.beam_hours': rounded(this.#beamHours, 3),
      'power.active': rounded(this.#kilowatts * (1 + 0.005 * this.#wobble), 2),
    };
  }

  #cooling(): Metrics {
    const isRunning = this.state !== 'off';
    return {
      'chiller.temp': rounded(this.#chillerTemp, 1),
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
      estop: false,
      zone_clear: true,
      'scan.speed': this.state === 'scanning' ? 0.4 : 0,
      'scan.count': this.#scansBefore + this.#cycle.scanCount,
      'modem.rssi': Math.round(Math.max(-115, Math.min(-50, this.#rssi))),
    };
  }

  #vehicle(): Metrics {
    return {
      'gps.lat': rounded(this.#options.lat + 0.00001 * this.#wobble, 5),
      'gps.lon': rounded(this.#options.lon + 0.00001 * this.#wobble, 5),
      'gps.fix': '3d',
      'boom.deployed': this.state !== 'off',
      'vehicle.battery': rounded(27.6 + 0.05 * this.#wobble, 2),
    };
  }
}
