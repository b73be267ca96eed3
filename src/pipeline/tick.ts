import type { Fleet } from '../domain/fleet.ts';
import type { Clock, LiveFeed } from '../ports.ts';
import type { AlarmDesk } from './alarm-desk.ts';
import type { Ingest } from './ingest.ts';

const PERIOD_MS = 1000;
/** A second that takes this long (ms) is of a process that was paused, or was busy. */
const STOOD_STILL_MS = 3000;
/** Held messages are looked after no more often than this (ms), however many devices they are of. */
const RELEASE_MS = 50;

interface TickOptions {
  fleet: Fleet;
  desk: AlarmDesk;
  ingest: Ingest;
  live: LiveFeed;
  clock: Clock;
}

/**
 * Once a second: our clock, delays that end, devices that fall silent. Backlogs that have been read count
 * when their time has come.
 */
export class Tick {
  readonly #options: TickOptions;
  #timer: NodeJS.Timeout | undefined;
  #release: NodeJS.Timeout | undefined;

  constructor(options: TickOptions) {
    this.#options = options;
  }

  start(): void {
    let lastAt = performance.now();
    this.#timer = setInterval(() => {
      const { clock, desk } = this.#options;
      const at = performance.now();
      if (at - lastAt > STOOD_STILL_MS) desk.resumed(clock.now());
      lastAt = at;
      this.step(clock.now());
    }, PERIOD_MS);
    this.expectRelease();
  }

  stop(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#release);
    this.#timer = undefined;
  }

  /** A message is held: it shall count without waiting for the next second. */
  expectRelease(): void {
    const { fleet, clock } = this.#options;
    if (this.#timer === undefined || this.#release !== undefined) return;
    const at = fleet.releaseAt();
    if (at === undefined) return;
    // What came in while this process was busy is read first: a backlog may go on there.
    this.#release = setTimeout(
      () => setImmediate(() => this.#releaseDue()),
      Math.max(RELEASE_MS, at - clock.now()),
    );
  }

  step(before: number): void {
    const { fleet, desk, ingest, live, clock } = this.#options;
    const setBy = clock.follow?.() ?? 0;
    const now = setBy === 0 ? before : clock.now();
    if (setBy !== 0) {
      fleet.shiftTimes(setBy, now);
      desk.shiftTimes(setBy, now);
    }
    ingest.release(now);
    for (const { site, id, freshness } of fleet.freshnessChanges(now)) {
      const state = fleet.state(site, id);
      // One that has not been heard since the start has not fallen silent by that.
      if (freshness === 'offline' && state?.lastSeen !== undefined) desk.silenced(state);
      for (const fed of fleet.poweredFrom(site, id)) live.deviceChanged(site, fed);
    }
    desk.tick(now);
  }

  #releaseDue(): void {
    this.#release = undefined;
    this.#options.ingest.release(this.#options.clock.now());
    this.expectRelease();
  }
}
