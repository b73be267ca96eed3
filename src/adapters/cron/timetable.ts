import { type Logger as CronLogger, createTask, type ScheduledTask } from 'node-cron';
import type { Logger } from 'pino';

/** Work of the calendar: `at` is a cron expression in the fleet's time zone, seconds first. */
export interface Entry {
  name: string;
  at: string;
  work(): Promise<void> | void;
}

/**
 * Runs each entry at its times. An entry never overlaps with itself; a fault of its work is logged,
 * and it comes again at its next time.
 */
export class Timetable {
  readonly #entries: readonly Entry[];
  readonly #logger: CronLogger;
  #timezone: string;
  #tasks: ScheduledTask[] = [];

  constructor(entries: readonly Entry[], timezone: string, log: Logger) {
    this.#entries = entries;
    this.#timezone = timezone;
    this.#logger = loggerFor(log);
  }

  start(): void {
    const options = { timezone: this.#timezone, noOverlap: true, logger: this.#logger };
    this.#tasks = this.#entries.map(({ name, at, work }) => {
      const task = createTask(at, work, { ...options, name });
      task.start();
      return task;
    });
  }

  stop(): void {
    for (const task of this.#tasks) void task.destroy();
    this.#tasks = [];
  }

  /** Takes another time zone, at once where it runs. */
  configure(timezone: string): void {
    if (timezone === this.#timezone) return;
    this.#timezone = timezone;
    if (this.#tasks.length === 0) return;
    this.stop();
    this.start();
  }
}

/** Missed and overlapping times are no fault: the next one does the work. */
function loggerFor(log: Logger): CronLogger {
  return {
    info: (message) => log.debug(`cron: ${message}`),
    warn: (message) => log.debug(`cron: ${message}`),
    error: (message, error) => log.error({ err: error ?? message }, 'cron: work failed'),
    debug: (message) => log.trace(`cron: ${message}`),
  };
}
