import { SimulatedFleet } from './fleet.ts';
import type { FleetPublisher } from './publisher.ts';
import type { Scenario } from './scenarios/scenario.ts';
import type { TopologySource } from './site/topology.ts';

const STEP_MS = 100;

export interface RunOptions {
  topology: TopologySource;
  scenario: Scenario;
  publisher: FleetPublisher;
  seed: number;
  root: string;
  /** How much faster than real time the simulated clock goes. */
  speed: number;
  /** Told when sites lose or regain mains. */
  onPower?: (change: { isPowered: boolean; sites: readonly string[] }) => void;
}

/** A running simulation: steps the fleet by the wall clock and hands what is due to the publisher. */
export class SimulationRun {
  readonly #options: RunOptions;
  readonly #fleet: SimulatedFleet;
  readonly #startedAt: number;
  #dark: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RunOptions) {
    const { topology, seed, root, scenario } = options;
    this.#options = options;
    this.#startedAt = Date.now();
    this.#fleet = new SimulatedFleet({
      topology,
      seed,
      root,
      now: this.#startedAt,
      batteries: scenario.batteries,
    });
  }

  get deviceCount(): number {
    return this.#fleet.deviceCount;
  }

  /** Simulated seconds since the run began. */
  get elapsedSeconds(): number {
    return ((Date.now() - this.#startedAt) / 1000) * this.#options.speed;
  }

  start(): void {
    this.#timer = setInterval(() => this.#step(), STEP_MS);
  }

  /** Says goodbye for every device. The publisher is the caller's to stop. */
  stop(): void {
    clearInterval(this.#timer);
    this.#options.publisher.send(this.#fleet.farewell());
  }

  #step(): void {
    const elapsed = this.elapsedSeconds;
    this.#switchPower(this.#options.scenario.darkSites(elapsed));
    this.#options.publisher.send(this.#fleet.step(this.#startedAt + elapsed * 1000));
  }

  #switchPower(dark: ReadonlySet<string>): void {
    const lost = [...dark].filter((site) => !this.#dark.has(site));
    const back = [...this.#dark].filter((site) => !dark.has(site));
    this.#dark = dark;
    this.#fleet.cutPower(lost);
    this.#fleet.restorePower(back);
    if (lost.length > 0) this.#options.onPower?.({ isPowered: false, sites: lost });
    if (back.length > 0) this.#options.onPower?.({ isPowered: true, sites: back });
  }
}
