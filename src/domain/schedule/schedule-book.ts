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

/** A day's plan, and since when it is known (ms since 1970 UTC); a file may not say. */
interface KnownDay {
  day: QueueDay;
  at: number | undefined;
}

/** What names an emergency; without regions and sites all of its type and begin. */
type EmergencyName = Omit<Emergency, 'to'>;

/**
 * Announced cuts (ГПВ) by queue and day, and emergencies (ГАВ, СГАВ): from a file, and what people enter,
 * which wins for its queue and day.
 */
export class ScheduleBook {
  #timezone: string;
  #file: OutageSchedule | undefined;
  #days = new Map<string, KnownDay>();
  #entered = new Map<string, KnownDay & { at: number }>();
  #emergencies: Emergency[] = [];
  #enteredAt: number | undefined;

  constructor(timezone: string) {
    this.#timezone = timezone;
  }

  /** Takes a new zone and a new file in the place of the old ones. */
  configure(timezone: string, file: OutageSchedule | undefined): void {
    this.#timezone = timezone;
    this.#file = file;
    const at = publishedAtOf(file);
    this.#days = new Map(file?.days.map((day) => [keyOf(day), { day, at }]));
  }

  /**
   * Adds what a person enters at `now` (ms since 1970 UTC); a day replaces the one of its queue, an
   * emergency that of the same type, begin and places. `dayTimes`: when each day was entered, if before.
   */
  enter(
    { days, emergencies }: OutageSchedule,
    now: number,
    dayTimes: readonly number[] = [],
  ): void {
    for (const [index, day] of days.entries()) {
      this.#entered.set(keyOf(day), { day, at: dayTimes[index] ?? now });
    }
    const named = new Map([...this.#emergencies, ...emergencies].map((one) => [nameOf(one), one]));
    this.#emergencies = [...named.values()].slice(-DAYS_KEPT);
    const oldest = addDays(dateAt(now, this.#timezone), -DAYS_KEPT);
    for (const [key, { day }] of this.#entered) if (day.date < oldest) this.#entered.delete(key);
    this.#enteredAt = now;
  }

  /** Takes out what a person entered: the file counts again. False where nobody had. */
  removeDay(day: Pick<QueueDay, 'date' | 'queue' | 'region'>, now: number): boolean {
    if (!this.#entered.delete(keyOf(day))) return false;
    this.#enteredAt = now;
    return true;
  }

  /** False where nobody had entered it. */
  removeEmergency(name: EmergencyName, now: number): boolean {
    const isOfAll = name.regions === undefined && name.sites === undefined;
    const left = this.#emergencies.filter(({ type, from, regions, sites }) => {
      const one = isOfAll ? { type, from } : { type, from, regions, sites };
      return nameOf(one) !== nameOf(name);
    });
    if (left.length === this.#emergencies.length) return false;
    this.#emergencies = left;
    this.#enteredAt = now;
    return true;
  }

  /** What people entered, to be kept; as `enter` takes it. */
  entered(): { schedule: OutageSchedule; at: number; dayTimes: number[] } | undefined {
    if (this.#enteredAt === undefined) return undefined;
    const known = [...this.#entered.values()];
    return {
      schedule: { days: known.map(({ day }) => day), emergencies: this.#emergencies },
      at: this.#enteredAt,
      dayTimes: known.map(({ at }) => at),
    };
  }

  /** Everything that is known, file and entries in one. */
  all(): OutageSchedule {
    const days = this.#knownDays().map(({ day }) => day);
    return {
      ...(this.#file?.publishedAt === undefined ? {} : { publishedAt: this.#file.publishedAt }),
      days: days.toSorted((a, b) => a.date.localeCompare(b.date) || a.queue.localeCompare(b.queue)),
      emergencies: [...(this.#file?.emergencies ?? []), ...this.#emergencies],
    };
  }

  /** The worst of what announces today's cuts, or the best of what is known where nothing does. */
  age(now: number): ScheduleAge {
    const today = dateAt(now, this.#timezone);
    const ofToday = this.#knownDays().filter(({ day }) => day.date === today);
    if (ofToday.length > 0) return ofToday.every(({ at }) => isFresh(at, now)) ? 'fresh' : 'stale';
    const times: (number | undefined)[] = [...this.#entered.values()].map(({ at }) => at);
    if (this.#file !== undefined) times.push(publishedAtOf(this.#file));
    if (times.length === 0) return 'none';
    return times.some((at) => isFresh(at, now)) ? 'fresh' : 'stale';
  }

  /** Why a site has no mains at `at` (ms since 1970 UTC), as far as schedules tell. */
  causeOf(place: SchedulePlace, at: number): CauseView {
    const emergency = this.#emergencyOf(place, at);
    if (emergency === 'special_emergency') return { cause: emergency };
    const cut = this.#cuts(place, [at - SLACK_MS, at + SLACK_MS], at).find(
      ({ from, to }) => at >= from - SLACK_MS && at < to,
    );
    if (cut !== undefined) return { cause: 'announced', slotEndsAt: cut.to };
    return { cause: emergency ?? 'unknown' };
  }

  /** The announced cuts of a site that touch `[fromMs, toMs]`, in their order; slots that meet are one. */
  cuts(place: SchedulePlace, fromMs: number, toMs: number): Cut[] {
    return this.#cuts(place, [fromMs, toMs]);
  }

  /** Of days that are too old to rely on at `freshAt`, where it is given, nothing counts. */
  #cuts(place: SchedulePlace, [fromMs, toMs]: [number, number], freshAt?: number): Cut[] {
    if (place.queue === undefined || place.exempt?.includes('gpv')) return [];
    if (this.#days.size + this.#entered.size === 0) return [];
    const cuts: Cut[] = [];
    const last = dateAt(toMs, this.#timezone);
    for (let date = addDays(dateAt(fromMs, this.#timezone), -1); date <= addDays(last, 1); ) {
      const known = this.#day(place, date);
      const isUsed = freshAt === undefined || isFresh(known?.at, freshAt);
      const slots = isUsed ? known?.day.slots : undefined;
      for (const { from, to } of slots?.toSorted(byBegin) ?? []) {
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
  #day({ region, queue }: Omit<SchedulePlace, 'site'>, date: string): KnownDay | undefined {
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

  #knownDays(): KnownDay[] {
    return [...new Map([...this.#days, ...this.#entered]).values()];
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

/** The same moment and places are the same emergency, however they are written. */
function nameOf({ type, from, regions, sites }: EmergencyName): string {
  return JSON.stringify([type, Date.parse(from), regions?.toSorted(), sites?.toSorted()]);
}

function publishedAtOf(file: OutageSchedule | undefined): number | undefined {
  return file?.publishedAt === undefined ? undefined : Date.parse(file.publishedAt);
}

/** What does not say since when it is known bears the date of its day alone. */
function isFresh(at: number | undefined, now: number): boolean {
  return at === undefined || now - at <= STALE_MS;
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
