import type { Alarm, AlarmChange } from '../../contract/alarm.ts';
import type { Incident, IncidentChange, Intent } from '../../contract/incident.ts';
import { AlarmBook } from './alarm-book.ts';
import { assessAreas, assessQueues, reviewAreas } from './area.ts';
import { type Board, type CorrelatorOptions, policyMs } from './board.ts';
import { Conditions } from './conditions.ts';
import { assessAlarms, assessPlatform } from './device-incident.ts';
import { endIncident } from './ending.ts';
import {
  type Actor,
  type IncidentOutcome,
  type NoteCommand,
  noteIncident,
  type TakeCommand,
  takeIncident,
} from './incident-command.ts';
import { IncidentLog } from './incident-log.ts';
import { tellWhatIsDue } from './intents.ts';
import { assessPower, reviewCause } from './power-incident.ts';
import {
  type ConditionChange,
  type IncidentRecord,
  isOpen,
  type Memory,
  siteOf,
} from './record.ts';
import { assessSilence, tickSilence } from './silence.ts';
import { type Place, type SiteState, SiteStates } from './site-states.ts';
import { summarise } from './site-summary.ts';
import { PLATFORM_FAULT_ID, Suppressions } from './suppressions.ts';
import { copyOf } from './timeline.ts';

/** Configuration may have changed the sites and where they stand: it is looked at so often (ms). */
const REVIEW_EVERY_MS = 60_000;

/** What is known at the start: the journal's alarms and incidents, and what was remembered of these. */
interface Restored {
  alarms: readonly Alarm[];
  incidents: readonly Incident[];
  remembered: readonly { key: string; body: string }[];
}

/** Everything that changed since it was collected last. */
interface Correlated {
  incidents: IncidentChange[];
  /** Truth of the alarms of sites, regions and above. */
  conditions: ConditionChange[];
  /** Alarms that are to be hidden as the consequence of another, or no longer (`undefined`). */
  suppressions: { alarmId: string; sourceId: string | undefined }[];
  intents: Intent[];
  remembered: { key: string; body: string | undefined }[];
  /** Alarms that were given an incident without having changed themselves. */
  joined: { alarmId: string; incidentId: string }[];
}

/**
 * One cause is one incident: groups the alarms and facts of devices into outages of sites, regions and
 * wide areas, and into losses of communication; says who is to be told what, and once. Times are ms
 * since 1970 UTC.
 */
export class Correlator {
  readonly #board: Board;
  /** Sites that left the configuration: nobody watches them any more, whatever alarms they left. */
  #gone = new Set<string>();
  #reviewedAt = Number.NEGATIVE_INFINITY;

