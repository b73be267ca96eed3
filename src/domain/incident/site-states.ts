import type { DeviceFacts } from '../facts.ts';
import type { IncidentRecord } from './record.ts';
import type { Silence, SiteSummary } from './site-summary.ts';

/** Where a site stands: its region and its outage queue. */
export interface Place {
  region: string | undefined;
  queue: string | undefined;
}

/** What the correlation holds of a site between messages. */
export interface SiteState {
  readonly site: string;
  place: Place;
  facts: readonly DeviceFacts[];
  summary: SiteSummary;
  silence: Silence;
  /** Some device of it was heard since the monitor's start. */
  isHeard: boolean;
  /** Its outage is over but for off-delays. */
  isRecovering?: boolean;
  /** The open incidents of its devices. */
  readonly deviceIncidents: Set<IncidentRecord>;
}

const QUEUE = 'queue:';

/** The sites by name, by region and by outage queue (an area `queue:3.1`). */
export class SiteStates {
  readonly #sites = new Map<string, SiteState>();
  readonly #areas = new Map<string, Set<SiteState>>();
  readonly #silences: Record<Silence, number> = { heard: 0, silent: 0, unheard: 0, none: 0 };

  get(site: string): SiteState | undefined {
    return this.#sites.get(site);
  }

  all(): IterableIterator<SiteState> {
    return this.#sites.values();
  }

  add(state: SiteState): void {
    this.#sites.set(state.site, state);
    this.#silences[state.silence] += 1;
    this.#index(state);
  }

  remove(state: SiteState): void {
    this.#sites.delete(state.site);
    this.#silences[state.silence] -= 1;
    for (const area of areasOf(state.place)) this.area(area).delete(state);
  }

  setSilence(state: SiteState, silence: Silence): void {
    this.#silences[state.silence] -= 1;
    this.#silences[silence] += 1;
    state.silence = silence;
  }

  /** How many sites are heard, silent, or not heard yet; those of which nothing is expected do not count. */
  silences(): Readonly<Record<Silence, number>> {
    return this.#silences;
  }

  move(state: SiteState, place: Place): void {
    const { region, queue } = state.place;
    if (region === place.region && queue === place.queue) return;
    for (const area of areasOf(state.place)) this.area(area).delete(state);
    state.place = place;
    this.#index(state);
  }

  area(name: string): Set<SiteState> {
    const area = this.#areas.get(name) ?? new Set();
    this.#areas.set(name, area);
    return area;
  }

  /** How many sites of the area could tell of an outage. */
  witnesses(area: string): number {
    let count = 0;
    for (const { summary } of this.area(area)) if (summary.hasWitness) count += 1;
    return count;
  }

  #index(state: SiteState): void {
    for (const name of areasOf(state.place)) this.area(name).add(state);
  }
}

export function queueArea(queue: string): string {
  return `${QUEUE}${queue}`;
}

export function isQueue(area: string | undefined): boolean {
  return area?.startsWith(QUEUE) === true;
}

function areasOf({ region, queue }: Place): string[] {
  return [
    ...(region === undefined ? [] : [region]),
    ...(queue === undefined ? [] : [queueArea(queue)]),
  ];
}
