import type { SiteConfig } from '../../src/contract/config.ts';
import type { Kind } from '../../src/contract/kind.ts';
import type { Metrics } from '../devices/payload.ts';
import type { SimulatedScanner } from '../devices/scanner.ts';
import { SimulatedSupply } from '../devices/supply.ts';
import type { SimulatedUps } from '../devices/ups.ts';
import { Generator, startFailureChance } from '../physics/generator.ts';
import { MainsVoltage } from '../physics/mains.ts';
import { Mast } from '../physics/mast.ts';
import { TransferSwitch } from '../physics/transfer-switch.ts';
import { createRandom, type Random } from '../random.ts';
import { createScanner, createUps, type DeviceConfig } from './device.ts';

/** Lights, air conditioning and offices that hang on the generator beside the UPSs, kW (judgement). */
const HOUSE_KW = 6;
const GENERATOR = { ratedKw: 60, tankLitres: 120 } as const;

export interface SiteOptions {
  id: string;
  config: SiteConfig;
  seed: number;
}

export interface Surroundings {
  dtSeconds: number;
  hourOfDay: number;
  hertz: number;
}

/** A device as the fleet sees it: a name, and what it would publish now. */
export interface SiteDevice {
  id: string;
  kind: Kind;
  intervalSeconds: number;
  /** A UPS or meter says that mains is away, and not for a test's sake. */
  isInputLost?(): boolean;
  /** It lies about that. */
  isForged?(): boolean;
  /** A metric with a value in every message, by which points are counted in the store. */
  countedBy: string;
  ups?: SimulatedUps;
  scanner?: SimulatedScanner;
  telemetry(): Metrics;
  /** What is told at once when it changes: `ups.status`, `state` or `mains.present`. */
  told(): string;
  /** The state that its message tells, where that is not the whole truth. */
  says?(): string;
  /** Its true state, in the monitor's words for power, or a scanner's operating state. */
  state(): string;
  /** Whether the device's own electronics have a supply. */
  isAlive(): boolean;
}

interface PoweredScanner {
  scanner: SimulatedScanner;
  supplies: readonly SimulatedUps[];
}

/** A crossing: one mains, a generator behind a transfer switch, the UPSs, the scanners on those. */
export class SimulatedSite {
  readonly id: string;
  readonly devices: SiteDevice[] = [];
  readonly mains: MainsVoltage;
  readonly mast: Mast;
  readonly generator: Generator | undefined;
  readonly transfer = new TransferSwitch();
  ambientC = 20;
  /** Why mains is gone, or was last. */
  cause = 'local';
  readonly #cuts = new Set<string>();
  readonly #random: Random;
  readonly #units = new Map<string, SimulatedUps>();
  readonly #scanners: PoweredScanner[] = [];
  readonly #meters: SimulatedSupply[] = [];

