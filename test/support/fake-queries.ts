import type { Alarm, Transition } from '../../src/contract/alarm.ts';
import type {
  AlarmCommand,
  CommandAnswer,
  IncidentCommand,
  ScheduleAnswer,
  ScheduleCommand,
} from '../../src/contract/command.ts';
import type { Topology } from '../../src/contract/config.ts';
import type { Dispatch } from '../../src/contract/dispatch.ts';
import type { Incident, IncidentEvent, Intent } from '../../src/contract/incident.ts';
import type { Outage, OutageSummary } from '../../src/contract/outage.ts';
import type { Readiness } from '../../src/contract/readiness.ts';
import type { Region } from '../../src/contract/region.ts';
import type { ScheduleView } from '../../src/contract/schedule.ts';
import { Fleet } from '../../src/domain/fleet.ts';
import type { Span } from '../../src/domain/resolution.ts';
import type { Actor, Clock, Commands, Queries } from '../../src/ports.ts';
import { topology } from './sample.ts';

/** What HTTP and the live feed read: a fleet as it truly is, the rest as the test sets it. */
export class FakeQueries {
  readonly fleet: Fleet;
  readonly alarms = new Map<string, Alarm>();
  readonly transitions: Transition[] = [];
  readonly incidents: Incident[] = [];
  readonly events: IncidentEvent[] = [];
  readonly intents: Intent[] = [];
  readonly outages: Outage[] = [];
  readonly regions: Region[] = [];
  readonly dispatches = new Map<string, Dispatch[]>();
  schedule: ScheduleView = { days: [], emergencies: [], isStale: false, missing: [] };
  summary: OutageSummary = {
    saved: [],
    all: { saidiMinutes: 0, saifi: 0, maifi: 0 },
    sites: [],
  };
  platform: Record<string, Readiness> = { store: { isReady: true, state: 'ok' } };
  /** The spans that a summary was asked of. */
  readonly summarized: Span[] = [];
  /** What was asked of the ledger. */
  readonly asked: object[] = [];

  constructor(config: Topology = topology()) {
    this.fleet = new Fleet(config);
  }

  queries(clock: Clock): Queries {
    const { fleet } = this;
    return {
      now: () => clock.now(),
      sites: () => fleet.sites(clock.now()),
      site: (id) => fleet.site(id, clock.now()),
      poweredFrom: (site, device) => fleet.poweredFrom(site, device),
      devices: (site) => fleet.devices(clock.now(), site),
      device: (site, id, detail) => fleet.device(site, id, clock.now(), detail),
      alarms: ({ state, site }) =>
        [...this.alarms.values()]
          .filter((alarm) => state === 'all' || alarm.state !== 'NORM')
          .filter((alarm) => site === undefined || alarm.site === site),
      alarm: (id) => this.alarms.get(id),
      transitions: async (id) => this.transitions.filter(({ alarmId }) => alarmId === id),
      incidents: () => this.incidents.filter(({ state }) => state !== 'resolved'),
      children: async (id) => this.incidents.filter(({ parentId }) => parentId === id),
      incidentHistory: async ({ state, limit }) =>
        this.incidents.filter((one) => state === 'all' || one.state !== 'resolved').slice(0, limit),
      incident: async (id) => this.incidents.find((one) => one.id === id),
      incidentEvents: async (id) => this.events.filter(({ incidentId }) => incidentId === id),
      intents: async (id) => this.intents.filter(({ incidentId }) => incidentId === id),
      outages: async (filter) => {
        this.asked.push(filter);
        return this.outages;
      },
      outageSummary: async (span) => {
        this.summarized.push(span);
        return this.summary;
      },
      regions: () => this.regions,
      dispatch: (generator) => this.dispatches.get(generator),
      schedule: () => this.schedule,
      rejects: () => [],
      rejectCounts: () => ({}),
      quarantined: async () => [],
      readiness: () => this.platform,
    };
  }
}

/** Writes down every command with who gave it, and answers as the test says. */
export class FakeCommands implements Commands {
  readonly given: { command: AlarmCommand | IncidentCommand | ScheduleCommand; actor: Actor }[] =
    [];
  answer: CommandAnswer = { ok: true, version: 2 };
  scheduleAnswer: ScheduleAnswer = { ok: true };
  failure: Error | undefined;

  async actOnAlarm(command: AlarmCommand, actor: Actor): Promise<CommandAnswer> {
    return this.#take(command, actor, this.answer);
  }

  async actOnIncident(command: IncidentCommand, actor: Actor): Promise<CommandAnswer> {
    return this.#take(command, actor, this.answer);
  }

  async enterSchedule(command: ScheduleCommand, actor: Actor): Promise<ScheduleAnswer> {
    return this.#take(command, actor, this.scheduleAnswer);
  }

  #take<T>(command: AlarmCommand | IncidentCommand | ScheduleCommand, actor: Actor, answer: T): T {
    if (this.failure !== undefined) throw this.failure;
    this.given.push({ command, actor });
    return answer;
  }
}
