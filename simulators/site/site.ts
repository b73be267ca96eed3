import type { SiteConfig } from '../../src/contract/config.ts';
import type { Kind } from '../../src/contract/kind.ts';
import type { Metrics } from '../devices/payload.ts';
import { SimulatedScanner } from '../devices/scanner.ts';
import type { CycleState } from '../devices/scanner-cycle.ts';
import { SimulatedSupply } from '../devices/supply.ts';
import { SimulatedUps } from '../devices/ups.ts';
import { MainsVoltage } from '../physics/mains.ts';
import { createRandom, type Random } from '../random.ts';

/** How a battery stands when a run begins; the rest is drawn from the seed. */
export interface BatteryStart {
  /** State of charge, 0–1. */
  charge?: number;
  /** Share of the new capacity that is left, 0–1. */
  stateOfHealth?: number;
}

export interface SiteOptions {
  id: string;
  config: SiteConfig;
  seed: number;
  batteries: Readonly<Record<string, BatteryStart>>;
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
  telemetry(): Metrics;
  /** What is told at once when it changes: `ups.status`, `state` or `mains.present`. */
  told(): string;
  /** Whether the device's own electronics have a supply. */
  isAlive(): boolean;
}

interface DeviceInput {
  name: string;
  device: SiteConfig['devices'][string];
  config: SiteConfig;
  random: Random;
  start: BatteryStart;
}

interface PoweredScanner {
  scanner: SimulatedScanner;
  supplies: readonly SimulatedUps[];
}

function startState(random: Random): CycleState {
  const draw = random.next();
  if (draw < 0.8) return 'ready';
  return draw < 0.93 ? 'standby' : 'warming_up';
}

function createUps({ device, random, start }: DeviceInput): SimulatedUps {
  const { kW = 36, capacityAh = 65, blocks = 32 } = device.rated ?? {};
  const stateOfHealth = start.stateOfHealth ?? random.between(0.82, 1);
  const temperatureC = random.between(20, 27);
  // A few strings are still recharging from an earlier cut.
  const charge = random.next() < 0.2 ? random.between(0.75, 0.98) : 1;
  return new SimulatedUps({
    battery: { capacityAh, blocks, ratedKw: kW, stateOfHealth, temperatureC },
    charge: start.charge ?? charge,
    random,
  });
}

function createScanner({ device, config, random }: DeviceInput): SimulatedScanner {
  return new SimulatedScanner({
    isMobile: device.mobile ?? false,
    random,
    state: startState(random),
    lat: config.lat ?? 49,
    lon: config.lon ?? 31,
    chillerSetpoint: device.rated?.chillerSetpoint ?? 28,
    flow: device.rated?.flow ?? 20,
  });
}

/** A crossing: one mains, the UPSs on it, the scanners on those, and the site's supply meter. */
export class SimulatedSite {
  readonly devices: SiteDevice[] = [];
  readonly #mains: MainsVoltage;
  readonly #units = new Map<string, SimulatedUps>();
  readonly #scanners: PoweredScanner[] = [];
  readonly #meters: SimulatedSupply[] = [];

  constructor({ id, config, seed, batteries }: SiteOptions) {
    this.#mains = new MainsVoltage(createRandom(seed, id));
    const entries = Object.entries(config.devices);
    // Scanners hang on UPSs, which must exist first whatever the order of the file.
    const isLast = ([, device]: (typeof entries)[number]) => device.kind === 'scanner';
    entries.sort((a, b) => Number(isLast(a)) - Number(isLast(b)));
    for (const [name, device] of entries) {
      const random = createRandom(seed, `${id}/${name}`);
      const start = batteries[`${id}/${name}`] ?? {};
      this.devices.push({
        id: name,
        kind: device.kind,
        intervalSeconds: device.interval ?? 5,
        ...this.#attach({ name, device, config, random, start }),
      });
    }
  }

  get isPowered(): boolean {
    return this.#mains.isPresent;
  }

  set isPowered(isPowered: boolean) {
    this.#mains.isPresent = isPowered;
  }

  #attach(input: DeviceInput): Pick<SiteDevice, 'telemetry' | 'told' | 'isAlive'> {
    if (input.device.kind === 'ups') {
      const unit = createUps(input);
      this.#units.set(input.name, unit);
      return {
        telemetry: () => unit.telemetry(),
        told: () => unit.status,
        isAlive: () => !unit.isExhausted,
      };
    }
    if (input.device.kind === 'power') {
      const meter = new SimulatedSupply(input.random);
      this.#meters.push(meter);
      // The meter has a small battery of its own.
      return {
        telemetry: () => meter.telemetry(),
        told: () => String(this.isPowered),
        isAlive: () => true,
      };
    }
    const scanner = createScanner(input);
    const names = input.device.poweredBy ?? [];
    const supplies = names.flatMap((name) => this.#units.get(name) ?? []);
    this.#scanners.push({ scanner, supplies });
    return {
      telemetry: () => scanner.telemetry(),
      told: () => scanner.state,
      isAlive: () => this.#feeding(supplies).powered,
    };
  }

  /** A scanner without a UPS runs straight from the mains. */
  #feeding(supplies: readonly SimulatedUps[]) {
    const live = supplies.filter((unit) => !unit.isExhausted);
    const hasMains = this.isPowered;
    return { live, powered: supplies.length === 0 ? hasMains : hasMains || live.length > 0 };
  }

  step({ dtSeconds, hourOfDay, hertz }: Surroundings): void {
    this.#mains.step(dtSeconds, hourOfDay);
    const mainsVolts = this.#mains.volts;
    const loads = new Map<SimulatedUps, number>();
    for (const { scanner, supplies } of this.#scanners) {
      const { live, powered } = this.#feeding(supplies);
      const isOnBattery = !this.isPowered;
      scanner.step({ dtSeconds, hourOfDay, isOnBattery, isPowered: powered });
      for (const unit of live) {
        loads.set(unit, (loads.get(unit) ?? 0) + scanner.kilowatts / live.length);
      }
    }
    for (const unit of this.#units.values()) {
      unit.step({ dtSeconds, mainsVolts, hertz, loadKw: loads.get(unit) ?? 0 });
    }
    for (const meter of this.#meters) meter.step(mainsVolts, hertz);
  }
}
