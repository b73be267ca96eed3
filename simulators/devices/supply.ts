import { type Metrics, rounded } from './payload.ts';

/** What a supply meter sees. */
export interface SupplyReading {
  /** 0 where mains is away. */
  mainsVolts: number;
  hertz: number;
  position: 'mains' | 'generator' | 'off';
  generator: {
    state: 'off' | 'start' | 'run' | 'fail';
    fuelShare: number;
    isAuto: boolean;
    loadKw: number;
  };
}

/** A site's supply: mains meter and transfer switch, and what they hear from the generator. */
export class SimulatedSupply {
  #reading: SupplyReading = {
    mainsVolts: 230,
    hertz: 50,
    position: 'mains',
    generator: { state: 'off', fuelShare: 0.8, isAuto: true, loadKw: 0 },
  };

  step(reading: SupplyReading): void {
    this.#reading = reading;
  }

  /** Where the site's power truly comes from. */
  get power(): 'mains' | 'generator' | 'off' {
    return this.#reading.position;
  }

  /** What changes at once: `mains.present`, and the switch that follows it. */
  get told(): string {
    const { mainsVolts, position, generator } = this.#reading;
    return `${mainsVolts > 0} ${position} ${generator.state}`;
  }

  telemetry(): Metrics {
    const { mainsVolts, hertz, position, generator } = this.#reading;
    const isPresent = mainsVolts > 0;
    return {
      'mains.present': isPresent,
      'mains.voltage': rounded(mainsVolts, 1),
      'mains.frequency': isPresent ? rounded(hertz, 2) : 0,
      'ats.position': position,
      'generator.state': generator.state,
      'generator.auto': generator.isAuto,
      'generator.fuel': rounded(generator.fuelShare * 100, 1),
      'generator.power': rounded(generator.loadKw, 1),
    };
  }
}
