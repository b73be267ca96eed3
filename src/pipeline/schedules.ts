import type { ScheduleCommand } from '../contract/command.ts';
import { DEFAULT_TIMEZONE, type Topology } from '../contract/config.ts';
import { outageScheduleSchema, type ScheduleView } from '../contract/schedule.ts';
import { type Cut, ScheduleBook, type SchedulePlace } from '../domain/schedule/schedule-book.ts';

/** Cuts are announced for today and tomorrow (ms). */
const AHEAD_MS = 48 * 3_600_000;
/** Asked for with every frame, and changed by a day's plan alone (ms). */
const REMEMBERED_MS = 60_000;

/** The outage schedule from the configuration and from what people enter. */
export class Schedules {
  readonly book: ScheduleBook;
  #next = new Map<string, { cut: Cut | undefined; at: number }>();

  constructor(topology: Topology) {
    this.book = new ScheduleBook(topology.timezone ?? DEFAULT_TIMEZONE);
    this.configure(topology);
  }

  /** The configuration's schedule has been read from its file by now. */
  configure({ timezone = DEFAULT_TIMEZONE, outageSchedule }: Topology): void {
    const file = typeof outageSchedule === 'string' ? undefined : outageSchedule;
    this.book.configure(timezone, file);
    this.#next.clear();
  }

  restore(kept: readonly { key: string; body: string }[]): void {
    for (const { body } of kept) {
      const { schedule, at, dayTimes } = JSON.parse(body) as {
        schedule: unknown;
        at: number;
        dayTimes?: number[];
      };
      this.book.enter(outageScheduleSchema.parse(schedule), at, dayTimes);
    }
  }

  /** The announced cut that a place's queue has next after `now` (ms since 1970 UTC). */
  nextCut(place: SchedulePlace, now: number): Cut | undefined {
    const key = `${place.queue} ${place.region} ${place.exempt?.join()}`;
    const known = this.#next.get(key);
    if (known !== undefined && Math.abs(now - known.at) < REMEMBERED_MS) return known.cut;
    const cut = this.book.cuts(place, now, now + AHEAD_MS).find(({ from }) => from > now);
    this.#next.set(key, { cut, at: now });
    return cut;
  }

  /** False where there was nothing to take out. */
  act(command: ScheduleCommand, now: number): boolean {
    this.#next.clear();
    switch (command.type) {
      case 'enter-days':
        this.book.enter({ days: command.days, emergencies: [] }, now);
        return true;
      case 'declare-emergency':
        this.book.enter({ days: [], emergencies: [command.emergency] }, now);
        return true;
      case 'remove-day':
        return this.book.removeDay(command.day, now);
      case 'remove-emergency':
        return this.book.removeEmergency(command.emergency, now);
    }
  }

  view(places: readonly SchedulePlace[], now: number): ScheduleView {
    return {
      ...this.book.all(),
      isStale: this.book.age(now) === 'stale',
      missing: this.book.missingTomorrow(places, now),
    };
  }
}
