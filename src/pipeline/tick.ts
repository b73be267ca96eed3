import type { Fleet } from '../domain/fleet.ts';
import type { Clock, LiveFeed } from '../ports.ts';
import type { AlarmDesk } from './alarm-desk.ts';
import type { Ingest } from './ingest.ts';

const PERIOD_MS = 1000;

interface TickOptions {
  fleet: Fleet;
  desk: AlarmDesk;
  ingest: Ingest;
  live: LiveFeed;
  clock: Clock;
}

/** Once a second: delays that end, backlogs that have been read, devices that fall silent. */
export class Tick {
  readonly #options: TickOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TickOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.step(this.#options.clock.now()), PERIOD_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  step(now: number): void {
    const { fleet, desk, ingest, live } = this.#options;
    ingest.release(now);
    for (const { site, id, freshness } of fleet.freshnessChanges(now)) {
      if (freshness === 'offline') desk.silenced(site, id);
      for (const fed of fleet.poweredFrom(site, id)) live.deviceChanged(site, fed);
    }
    desk.tick(now);
  }
}
