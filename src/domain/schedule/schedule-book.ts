import type { IncidentCause } from '../../contract/incident.ts';
import type { Emergency, OutageSchedule, QueueDay } from '../../contract/schedule.ts';
import { addDays, dateAt, instantOf } from './wall-time.ts';

/** A cut may begin and end this much beside its announced time (ms). */
const SLACK_MS = 15 * 60_000;
/** An emergency without an end is not believed for longer than this (ms). */
const EMERGENCY_MS = 12 * 3_600_000;
/** A schedule that was published longer ago than this says nothing of an unplanned cut (ms). */
const STALE_MS = 36 * 3_600_000;
const DAYS_KEPT = 400;

/** What of a site a schedule is about. */
export interface SchedulePlace {
  site: string;
  region?: string | undefined;
  queue?: string | undefined;
  exempt?: readonly ('gpv' | 'gav')[] | undefined;
}

/** `[from, to)`, ms since 1970 UTC. */
export interface Cut {
  from: number;
  to: number;
}

export interface CauseView {
  cause: IncidentCause;
  slotEndsAt?: number;
}

/** How old the knowledge is: nothing known, fresh, or too old to rely on, which is as good as none. */
export type ScheduleAge = 'none' | 'fresh' | 'stale';

/**
 * Announced cuts (ГПВ) by queue and day, and emergencies (ГАВ, СГАВ): from a file, and what people enter,
 * which wins for its queue and day.
 */
export class ScheduleBook {
  #timezone: string;
  #file: OutageSchedule | undefined;
  #days = new Map<string, QueueDay>();
  #entered = new Map<string, QueueDay>();
  #emergencies: Emergency[] = [];
  #enteredAt: number | undefined;

  constructor(timezone: string) {
    this.#timezone = timezone;
  }

  /** Takes a new zone and a new file in the place of the old ones. */
  configure(timezone: string, file: OutageSchedule | undefined): void {
    this.#timezone = timezone;
    this.#file = file;
    this.#days = new Map(file?.days.map((day) => [keyOf(day), day]));
  }

