import type { Alarm, AlarmChange, AlarmCode } from '../contract/alarm.ts';
import type { Topology } from '../contract/config.ts';
import type { Sample } from '../contract/sample.ts';
import {
  type AlarmBook,
  alarmOf,
  alarmsOf,
  openAlarmBook,
  takeDelays,
} from '../domain/alarm/book.ts';
import {
  elapse,
  evaluate,
  interrupt,
  shiftDelays,
  withdraw,
  wouldRaise,
} from '../domain/alarm/engine.ts';
import { type RuleBook, rulesOf } from '../domain/alarm/rule.ts';
import { type DeviceState, intervalSecondsOf } from '../domain/device-state.ts';
import type { Fleet } from '../domain/fleet.ts';
import { DEFAULT_INTERVAL_SECONDS } from '../domain/freshness.ts';
import { Correlator } from '../domain/incident/correlator.ts';
import { Ledger } from '../domain/outage/ledger.ts';
import { claimDevice } from '../domain/watch/device-watch.ts';
import type { JournalContent, JournalEntry } from '../ports.ts';
import { Consequences } from './consequences.ts';
import { DeviceWatches } from './device-watches.ts';
import { EntryDraft } from './entry-draft.ts';
import { lateMark, liveMark, measuredAt } from './ledger-mark.ts';
import { Places } from './places.ts';
import { Schedules } from './schedules.ts';
import type { Watched } from './watched.ts';

/** What has not changed is noted no more often than this (ms). */
const NOTED_EVERY_MS = 1000;

interface SituationOptions {
  fleet: Fleet;
  topology: Topology;
}

/**
 * What everything that was said comes to: verdicts on devices, alarms, incidents, interruptions. It has no
 * clock and no disk: what has changed is collected as one journal entry.
 */
export class Situation {
  readonly fleet: Fleet;
  readonly watches: DeviceWatches;
  readonly correlator: Correlator;
  readonly ledger: Ledger;
  readonly schedules: Schedules;
  topology: Topology;
  places: Places;
  book: AlarmBook = openAlarmBook([]);
  #rules: RuleBook;
  readonly #consequences: Consequences;
  /** What one second changes is followed once a site, not once a device. */
  #gathered: { changes: AlarmChange[]; sites: Set<string> } | undefined;