  constructor(options: CorrelatorOptions) {
    const book = new AlarmBook();
    this.#board = {
      options,
      book,
      log: new IncidentLog(),
      sites: new SiteStates(),
      conditions: new Conditions(),
      suppressions: new Suppressions(book),
      intents: [],
      endings: new Map(),
      causeDue: new Map(),
      moved: new Set(),
      areas: new Set(),
      startedAt: 0,
    };
  }

  /** Goes on where the journal ends; called once, before all else, also where there is nothing. */
  restore({ alarms, incidents, remembered }: Restored, now: number): void {
    const board = this.#board;
    board.startedAt = now;
    for (const alarm of alarms) board.book.restore(alarm);
    board.suppressions.restore(alarms, policyMs(board, 'holdAfterSource'), now);
    const memories = remembered.map(({ key, body }) => [key, JSON.parse(body) as Memory] as const);
    board.log.restore(incidents, new Map(memories));
    for (const site of this.#knownSites()) this.#ensure(site);
    for (const record of board.log.opened()) this.#takeUp(record, now);
    for (const state of board.sites.all()) board.moved.add(state);
  }

  /** Configuration was read anew: ends what is of sites that are gone, and judges and says all anew. */
  configured(now: number): void {
    const board = this.#board;
    const configured = new Set(board.options.facts.sites());
    this.#gone = new Set(
      [...this.#knownSites(), ...this.#gone].filter((one) => !configured.has(one)),
    );
    for (const site of this.#gone) this.#drop(site, now);
    board.conditions.forget();
    this.#movePlaces();
    for (const site of configured) this.#assess(site, now);
    for (const state of board.sites.all()) board.moved.add(state);
    reviewAreas(board, now);
  }

  /** Our own clock was set by `ms` to `now`: times by it go along. */
  shiftTimes(ms: number, now: number): void {
    const board = this.#board;
    board.startedAt += ms;
    this.#reviewedAt += ms;
    for (const due of [board.endings, board.causeDue]) {
      for (const [key, at] of due) due.set(key, at + ms);
    }
    board.suppressions.shiftTimes(ms);
    board.log.shiftTimes(ms, now);
  }

  /** Device alarms that changed; answers which incident each belongs to, by the alarm's id. */
  alarmsChanged(changes: readonly AlarmChange[], now: number): ReadonlyMap<string, string> {
    const { book, log } = this.#board;
    const last = new Map(changes.map(({ alarm }) => [alarm.id, alarm]));
    for (const alarm of last.values()) book.put(alarm, (id) => isOpen(log.record(id)));
    const sites = new Set([...last.values()].map(({ site }) => site));
    sites.delete('*');
    if (last.has(PLATFORM_FAULT_ID)) this.#assessAbove(now);
    for (const site of sites) this.#assess(site, now);
    assessAreas(this.#board, now);
    const homes = new Map<string, string>();
    for (const { id, site } of last.values()) {
      const incidentId = this.#homeOf(site, id);
      book.settle(id);
      if (incidentId !== undefined) homes.set(id, incidentId);
    }
    return homes;
  }

  /** A device's facts changed: its input, its silence, its power. */
  siteChanged(site: string, now: number): void {
    this.sitesChanged([site], now);
  }

  /** The same of many sites at once. */
  sitesChanged(sites: Iterable<string>, now: number): void {
    for (const site of sites) this.#assess(site, now);
    assessAreas(this.#board, now);
  }

  /** What time alone brings about; once a second. */
  tick(now: number): void {
    const board = this.#board;
    if (now - this.#reviewedAt >= REVIEW_EVERY_MS) this.#review(now);
    for (const [site, at] of board.endings) if (now >= at) this.#assess(site, now);
    this.#reviewCauses(now);
    tickSilence(board, now);
    board.suppressions.lift(now);
    assessAreas(board, now);
    assessQueues(board, now);
    tellWhatIsDue(board, now);
    board.log.flushJoins();
  }

  take(command: TakeCommand, actor: Actor, now: number): IncidentOutcome {
    return takeIncident(this.#board, command, actor, now);
  }

  /** What a note testifies counts at once. */
  note(command: NoteCommand, actor: Actor, now: number): IncidentOutcome {
    const outcome = noteIncident(this.#board, command, actor, now);
    const record = this.#board.log.record(command.incidentId);
    const isTestimony = command.evidence !== undefined && record !== undefined;
    if (isTestimony) this.siteChanged(command.site ?? siteOf(record), now);
    return outcome;
  }

  collect(now: number): Correlated {
    const { log, conditions, suppressions, intents, book } = this.#board;
    return {
      ...log.collect(now),
      conditions: conditions.take(),
      suppressions: suppressions.take(),
      intents: intents.splice(0),
      joined: book.takeAssigned(),
    };
  }

  open(): Incident[] {
    return [...this.#board.log.opened()].map(({ incident }) => copyOf(incident));
  }

  /** An incident that is open, or ended within the last two hours. */
  incident(id: string): Incident | undefined {
    const record = this.#board.log.record(id);
    return record === undefined ? undefined : copyOf(record.incident);
  }

  children(id: string): string[] {
    const record = this.#board.log.record(id);
    if (record === undefined) return [];
    return this.#board.log.childrenOf(record).map(({ incident }) => incident.id);
  }

  /** The site's own power incident, while it is open. */
  incidentOf(site: string): string | undefined {
    return this.#board.log.openOf('power', site)?.incident.id;
  }

  #assess(site: string, now: number): void {
    const board = this.#board;
    if (this.#gone.has(site)) return;
    const state = this.#ensure(site);
    state.facts = board.options.facts.of(site);
    state.summary = summarise(state.facts);
    assessSilence(board, state, now);
    assessPower(board, state, now);
    this.#assessAlarms(state, now);
  }

  #assessAlarms(state: SiteState, now: number): void {
    const { suppressions } = this.#board;
    assessAlarms(this.#board, state, now);
    suppressions.assess(state, policyMs(this.#board, 'holdAfterSource'), now);
  }

  /** Devices that joined in the last moment before the end are in the journal as alarms alone. */
  #takeUp(record: IncidentRecord, now: number): void {
    const { id } = record.incident;
    const { scope } = record.memory;
    if (scope === 'device') this.#ensure(siteOf(record)).deviceIncidents.add(record);
    for (const { alarm } of this.#board.book.members(id)) {
      if (alarm.device === undefined || scope === 'platform') continue;
      this.#board.log.joinDevice(record, alarm.site, alarm.device, now);
    }
  }

  /** The platform's fault concerns every site; alarms of regions follow from their incidents. */
  #assessAbove(now: number): void {
    assessPlatform(this.#board, now);
    for (const state of this.#board.sites.all()) this.#assessAlarms(state, now);
  }

  #ensure(site: string): SiteState {
    const known = this.#board.sites.get(site);
    if (known !== undefined) return known;
    const ofSite = this.#board.options.facts.of(site);
    const state: SiteState = {
      site,
      place: this.#placeOf(site),
      facts: ofSite,
      summary: summarise(ofSite),
      silence: 'none',
      isHeard: false,
      deviceIncidents: new Set(),
    };
    this.#board.sites.add(state);
    return state;
  }

  #placeOf(site: string): Place {
    return this.#board.options.place(site) ?? { region: undefined, queue: undefined };
  }

  /** Configuration may have brought sites, or have moved them. */
  #review(now: number): void {
    const { sites, log } = this.#board;
    const isFirst = this.#reviewedAt === Number.NEGATIVE_INFINITY;
    this.#reviewedAt = now;
    for (const site of this.#knownSites()) {
      const isNew = sites.get(site) === undefined;
      if (isNew || isFirst) this.#assess(site, now);
    }
    this.#movePlaces();
    reviewAreas(this.#board, now);
    log.forget(now);
  }

  #movePlaces(): void {
    const { sites } = this.#board;
    for (const state of sites.all()) sites.move(state, this.#placeOf(state.site));
  }

  /** What was open of a site that is gone ends, what is of its devices first. */
  #drop(site: string, now: number): void {
    const { log, sites } = this.#board;
    const state = sites.get(site);
    if (state === undefined) return;
    const ofSite = [log.openOf('power', site), log.openOf('comms', site)];
    for (const record of [...state.deviceIncidents, ...ofSite]) {
      if (record !== undefined) endIncident(this.#board, record, now);
    }
    this.#board.moved.delete(state);
    sites.remove(state);
  }

  #knownSites(): Set<string> {
    const { options, book, log } = this.#board;
    const ofIncidents = [...log.opened()].flatMap(({ incident }) => incident.sites);
    const known = new Set([...options.facts.sites(), ...book.sites(), ...ofIncidents]);
    known.delete('*');
    for (const site of this.#gone) known.delete(site);
    return known;
  }

  #reviewCauses(now: number): void {
    const { log, sites } = this.#board;
    for (const record of log.opened()) {
      const state = sites.get(siteOf(record));
      if (record.memory.scope !== 'power' || state === undefined) continue;
      reviewCause(this.#board, record, state, now);
    }
  }

  #homeOf(site: string, id: string): string | undefined {
    const { book, log } = this.#board;
    const booked = book.get(site, id);
    if (booked?.alarm.code === 'REGIONAL_OUTAGE') {
      return log.openOf('region', booked.alarm.region ?? '')?.incident.id;
    }
    if (booked?.alarm.code === 'WIDE_AREA_OUTAGE') return log.openOf('wide_area', '')?.incident.id;
    return booked?.incidentId;
  }
}
