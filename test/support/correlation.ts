import type { Alarm, AlarmChange, AlarmCode, Severity } from '../../src/contract/alarm.ts';
import type { IncidentPolicy } from '../../src/contract/config.ts';
import type { Incident, IncidentChange, Intent } from '../../src/contract/incident.ts';
import type { DeviceFacts } from '../../src/domain/facts.ts';
import type { CauseView } from '../../src/domain/incident/board.ts';
import { Correlator } from '../../src/domain/incident/correlator.ts';
import type { ConditionChange } from '../../src/domain/incident/record.ts';
import type { Place } from '../../src/domain/incident/site-states.ts';

export const T0 = Date.UTC(2026, 10, 24, 12);

const POLICY: IncidentPolicy = {
  siteWindow: 30,
  regionWindow: 120,
  groupWait: 10,
  updateEvery: 300,
  holdAfterSource: 60,
};

const SEVERITY: Partial<Record<AlarmCode, Severity>> = {
  UPS_CRITICAL: 'critical',
  SHUTDOWN_NOW: 'critical',
  GEN_START_FAIL: 'critical',
  UPS_FAULT: 'critical',
  SITE_DARK: 'critical',
  PLATFORM_FAULT: 'critical',
  REGIONAL_OUTAGE: 'critical',
  WIDE_AREA_OUTAGE: 'critical',
  BATT_TEMP: 'minor',
  MAINS_VOLT: 'warning',
  MAINS_FREQ: 'warning',
};

type Seen = { type: string; site?: string; to?: string; id: string };

/** Sites with their devices' facts and alarms, the correlator before them, and all that it has said. */
export class World {
  readonly facts = new Map<string, DeviceFacts[]>();
  readonly places = new Map<string, Place>();
  readonly alarms = new Map<string, Alarm>();
  readonly causes = new Map<string, CauseView>();
  readonly events: Seen[] = [];
  readonly intents: Intent[] = [];
  readonly conditions: ConditionChange[] = [];
  readonly suppressions: { alarmId: string; sourceId: string | undefined }[] = [];
  readonly incidents = new Map<string, Incident>();
  readonly remembered = new Map<string, string>();
  readonly changes: IncidentChange[] = [];
  now = T0;
  correlator = this.#newCorrelator();

  /** Adds a site with so many UPSs. */
  site(site: string, upsCount = 2, place: Partial<Place> = {}): this {
    this.places.set(site, { region: place.region, queue: place.queue });
    this.facts.set(site, []);
    for (let n = 1; n <= upsCount; n += 1) this.device(site, `ups-${n}`);
    return this;
  }

  device(site: string, id: string, facts: Partial<DeviceFacts> = {}): this {
    this.facts.get(site)?.push({
      site,
      id,
      kind: 'ups',
      feed: undefined,
      registered: true,
      power: 'mains',
      input: 'mains',
      inputSince: T0 - 3_600_000,
      isSilent: false,
      silentSince: undefined,
      isSilenceExpected: false,
      wasOnBattery: false,
      exhaustedAt: undefined,
      isOnGenerator: false,
      marginSeconds: undefined,
      ...facts,
    });
    return this;
  }

  /** Begins to watch; call it after the sites are there. */
  start(): this {
    this.correlator.restore({ alarms: [], incidents: [], remembered: [] }, this.now);
    this.tick();
    return this;
  }

  /** The monitor ends and begins anew with what the journal has. */
  restart(): this {
    this.correlator = this.#newCorrelator();
    this.correlator.restore(
      {
        alarms: [...this.alarms.values()],
        incidents: [...this.incidents.values()].map((incident) => structuredClone(incident)),
        remembered: [...this.remembered].map(([key, body]) => ({ key, body })),
      },
      this.now,
    );
    return this;
  }

