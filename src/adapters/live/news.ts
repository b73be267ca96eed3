import type { Alarm } from '../../contract/alarm.ts';
import type { Incident } from '../../contract/incident.ts';
import { Pace } from './pace.ts';

/** A frame is written in one go, and one of so many alarms within some milliseconds. */
const ALARMS_A_FRAME = 1000;

interface NewsContent {
  alarms?: Alarm[];
  incidents?: Incident[];
}

/** Alarms and incidents that a room is still to be told: each step of them, in order. */
export class News {
  readonly #pace = new Pace();
  #alarms: Alarm[] = [];
  #incidents: Incident[] = [];
  #timer: NodeJS.Timeout | undefined;

  addAlarm(alarm: Alarm): void {
    this.#alarms.push(alarm);
  }

  addIncident(incident: Incident): void {
    this.#incidents.push(incident);
  }

  /** Tells them as soon as the pace lets it; many in several frames, with other work between. */
  tell(emit: (content: NewsContent) => void): void {
    if (this.#timer !== undefined) return;
    const waitMs = this.#pace.waitMs(performance.now());
    if (waitMs === 0) this.#tellNext(emit);
    else this.#timer = setTimeout(() => this.#tellNext(emit), waitMs);
  }

  /** Tells all of them, now. */
  tellAll(emit: (content: NewsContent) => void): void {
    this.stop();
    if (!this.#isEmpty) emit(this.#take(Number.POSITIVE_INFINITY));
  }

  /** Forgets what is untold: a snapshot tells it. */
  drop(): void {
    this.stop();
    this.#alarms = [];
    this.#incidents = [];
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tellNext(emit: (content: NewsContent) => void): void {
    this.#timer = undefined;
    emit(this.#take(ALARMS_A_FRAME));
    if (this.#isEmpty) this.#pace.sent(performance.now());
    else this.#timer = setTimeout(() => this.#tellNext(emit), 0);
  }

  get #isEmpty(): boolean {
    return this.#alarms.length === 0 && this.#incidents.length === 0;
  }

  #take(limit: number): NewsContent {
    const alarms = this.#alarms.slice(0, limit);
    const incidents = this.#incidents.slice(0, limit);
    this.#alarms = this.#alarms.slice(limit);
    this.#incidents = this.#incidents.slice(limit);
    return {
      ...(alarms.length === 0 ? {} : { alarms }),
      ...(incidents.length === 0 ? {} : { incidents }),
    };
  }
}
