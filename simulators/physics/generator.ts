import type { Random } from '../random.ts';

/** Why a generator does not start, or does not go on. */
export type GeneratorFailure =
  | 'starter_battery'
  | 'no_fuel'
  | 'gelled_fuel'
  | 'crank'
  | 'overtemperature';

const CONFIRM_SECONDS = 5;
const CRANK_SECONDS = 10;
const CRANKS = 3;
const COOL_RUN_SECONDS = 300;
const OVERHEATS_AFTER_SECONDS = 360;
const REFERENCE_KW = 60;

export interface GeneratorOptions {
  ratedKw: number;
  tankLitres: number;
  /** 0–1 */
  fuelShare: number;
  random: Random;
}

export interface GeneratorSurroundings {
  isMainsPresent: boolean;
  /** The transfer switch still takes its power from here. */
  isLoaded: boolean;
  loadKw: number;
}

/** Chance that a start fails: 5 %, and 15 % below −10 °C (judgement). */
export function startFailureChance(ambientCelsius: number): number {
  return ambientCelsius < -10 ? 0.15 : 0.05;
}

/**
 * Litres an hour: 3.1 + 15.1·x for a 60 kW set, x = load/rated; in proportion for other sizes. Makers'
 * tables of 60 kW sets say 6.8, 11.0, 14.4 and 18.2 at a quarter, half, three quarters and full load.
 */
export function litresAnHour(loadKw: number, ratedKw: number): number {
  return (3.1 + 15.1 * (loadKw / ratedKw)) * (ratedKw / REFERENCE_KW);
}

/**
 * A diesel set that starts by itself: 5 s to confirm the loss, up to 3 cranks of 10 s each, so it gives
 * voltage some 7–35 s after the loss; when mains is back and nobody takes power any more, 5 min of cool
 * run (judgement). A failed set stays failed until a person resets it.
 */
export class Generator {
  state: 'off' | 'start' | 'run' | 'fail' = 'off';
  /** 0–1 */
  fuelShare: number;
  isAuto = true;
  failure: GeneratorFailure | undefined;
  loadKw = 0;
  readonly ratedKw: number;
  readonly #tankLitres: number;
  readonly #random: Random;
  #seconds = 0;
  #catchesAfter = 0;
  #idleSeconds = 0;

  constructor({ ratedKw, tankLitres, fuelShare, random }: GeneratorOptions) {
    this.ratedKw = ratedKw;
    this.#tankLitres = tankLitres;
    this.fuelShare = fuelShare;
    this.#random = random;
  }

  get isProducing(): boolean {
    return this.state === 'run';
  }

  /** A person has put it right. */
  reset(): void {
    this.failure = undefined;
    if (this.state === 'fail') this.#enter('off');
  }

  step(dtSeconds: number, { isMainsPresent, isLoaded, loadKw }: GeneratorSurroundings): void {
    this.#seconds += dtSeconds;
    this.loadKw = this.isProducing && isLoaded ? loadKw : 0;
    switch (this.state) {
      case 'off':
        if (isMainsPresent || !this.isAuto) this.#seconds = 0;
        else if (this.#seconds >= CONFIRM_SECONDS) this.#crank();
        return;
      case 'start':
        this.#cranking();
        return;
      case 'run':
        this.#run(dtSeconds, isMainsPresent && !isLoaded);
        return;
      case 'fail':
        return;
    }
  }

  #enter(state: Generator['state']): void {
    this.state = state;
    this.#seconds = 0;
  }

  #crank(): void {
    this.#enter('start');
    // Most catch at the first crank; each takes a few seconds of it.
    const cranks = this.#random.next() < 0.85 ? 0 : Math.floor(this.#random.between(1, CRANKS));
    this.#catchesAfter = cranks * CRANK_SECONDS + this.#random.between(3, CRANK_SECONDS);
  }

  #cranking(): void {
    const isStartable = this.failure === undefined || this.failure === 'overtemperature';
    if (isStartable && this.fuelShare > 0) {
      if (this.#seconds < this.#catchesAfter) return;
      this.#idleSeconds = 0;
      this.#enter('run');
    } else if (this.failure === 'starter_battery' || this.#seconds >= CRANKS * CRANK_SECONDS) {
      this.#enter('fail');
    }
  }

  #run(dtSeconds: number, isIdle: boolean): void {
    const litres = (litresAnHour(this.loadKw, this.ratedKw) * dtSeconds) / 3600;
    this.fuelShare = Math.max(0, this.fuelShare - litres / this.#tankLitres);
    this.#idleSeconds = isIdle ? this.#idleSeconds + dtSeconds : 0;
    const isHot = this.failure === 'overtemperature' && this.#seconds >= OVERHEATS_AFTER_SECONDS;
    if (this.fuelShare === 0 || isHot) this.#enter('fail');
    else if (this.#idleSeconds >= COOL_RUN_SECONDS) this.#enter('off');
  }
}
