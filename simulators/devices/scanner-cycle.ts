import type { ScannerState } from '../../src/contract/scanner-state.ts';
import { secondsToNextTruck } from '../physics/traffic.ts';
import type { Random } from '../random.ts';

/** What a person or a defect does to a scanner; `park` switches it off for the road, `switched_off` for the night. */
export type ScannerOrder = 'fault' | 'emergency_stop' | 'maintenance' | 'park' | 'switched_off';

/** Seconds of each step (judgement): boot, warm-up from cold or warm, cooling, shutting down. */
const BOOT = [180, 300] as const;
const COLD_WARM_UP = [720, 1200] as const;
const WARM_UP = [180, 300] as const;
const SCAN = [20, 60] as const;
const COOLDOWN = 300;
const IDLE = 1800;
const SAVE_IMAGE = 30;
/** From standby on battery to off; a mobile scanner stows its boom first. Together 8 and 10 minutes. */
const SHUTDOWN = { fixed: 150, mobile: 270 } as const;

export interface CycleOptions {
  isMobile: boolean;
  random: Random;
  state: ScannerState;
}

export interface CycleSurroundings {
  dtSeconds: number;
  hourOfDay: number;
  /** The supply is a battery: no new scan begins and the scanner shuts down safely. */
  isOnBattery: boolean;
  /** There is a supply at all. */
  isPowered: boolean;
}

/**
 * The cycle of a cargo scanner: off → standby → warming_up → ready ⇄ scanning → ready → cooldown →
 * standby. On battery a running scan is finished, then it cools down, stands by and switches off.
 * Faults, emergency stops and maintenance last as long as they are ordered; a person resets them.
 */
export class ScannerCycle {
  state: ScannerState;
  order: ScannerOrder | undefined;
  /** The operators go on as if mains were there. */
  keepsScanning = false;
  /** Seconds in the present state, and how many it is to last. */
  elapsedSeconds = 0;
  lastsSeconds: number;
  scanCount = 0;
  #truckInSeconds = 0;
  #waitingTrucks = 0;
  #isCold: boolean;
  #onBatterySeconds = 0;
  readonly #isMobile: boolean;
  readonly #random: Random;

  constructor({ isMobile, random, state }: CycleOptions) {
    this.#isMobile = isMobile;
    this.#random = random;
    this.state = state;
    this.#isCold = state !== 'ready';
    this.lastsSeconds = this.#duration(state);
    // A run begins in the middle of a working day, not with everything freshly switched over.
    this.elapsedSeconds = random.next() * Math.min(this.lastsSeconds, COLD_WARM_UP[0]);
    this.#truckInSeconds = random.between(5, 600);
  }

  get #isOver(): boolean {
    return this.elapsedSeconds >= this.lastsSeconds;
  }

  #between([low, high]: readonly [number, number]): number {
    return this.#random.between(low, high);
  }

  #duration(state: ScannerState): number {
    switch (state) {
      case 'off':
        return this.#between(BOOT);
      case 'standby':
        return SHUTDOWN[this.#isMobile ? 'mobile' : 'fixed'];
      case 'warming_up':
        return this.#between(this.#isCold ? COLD_WARM_UP : WARM_UP);
      case 'ready':
        return IDLE;
      case 'scanning':
        return this.#between(SCAN);
      case 'cooldown':
        return COOLDOWN;
      default:
        return Number.POSITIVE_INFINITY;
    }
  }

  #enter(state: ScannerState): void {
    if (state === 'ready') this.#isCold = false;
    if (state === 'standby' || state === 'off') this.#isCold = true;
    this.state = state;
    this.elapsedSeconds = 0;
    this.lastsSeconds = this.#duration(state);
  }

  step(around: CycleSurroundings): void {
    this.elapsedSeconds += around.dtSeconds;
    this.#onBatterySeconds = around.isOnBattery ? this.#onBatterySeconds + around.dtSeconds : 0;
    this.#countTrucks(around);
    if (!around.isPowered) {
      if (this.state !== 'off') this.#enter('off');
      this.elapsedSeconds = 0;
      return;
    }
    const next = this.#ordered() ?? this.#next(around.isOnBattery && !this.keepsScanning);
    if (next === undefined) return;
    if (this.state === 'scanning') this.scanCount += 1;
    if (next === 'scanning') this.#waitingTrucks -= 1;
    this.#enter(next);
  }

  /** Poisson arrivals, 6 an hour at a stationary scanner and 3.5 at a mobile one. */
  #countTrucks({ dtSeconds, hourOfDay }: CycleSurroundings): void {
    this.#truckInSeconds -= dtSeconds;
    if (this.#truckInSeconds > 0) return;
    this.#waitingTrucks = Math.min(this.#waitingTrucks + 1, 20);
    const perHour = this.#isMobile ? 3.5 : 6;
    this.#truckInSeconds = secondsToNextTruck(perHour, hourOfDay, this.#random);
  }

  /** Where an order leads at once. */
  #ordered(): ScannerState | undefined {
    const { order, state } = this;
    if (order === 'emergency_stop') return state === order ? undefined : order;
    if (order === 'fault' && !['off', 'fault', 'emergency_stop'].includes(state)) return order;
    return undefined;
  }

  #next(isOnBattery: boolean): ScannerState | undefined {
    const isClosing = this.order === 'park' || this.order === 'switched_off';
    const isLeaving = isOnBattery || isClosing || this.order === 'maintenance';
    const hasWork = this.#waitingTrucks > 0 && !isLeaving;
    switch (this.state) {
      case 'off':
        if (this.order === 'maintenance') return 'maintenance';
        return this.#isOver && !isLeaving ? 'standby' : undefined;
      case 'standby':
        if (this.order === 'maintenance') return 'maintenance';
        if (isClosing) return this.#isOver ? 'off' : undefined;
        // Hours of standby on mains do not count as shutting down.
        if (isOnBattery) {
          return this.#isOver && this.#onBatterySeconds >= this.lastsSeconds ? 'off' : undefined;
        }
        return hasWork ? 'warming_up' : undefined;
      case 'warming_up':
        if (isLeaving) return 'standby';
        return this.#isOver ? 'ready' : undefined;
      case 'ready':
        if (isOnBattery) return this.#onBatterySeconds >= SAVE_IMAGE ? 'cooldown' : undefined;
        if (isLeaving) return 'cooldown';
        if (hasWork && this.elapsedSeconds >= SAVE_IMAGE) return 'scanning';
        return this.#isOver ? 'cooldown' : undefined;
      case 'scanning':
        return this.#isOver ? 'ready' : undefined;
      case 'cooldown':
        if (hasWork) return 'warming_up';
        return this.#isOver ? 'standby' : undefined;
      case 'maintenance':
        return this.order === 'maintenance' ? undefined : 'standby';
      case 'fault':
      case 'emergency_stop':
        return this.order === this.state ? undefined : 'standby';
    }
  }
}