  /** Adds what a person enters at `now` (ms since 1970 UTC); a day replaces the one of its queue. */
  enter({ days, emergencies }: OutageSchedule, now: number): void {
    for (const day of days) this.#entered.set(keyOf(day), day);
    this.#emergencies = [...this.#emergencies, ...emergencies].slice(-DAYS_KEPT);
    const oldest = addDays(dateAt(now, this.#timezone), -DAYS_KEPT);
    for (const [key, { date }] of this.#entered) if (date < oldest) this.#entered.delete(key);
    this.#enteredAt = now;
  }

  /** Takes out what a person entered: the file counts again. False where nobody had. */
  removeDay(day: Pick<QueueDay, 'date' | 'queue' | 'region'>, now: number): boolean {
    if (!this.#entered.delete(keyOf(day))) return false;
    this.#enteredAt = now;
    return true;
  }

  removeEmergency({ type, from }: Pick<Emergency, 'type' | 'from'>, now: number): boolean {
    const left = this.#emergencies.filter((one) => one.type !== type || one.from !== from);
    if (left.length === this.#emergencies.length) return false;
    this.#emergencies = left;
    this.#enteredAt = now;
    return true;
  }

  /** What people entered, to be kept; as `enter` takes it. */
  entered(): { schedule: OutageSchedule; at: number } | undefined {
    if (this.#enteredAt === undefined) return undefined;
    const days = [...this.#entered.values()];
    return { schedule: { days, emergencies: this.#emergencies }, at: this.#enteredAt };
  }

  /** Everything that is known, file and entries in one. */
  all(): OutageSchedule {
    const days = [...new Map([...this.#days, ...this.#entered]).values()];
    return {
      ...(this.#file?.publishedAt === undefined ? {} : { publishedAt: this.#file.publishedAt }),
      days: days.toSorted((a, b) => a.date.localeCompare(b.date) || a.queue.localeCompare(b.queue)),
      emergencies: [...(this.#file?.emergencies ?? []), ...this.#emergencies],
    };
  }

  age(now: number): ScheduleAge {
    const published = this.#file?.publishedAt;
    const times = [published === undefined ? undefined : Date.parse(published), this.#enteredAt];
    const newest = Math.max(...times.map((at) => at ?? Number.NEGATIVE_INFINITY));
    if (Number.isFinite(newest)) return now - newest > STALE_MS ? 'stale' : 'fresh';
    // Each of its days bears its own date.
    return this.#file === undefined ? 'none' : 'fresh';
  }

  /** Why a site has no mains at `at` (ms since 1970 UTC), as far as schedules tell. */
  causeOf(place: SchedulePlace, at: number): CauseView {
    const emergency = this.#emergencyOf(place, at);
    if (emergency === 'special_emergency') return { cause: emergency };
    const cut = this.cuts(place, at - SLACK_MS, at + SLACK_MS).find(
      ({ from, to }) => at >= from - SLACK_MS && at < to,
    );
    if (cut !== undefined && this.age(at) === 'fresh')
      return { cause: 'announced', slotEndsAt: cut.to };
    return { cause: emergency ?? 'unknown' };
  }

  /** The announced cuts of a site that touch `[fromMs, toMs]`, in their order; slots that meet are one. */
  cuts(place: SchedulePlace, fromMs: number, toMs: number): Cut[] {
    if (place.queue === undefined || place.exempt?.includes('gpv')) return [];
    if (this.#days.size + this.#entered.size === 0) return [];
    const cuts: Cut[] = [];
    const last = dateAt(toMs, this.#timezone);
    for (let date = addDays(dateAt(fromMs, this.#timezone), -1); date <= addDays(last, 1); ) {
      for (const { from, to } of this.#day(place, date)?.slots.toSorted(byBegin) ?? []) {
        const cut = {
          from: instantOf({ date, time: from, which: 'first' }, this.#timezone),
          to: instantOf({ date, time: to, which: 'last' }, this.#timezone),
        };
        const before = cuts.at(-1);
        if (before !== undefined && cut.from <= before.to) before.to = Math.max(before.to, cut.to);
        else cuts.push(cut);
      }
      date = addDays(date, 1);
    }
    return cuts.filter(({ from, to }) => to > fromMs && from <= toMs);
  }

  /** The plans of these places that are not there for the day after `now`. */
  missingTomorrow(
    places: readonly SchedulePlace[],
    now: number,
  ): Pick<QueueDay, 'date' | 'queue' | 'region'>[] {
    const date = addDays(dateAt(now, this.#timezone), 1);
    const missing = new Map<string, { date: string; queue: string; region?: string }>();
    for (const { queue, region, exempt } of places) {
      if (queue === undefined || exempt?.includes('gpv')) continue;
      const day = { date, queue, ...(region === undefined ? {} : { region }) };
      if (this.#day(day, date) === undefined) missing.set(keyOf(day), day);
    }
    return [...missing.values()].toSorted((a, b) => keyOf(a).localeCompare(keyOf(b)));
  }

  /** A region's own plan wins over one for all; what was entered over the file. */
  #day({ region, queue }: Omit<SchedulePlace, 'site'>, date: string): QueueDay | undefined {
    const keys = [
      ...(region === undefined ? [] : [`${date} ${queue} ${region}`]),
      `${date} ${queue} `,
    ];
    for (const key of keys) {
      const day = this.#entered.get(key) ?? this.#days.get(key);
      if (day !== undefined) return day;
    }
    return undefined;
  }

  #emergencyOf(place: SchedulePlace, at: number): Emergency['type'] | undefined {
    const standing = [...(this.#file?.emergencies ?? []), ...this.#emergencies].filter(
      (one) => isInForce(one, at) && concerns(one, place),
    );
    return standing.find(({ type }) => type === 'special_emergency')?.type ?? standing[0]?.type;
  }
}

function keyOf({ date, queue, region = '' }: Pick<QueueDay, 'date' | 'queue' | 'region'>): string {
  return `${date} ${queue} ${region}`;
}

function byBegin(a: { from: string }, b: { from: string }): number {
  return a.from.localeCompare(b.from);
}

/** It is declared about when it begins: a cut may be seen a little before. */
function isInForce({ from, to }: Emergency, at: number): boolean {
  const begin = Date.parse(from);
  const end = to === undefined ? begin + EMERGENCY_MS : Date.parse(to);
  return at >= begin - SLACK_MS && at < end + SLACK_MS;
}

/** What names neither regions nor sites is for all. Special emergencies spare nobody. */
function concerns({ type, regions, sites }: Emergency, place: SchedulePlace): boolean {
  if (type === 'emergency' && place.exempt?.includes('gav')) return false;
  if (regions === undefined && sites === undefined) return true;
  const isOfRegion = place.region !== undefined && regions?.includes(place.region);
  return isOfRegion === true || sites?.includes(place.site) === true;
}