  of(site: string, id = 'ups-1'): DeviceFacts {
    const found = this.facts.get(site)?.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no device ${site}/${id}`);
    return found;
  }

  fact(site: string, id: string, facts: Partial<DeviceFacts>): this {
    Object.assign(this.of(site, id), facts);
    this.correlator.siteChanged(site, this.now);
    return this.drain();
  }

  /** The device's input is lost and its alarm is raised, as one message does it. */
  lose(site: string, ...ids: string[]): this {
    for (const id of ids) {
      Object.assign(this.of(site, id), {
        input: 'lost',
        power: 'battery',
        inputSince: this.now,
        wasOnBattery: true,
      });
      this.raise('UPS_ON_BATTERY', site, id);
    }
    return this;
  }

  /** The input is back; the alarm clears after its off-delay, see `clear`. */
  back(site: string, ...ids: string[]): this {
    for (const id of ids) {
      this.fact(site, id, {
        input: 'mains',
        power: 'mains',
        inputSince: this.now,
        wasOnBattery: false,
      });
    }
    return this;
  }

  /** The input came back and the off-delay has passed. */
  restore(site: string, ...ids: string[]): this {
    this.back(site, ...ids);
    for (const id of ids) this.clear('UPS_ON_BATTERY', site, id);
    return this;
  }

  silence(site: string, ...ids: string[]): this {
    for (const id of ids) this.fact(site, id, { isSilent: true, silentSince: this.now });
    return this;
  }

  hear(site: string, ...ids: string[]): this {
    for (const id of ids) this.fact(site, id, { isSilent: false, silentSince: undefined });
    return this;
  }

  raise(code: AlarmCode, site: string, device?: string, more: Partial<Alarm> = {}): this {
    const id = alarmId(code, site, device);
    const before = this.alarms.get(id);
    const severity = SEVERITY[code] ?? 'major';
    return this.put({
      id,
      code,
      site,
      ...(device === undefined ? {} : { device }),
      severity,
      priority: 1,
      state: 'UNACK',
      suppression: before?.suppression ?? 'none',
      occurrence: (before?.occurrence ?? 0) + 1,
      version: (before?.version ?? 0) + 1,
      raisedAt: this.now,
      changedAt: this.now,
      reason: 'on_battery',
      ...(before?.suppressedBy === undefined ? {} : { suppressedBy: before.suppressedBy }),
      ...(before?.incidentId === undefined ? {} : { incidentId: before.incidentId }),
      ...more,
    });
  }

  clear(code: AlarmCode, site: string, device?: string, state: Alarm['state'] = 'RTN_UNACK'): this {
    const alarm = this.alarms.get(alarmId(code, site, device));
    if (alarm === undefined) throw new Error(`no alarm ${code}`);
    return this.put({ ...alarm, state, clearedAt: this.now, changedAt: this.now });
  }

  /** Hands alarms on as they stand now. */
  put(...alarms: Alarm[]): this {
    for (const alarm of alarms) this.alarms.set(alarm.id, alarm);
    const homes = this.correlator.alarmsChanged(alarms.map(changeOf), this.now);
    for (const [id, incidentId] of homes) this.#setHome(id, incidentId);
    return this.drain();
  }

  alarm(code: AlarmCode, site: string, device?: string): Alarm {
    const found = this.alarms.get(alarmId(code, site, device));
    if (found === undefined) throw new Error(`no alarm ${code}`);
    return found;
  }

  tick(): this {
    this.correlator.tick(this.now);
    return this.drain();
  }

  /** Lets seconds pass, each with its tick. */
  pass(seconds: number): this {
    for (let n = 0; n < seconds; n += 1) {
      this.now += 1000;
      this.tick();
    }
    return this;
  }

  drain(): this {
    const said = this.correlator.collect(this.now);
    for (const change of said.incidents) {
      this.changes.push(change);
      this.incidents.set(change.incident.id, change.incident);
      const { type, site, to, incidentId } = change.event;
      this.events.push({
        id: incidentId,
        type,
        ...(site === undefined ? {} : { site }),
        ...(to === undefined ? {} : { to }),
      });
    }
    for (const { key, body } of said.remembered) {
      if (body === undefined) this.remembered.delete(key);
      else this.remembered.set(key, body);
    }
    for (const { alarmId: id, incidentId } of said.joined) this.#setHome(id, incidentId);
    for (const { alarmId: id, sourceId } of said.suppressions) this.#suppress(id, sourceId);
    this.intents.push(...said.intents);
    this.conditions.push(...said.conditions);
    this.suppressions.push(...said.suppressions);
    return this;
  }

  /** Open incidents without a parent. */
  top(): Incident[] {
    return this.correlator.open().filter(({ parentId }) => parentId === undefined);
  }

  only(): Incident {
    const [first, ...others] = this.top();
    if (first === undefined || others.length > 0) {
      throw new Error(`expected one incident, got ${JSON.stringify(this.top(), null, 1)}`);
    }
    return first;
  }

  types(id?: string): string[] {
    return this.events.filter((one) => id === undefined || one.id === id).map(({ type }) => type);
  }

  told(kind: Intent['kind']): Intent[] {
    return this.intents.filter((intent) => intent.kind === kind);
  }

  /** The last truth that was said of an alarm. */
  truth(code: AlarmCode, site: string, region?: string): string | undefined {
    const last = this.conditions.findLast(
      (one) => one.code === code && one.target.site === site && one.target.region === region,
    );
    return last?.condition.truth;
  }

  #setHome(id: string, incidentId: string): void {
    const alarm = this.alarms.get(id);
    if (alarm !== undefined) this.alarms.set(id, { ...alarm, incidentId });
  }

  /** As the engine does: an alarm is hidden, or annunciated again. */
  #suppress(id: string, sourceId: string | undefined): void {
    const alarm = this.alarms.get(id);
    if (alarm === undefined) return;
    const { suppressedBy: _before, ...rest } = alarm;
    this.put(
      sourceId === undefined
        ? { ...rest, suppression: 'none' }
        : { ...rest, suppression: 'suppressed', suppressedBy: sourceId },
    );
  }

  #newCorrelator(): Correlator {
    return new Correlator({
      facts: {
        sites: () => this.facts.keys(),
        of: (site) => this.facts.get(site) ?? [],
      },
      place: (site) => this.places.get(site),
      policy: () => POLICY,
      causeOf: (site) => this.causes.get(site) ?? { cause: 'unknown' },
    });
  }
}

export function alarmId(code: AlarmCode, site: string, device?: string): string {
  return [site, device, code].filter((part) => part !== undefined).join('.');
}

function changeOf(alarm: Alarm): AlarmChange {
  const { id, occurrence, version, state, reason, changedAt } = alarm;
  return {
    alarm,
    transition: {
      alarmId: id,
      occurrence,
      version,
      from: 'NORM',
      to: state,
      reason,
      at: changedAt,
    },
  };
}
