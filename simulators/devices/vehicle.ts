import { createRoute, type Point, type Route } from '../physics/route.ts';
import type { Random } from '../random.ts';
import { type Metrics, rounded } from './payload.ts';

/** The truck of a mobile scanner: where it stands or drives, and its own battery. */
export class Vehicle {
  readonly #random: Random;
  #at: Point;
  #route: Route | undefined;
  #drivenSeconds = 0;

  constructor(at: Point, random: Random) {
    this.#at = at;
    this.#random = random;
  }

  get isDriving(): boolean {
    return this.#route !== undefined && this.#drivenSeconds < this.#route.durationSeconds;
  }

  /** Sets out for `to` at `averageKmh`, on the great circle stretched by nothing: roads are judgement. */
  drive(to: Point, averageKmh: number): void {
    this.#route = createRoute([this.#at, to], { averageKmh });
    this.#drivenSeconds = 0;
  }

  step(dtSeconds: number): void {
    if (this.#route === undefined) return;
    this.#drivenSeconds += dtSeconds;
    this.#at = this.#route.positionAt(this.#drivenSeconds);
  }

  telemetry(): Metrics {
    // A receiver's scatter of a metre or two; bounded, so that no value can leave its valid range.
    const scatter = () => 0.00001 * Math.max(-3, Math.min(3, this.#random.gaussian()));
    const volts = (this.isDriving ? 28.2 : 27.6) + 5000 * scatter();
    return {
      'gps.lat': rounded(this.#at.lat + scatter(), 5),
      'gps.lon': rounded(this.#at.lon + scatter(), 5),
      'gps.fix': '3d',
      'vehicle.battery': rounded(volts, 2),
    };
  }
}
