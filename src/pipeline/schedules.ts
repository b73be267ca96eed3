import type { ScheduleCommand } from '../contract/command.ts';
import { DEFAULT_TIMEZONE, type Topology } from '../contract/config.ts';
import { outageScheduleSchema, type ScheduleView } from '../contract/schedule.ts';
import { ScheduleBook, type SchedulePlace } from '../domain/schedule/schedule-book.ts';

/** The outage schedule from the configuration and from what people enter. */
export class Schedules {
  readonly book: ScheduleBook;

  constructor(topology: Topology) {
    this.book = new ScheduleBook(topology.timezone ?? DEFAULT_TIMEZONE);
    this.configure(topology);
  }

  /** The configuration's schedule has been read from its file by now. */
  configure({ timezone = DEFAULT_TIMEZONE, outageSchedule }: Topology): void {
    const file = typeof outageSchedule === 'string' ? undefined : outageSchedule;
    this.book.configure(timezone, file);
  }

  restore(kept: readonly { key: string; body: string }[]): void {
    for (const { body } of kept) {
      const { schedule, at } = JSON.parse(body) as { schedule: unknown; at: number };
      this.book.enter(outageScheduleSchema.parse(schedule), at);
    }
  }

  /** False where there was nothing to take out. */
  act(command: ScheduleCommand, now: number): boolean {
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
