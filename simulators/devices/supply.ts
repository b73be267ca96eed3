import type { Random } from '../random.ts';
import { type Metrics, rounded } from './payload.ts';

/** A site's supply: mains meter and transfer switch. Its generator stands by and is started by hand. */
export class SimulatedSupply {
  readonly #fuel: number;
  #volts = 230;
  #hertz = 50;

  constructor(random: Random) {
    this.#fuel = random.between(55, 95);
  }

  /** `mainsVolts` is 0 where the mains is away. */
  step(mainsVolts: number, hertz: number): void {
    this.#volts = mainsVolts;
    this.#hertz = hertz;
  }

  telemetry(): Metrics {
    const isPresent = this.#volts > 0;
    return {
      'mains.present': isPresent,
      'mains.voltage': rounded(this.#volts, 1),
      'mains.frequency': isPresent ? rounded(this.#hertz, 2) : 0,
      'ats.position': isPresent ? 'mains' : 'off',
      'generator.state': 'off',
      'generator.fuel': rounded(this.#fuel, 1),
      'generator.power': 0,
    };
  }
}