  constructor({ fleet, topology }: SituationOptions) {
    this.fleet = fleet;
    this.topology = topology;
    this.places = new Places(topology);
    this.#rules = rulesOf(topology);
    this.watches = new DeviceWatches({ fleet, topology, places: this.places });
    this.schedules = new Schedules(topology);
    const scheduleOf = (site: string) => this.places.of(site)?.schedule ?? { site };
    this.correlator = new Correlator({
      facts: this.watches,
      place: (site) => this.#areaOf(site),
      policy: () => this.topology.incidents,
      causeOf: (site, at) => this.schedules.book.causeOf(scheduleOf(site), at),
    });
    this.#consequences = new Consequences({
      correlator: this.correlator,
      book: () => this.book,
      rules: () => this.#rules,
    });
    this.ledger = new Ledger({
      place: (site) => this.places.of(site),
      sustainedSeconds: () => this.topology.outages.sustained,
      causeOf: (site, at) => this.schedules.book.causeOf(scheduleOf(site), at).cause,
      incidentOf: (site) => this.incidentOf(site),
      intervalOf: (site, device) => {
        const state = this.fleet.state(site, device);
        return state === undefined ? DEFAULT_INTERVAL_SECONDS : intervalSecondsOf(state);
      },
    });
  }

  /** Takes a new topology at `now` (ms since 1970 UTC). */
  configure(topology: Topology, now: number): void {
    const before = this.places;
    this.topology = topology;
    this.places = new Places(topology);
    this.#rules = rulesOf(topology);
    this.watches.configure({ topology, places: this.places });
    this.schedules.configure(topology);
    this.correlator.configured(now);
    this.ledger.configured(now);
    this.#withdraw(now, before);
  }

  /** An alarm that is no longer wanted ends; nothing would ever judge it again. */
  #withdraw(now: number, before?: Places): void {
    const isWanted = (alarm: Alarm) =>
      this.ruleOf(alarm) !== undefined && this.#isOfFleet(alarm, before);
    this.settle(withdraw(this.book, isWanted, now), undefined, now);
    this.announce();
  }

  /** Whether anybody is there to judge it: its device with a kind that has such an alarm, or its site. */
  #isOfFleet({ code, site, device }: Alarm, before: Places | undefined): boolean {
    if (device === undefined) return site === '*' || this.places.of(site) !== undefined;
    const state = this.fleet.state(site, device);
    // At a start a stranger has yet to speak: its alarm stands until it does.
    if (state === undefined) return before === undefined && this.places.of(site) === undefined;
    if (state.config === undefined && before?.has(site, device) === true) return false;
    return this.#rules.of(site, device, state.kind).some((rule) => rule.code === code);
  }

  #areaOf(site: string): { region: string | undefined; queue: string | undefined } | undefined {
    const place = this.places.of(site)?.schedule;
    return place && { region: place.region, queue: place.queue };
  }

  /** Takes everything up where the journal left it, at `now` (ms since 1970 UTC). */
  restore({ alarms, incidents, outages, remembered }: JournalContent, now: number): void {
    const bySpace = (space: string) =>
      remembered.flatMap(({ space: of, key, body }) =>
        of === space && body !== undefined ? [{ key, body }] : [],
      );
    this.book = openAlarmBook(alarms, bySpace('delay'));
    this.watches.restore(remembered, now);
    this.schedules.restore(bySpace('schedule'));
    this.correlator.restore({ alarms, incidents, remembered: bySpace('incident') }, now);
    this.ledger.restore(outages, bySpace('outage'));
    // Sites may have been taken out while nobody watched.
    this.correlator.configured(now);
    this.ledger.configured(now);
    this.#withdraw(now);
  }

  alarms(): Alarm[] {
    return alarmsOf(this.book);
  }

  alarm(id: string): Alarm | undefined {
    return alarmOf(this.book, id);
  }

  /** The power incident that a site's card names. */
  incidentOf(site: string): string | undefined {
    return this.correlator.incidentOf(site);
  }

  /** Takes in a message that is current. */
  observe(
    sample: Sample,
    state: DeviceState,
    clockOffsetMs: number | undefined,
    now: number,
  ): void {
    if (sample.channel !== 'telemetry') return;
    const watched = this.watches.watched(state);
    watched.watch.clockOffsetMs = clockOffsetOf(sample, clockOffsetMs);
    const isChanged = this.watches.follow(watched, sample, now);
    this.#note(watched, sample, clockOffsetMs, now);
    this.#judge(watched, isChanged, now);
    if (isChanged && watched.watch.input === 'mains') this.#askSiblings(state, now);
  }

  /** Somebody else has used the topic of a device; of those that are not known there is nothing to keep. */
  claim(site: string, device: string, now: number): void {
    const state = this.fleet.state(site, device);
    if (state === undefined) return;
    const watched = this.watches.watched(state);
    if (claimDevice(watched.watch, now)) this.#judge(watched, true, now);
  }

  /** Takes in a message that came late: the ledger is completed from it. */
  complete(
    sample: Sample,
    state: DeviceState,
    clockOffsetMs: number | undefined,
    now: number,
  ): void {
    if (sample.channel !== 'telemetry' || state.config === undefined) return;
    const mark = lateMark(state.kind, sample.metrics);
    if (mark === 'unknown') return;
    const ts = measuredAt(sample, clockOffsetMs);
    const { site, id, kind } = state;
    if (kind !== 'scanner') {
      const isLost = mark === 'lost' || mark === 'off' || mark === 'generator';
      this.watches.hearLate(this.watches.watched(state), isLost, ts);
    }
    this.ledger.note(site, id, kind, { ts, mark, isLate: true }, now);
  }

  /** The alarms that what a device's backlog has said so far would raise, were it current. */
  wouldRaise(state: DeviceState, now: number): AlarmCode[] {
    const { held, site, id, kind } = state;
    if (held === undefined) return [];
    const watched = this.watches.watched(state);
    const values = { ...state.values, ...held.values };
    const watch = this.watches.foreseen(watched, held.values, now);
    const rules = this.#rules.of(site, id, kind);
    const subject = { ...watched.subject, ts: held.sample.ts, values, watch };
    return wouldRaise(this.book, rules, subject);
  }

  silenced({ site, id }: DeviceState): void {
    interrupt(this.book, site, id);
  }

  shiftTimes(ms: number, now: number): void {
    shiftDelays(this.book, ms, now);
    this.watches.shiftTimes(ms, now);
    this.correlator.shiftTimes(ms, now);
  }

  /** Carries out what time brings. */
  tick(now: number): void {
    const gathered = { changes: [], sites: new Set<string>() };
    this.#gathered = gathered;
    try {
      for (const state of this.fleet.states()) {
        this.#pass(this.watches.watched(state), now);
      }
      for (const watched of this.watches.runtimes.counting(now)) this.#judge(watched, false, now);
    } finally {
      this.#gathered = undefined;
      this.#consequences.settle(gathered.changes, gathered.sites, now);
    }
    this.watches.runtimes.reckonCalm(now);
    const mayClear = (site: string, device: string | undefined) => {
      const state = device === undefined ? undefined : this.fleet.state(site, device);
      if (state === undefined) return true;
      // What was heard before the start is no word of now.
      return state.lastSeen !== undefined && !this.watches.watched(state).watch.isSilent;
    };
    this.settle(elapse(this.book, now, mayClear), undefined, now);
    this.correlator.tick(now);
    this.ledger.tick(now);
    this.settle([], undefined, now);
    for (const one of this.watches.runtimes.unsaved()) this.#consequences.draft.rememberOne(one);
    this.#consequences.draft.isDue = true;
  }

  /** What changed since the last call; `undefined` where nothing did that is worth a commit. `isFinal` at the end. */
  collect(now: number, isFinal = false): JournalEntry | undefined {
    if (!this.#consequences.draft.isDue && !isFinal) return undefined;
    const { remembered, ...ledger } = this.ledger.collect(now, isFinal);
    this.#consequences.draft.take(ledger);
    this.#consequences.draft.remember('outage', remembered);
    this.#consequences.draft.remember('delay', takeDelays(this.book));
    const entry = this.#consequences.draft.entry();
    this.#consequences.draft = new EntryDraft();
    return entry;
  }

  /** Follows alarms that changed, and a site whose facts did. */
  settle(changes: readonly AlarmChange[], site: string | undefined, now: number): void {
    this.#consequences.settle(changes, new Set(site === undefined ? [] : [site]), now);
  }

  /** A step that a person made an alarm take. */
  takeStep(change: AlarmChange, now: number): void {
    this.settle([change], undefined, now);
    this.announce();
  }

  /** What has been gathered is to be committed now. */
  announce(): void {
    this.#consequences.draft.isDue = true;
  }

  ruleOf(alarm: Alarm) {
    return this.#rules.tuned(alarm.code, alarm.site, alarm.device);
  }

  /** Keeps something under a key of its own. */
  remember(space: string, key: string, body: string | undefined): void {
    this.#consequences.draft.rememberOne({ space, key, body });
    this.#consequences.draft.isDue = true;
  }

  /** A return that was doubted for what this device said may be believed now. */
  #askSiblings({ site }: DeviceState, now: number): void {
    for (const state of this.fleet.states(site)) {
      const watched = this.watches.watched(state);
      if (watched.watch.ups?.claim?.contradiction === 'siblings') this.#pass(watched, now);
    }
  }

  /** What time makes of a device; a verdict that changes with it is noted as of when it holds since. */
  #pass(watched: Watched, now: number): void {
    const { state, watch } = watched;
    const { input, isSilent } = watch;
    const isChanged = this.watches.pass(watched, now);
    // One that was not heard since the start never was live, so it never goes offline.
    if (state.lastSeen === undefined && !isSilent && watch.isSilent) this.silenced(state);
    if (watch.input !== input && !watch.isSilent && state.config !== undefined) {
      const at = { ts: now, mark: liveMark(watch, state.values), since: watch.inputSince };
      this.ledger.note(state.site, state.id, state.kind, { ...at, isLate: false }, now);
    }
    if (isChanged) this.#judge(watched, isChanged, now);
  }

  #judge(watched: Watched, isChanged: boolean, now: number): void {
    const { state, subject } = watched;
    watched.rules ??= this.#rules.of(state.site, state.id, state.kind);
    const changes = evaluate(this.book, watched.rules, subject, now);
    if (isChanged) this.#consequences.draft.rememberOne(this.watches.rememberedOf(watched));
    if (!isChanged && changes.length === 0) return;
    this.#consequences.draft.isDue = true;
    if (this.#gathered === undefined) {
      this.settle(changes, isChanged ? state.site : undefined, now);
      return;
    }
    for (const change of changes) this.#gathered.changes.push(change);
    if (isChanged) this.#gathered.sites.add(state.site);
  }

  #note(watched: Watched, sample: Sample, clockOffsetMs: number | undefined, now: number): void {
    const { state, watch, heardSince, noted } = watched;
    if (state.config === undefined) return;
    const ts = measuredAt(sample, clockOffsetMs);
    const mark = liveMark(watch, state.values);
    if (mark === noted.mark && ts >= noted.ts && ts - noted.ts < NOTED_EVERY_MS) return;
    watched.noted = { mark, ts };
    // What was said before a silence may not have held through it: late words will tell.
    const since = Math.min(ts, Math.max(watch.inputSince, heardSince ?? ts));
    const at = { ts, mark, isLate: false, ...(watch.kind === 'scanner' ? {} : { since }) };
    if (this.ledger.note(state.site, state.id, state.kind, at, now))
      this.#consequences.draft.isDue = true;
  }
}

/** How far a clock is off: known to be wrong, or ahead, as no message comes before it is sent (ms). */
function clockOffsetOf(sample: Sample, known: number | undefined): number | undefined {
  if (known !== undefined) return known;
  const own = sample.metrics['clock.offset'];
  if (!sample.hasOwnTime) return typeof own === 'number' ? own : undefined;
  return sample.isBackfill || sample.isRetained ? undefined : sample.ts - sample.receivedAt;
}