  constructor({ id, config, seed }: SiteOptions) {
    this.id = id;
    this.mains = new MainsVoltage(createRandom(seed, id));
    this.mast = new Mast(createRandom(seed, `mast/${id}`));
    this.#random = createRandom(seed, `generator/${id}`);
    const hasGenerator = Object.values(config.feeds ?? {}).some((feed) => feed.generator);
    if (hasGenerator) {
      const fuelShare = this.#random.between(0.55, 0.95);
      this.generator = new Generator({ ...GENERATOR, fuelShare, random: this.#random });
    }
    const entries = Object.entries(config.devices);
    // Scanners hang on UPSs, which must exist first whatever the order of the file.
    const isLast = ([, device]: (typeof entries)[number]) => device.kind === 'scanner';
    entries.sort((a, b) => Number(isLast(a)) - Number(isLast(b)));
    for (const [name, device] of entries) {
      const random = createRandom(seed, `${id}/${name}`);
      const base = { id: name, kind: device.kind, intervalSeconds: device.interval ?? 5 };
      this.devices.push({ ...base, ...this.#attach({ name, device, config, random }) });
    }
  }

  get isPowered(): boolean {
    return this.mains.isPresent;
  }

  /** Whether anything goes on that a second's step would be too coarse for. */
  get isAbnormal(): boolean {
    if (!this.isPowered || this.mains.factor !== 1 || !this.mast.isUp) return true;
    if (this.generator !== undefined && this.generator.state !== 'off') return true;
    return this.#units.values().some((unit) => unit.isAbnormal);
  }

  /** Takes mains away for a reason of which there may be several at once. */
  cut(id: string, cause: string): void {
    if (this.#cuts.size === 0) this.#drawStart();
    this.cause = cause;
    this.#cuts.add(id);
    this.mains.isPresent = false;
  }

  restore(id: string): void {
    this.#cuts.delete(id);
    this.mains.isPresent = this.#cuts.size === 0;
  }

  step({ dtSeconds, hourOfDay, hertz }: Surroundings): void {
    this.mains.step(dtSeconds, hourOfDay);
    this.mast.step(dtSeconds, { isMainsPresent: this.isPowered, ambientC: this.ambientC });
    this.#stepGenerator(dtSeconds);
    const position = this.transfer.position;
    const inputVolts = { mains: this.mains.volts, generator: 230, off: 0 }[position];
    const inputHertz = position === 'generator' ? 50 : hertz;
    const loads = new Map<SimulatedUps, number>();
    for (const { scanner, supplies } of this.#scanners) {
      const live = supplies.filter((unit) => unit.isOutputLive);
      const isPowered = supplies.length === 0 ? inputVolts > 0 : live.length > 0;
      const isOnBattery = supplies.length > 0 && supplies.every((unit) => unit.isOnBattery);
      scanner.step({ dtSeconds, hourOfDay, isOnBattery, isPowered });
      for (const unit of live) {
        loads.set(unit, (loads.get(unit) ?? 0) + scanner.kilowatts / live.length);
      }
    }
    for (const unit of this.#units.values()) {
      unit.step({ dtSeconds, inputVolts, hertz: inputHertz, loadKw: loads.get(unit) ?? 0 });
    }
    this.#readMeters(position, hertz);
  }

  #stepGenerator(dtSeconds: number): void {
    const isMainsPresent = this.isPowered;
    const { generator, transfer } = this;
    if (generator !== undefined) {
      const loadKw = this.#units.values().reduce((sum, unit) => sum + unit.inputKw, HOUSE_KW);
      const isLoaded = transfer.position === 'generator';
      generator.step(dtSeconds, { isMainsPresent, isLoaded, loadKw });
    }
    const isGeneratorProducing = generator?.isProducing ?? false;
    transfer.step(dtSeconds, { isMainsPresent, isGeneratorProducing });
  }

  #readMeters(position: TransferSwitch['position'], hertz: number): void {
    const set = this.generator;
    const generator =
      set === undefined
        ? { state: 'off' as const, fuelShare: 0, isAuto: false, loadKw: 0 }
        : { state: set.state, fuelShare: set.fuelShare, isAuto: set.isAuto, loadKw: set.loadKw };
    for (const meter of this.#meters) {
      meter.step({ mainsVolts: this.mains.volts, hertz, position, generator });
    }
  }

  /** Whether this start will fail: a set that a scenario has broken stays as it is. */
  #drawStart(): void {
    const { generator } = this;
    if (generator === undefined || generator.failure !== undefined) return;
    const isFailing = this.#random.next() < startFailureChance(this.ambientC);
    if (isFailing && generator.state === 'off') generator.failure = 'crank';
  }

  #attach(input: {
    name: string;
    device: DeviceConfig;
    config: SiteConfig;
    random: Random;
  }): Omit<SiteDevice, 'id' | 'kind' | 'intervalSeconds'> {
    const { name, device, config, random } = input;
    if (device.kind === 'ups') return this.#attachUps(name, device, random);
    if (device.kind === 'power') return this.#attachMeter();
    const scanner = createScanner({ device, config, random });
    const supplies = (device.poweredBy ?? []).flatMap((unit) => this.#units.get(unit) ?? []);
    this.#scanners.push({ scanner, supplies });
    return {
      scanner,
      countedBy: 'power.active',
      telemetry: () => ({ ...scanner.telemetry(), 'modem.rssi': Math.round(this.mast.rssi) }),
      told: () => scanner.state,
      state: () => scanner.state,
      // Switched off for the night its electronics are without power, too.
      isAlive: () =>
        (scanner.state !== 'off' || scanner.cycle.order !== 'switched_off') &&
        (supplies.length === 0
          ? this.transfer.position !== 'off'
          : supplies.some((unit) => unit.isOutputLive)),
    };
  }

  #attachUps(name: string, device: DeviceConfig, random: Random) {
    const ups = createUps(device, random);
    this.#units.set(name, ups);
    return {
      ups,
      countedBy: 'battery.voltage',
      isInputLost: () => ups.isInputLost,
      isForged: () => ups.isForging,
      telemetry: () => ups.telemetry(),
      told: () => ups.status,
      state: () => ups.power,
      // Its last word is a low battery; that the load is dead nobody hears.
      says: () => (ups.isExhausted ? 'low' : ups.power),
      // Its own electronics live on the string as long as that holds anything.
      isAlive: () => !ups.isExhausted,
    };
  }

  #attachMeter() {
    const meter = new SimulatedSupply();
    this.#meters.push(meter);
    return {
      countedBy: 'mains.voltage',
      isInputLost: () => !this.isPowered,
      telemetry: () => meter.telemetry(),
      told: () => meter.told,
      state: () => meter.power,
      // The meter has a small battery of its own.
      isAlive: () => true,
    };
  }
}
