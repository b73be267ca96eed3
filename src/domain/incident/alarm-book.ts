import type { Alarm, AlarmCode } from '../../contract/alarm.ts';

/** An alarm as it stands, and the incident that it belongs to. */
export interface BookedAlarm {
  alarm: Alarm;
  incidentId: string | undefined;
}

/** These join the power incident of their site, where one is open. */
export const POWER_JOINS: ReadonlySet<AlarmCode> = new Set<AlarmCode>([
  'UPS_CRITICAL',
  'UPS_MARGIN_LOW',
  'SHUTDOWN_NOW',
  'MAINS_FLAP',
  'GEN_START_FAIL',
]);

/** One of these says that the battery may not last for an announced slot. */
export const ENDANGERING: ReadonlySet<AlarmCode> = new Set<AlarmCode>([
  'UPS_CRITICAL',
  'UPS_MARGIN_LOW',
  'SHUTDOWN_NOW',
]);

/** Alarms of a site or above: they follow from incidents or make them by themselves. */
export const ABOVE_DEVICE: ReadonlySet<AlarmCode> = new Set<AlarmCode>([
  'SITE_OUTAGE',
  'SITE_DARK',
  'COMMS_LOSS',
  'PLATFORM_FAULT',
  'REGIONAL_OUTAGE',
  'WIDE_AREA_OUTAGE',
]);

/** The condition holds now. */
export function isActive({ state }: Alarm): boolean {
  return state === 'UNACK' || state === 'ACKED';
}

/** The condition holds, or is latched until a person resets it. */
export function isStanding(alarm: Alarm): boolean {
  return isActive(alarm) || alarm.state === 'LATCH_UNACK' || alarm.state === 'LATCH_ACKED';
}

/** Nobody and nothing hides it. */
export function isShown({ suppression }: Alarm): boolean {
  return suppression === 'none';
}

/** The device that an alarm is of; none of an alarm of a site or above. */
export function deviceOf({ device }: Alarm): string {
  return device ?? '';
}

/** The alarms that are not normal, by site; `*` is the site of those above one. */
export class AlarmBook {
  readonly #sites = new Map<string, Map<string, BookedAlarm>>();
  readonly #members = new Map<string, Set<BookedAlarm>>();
  readonly #assigned = new Map<string, string>();

  /** Takes up an alarm as it was before a restart. */
  restore(alarm: Alarm): void {
    if (isForgettable(alarm)) return;
    const booked: BookedAlarm = { alarm, incidentId: undefined };
    this.#ofSite(alarm.site).set(alarm.id, booked);
    if (alarm.incidentId !== undefined) this.#join(booked, alarm.incidentId);
  }

  /** Takes up an alarm; `isIncidentOpen` tells whether an alarm that comes anew may keep its incident. */
  put(alarm: Alarm, isIncidentOpen: (id: string | undefined) => boolean): void {
    const site = this.#ofSite(alarm.site);
    const booked = site.get(alarm.id);
    if (booked === undefined) {
      if (!isForgettable(alarm)) site.set(alarm.id, { alarm, incidentId: undefined });
      return;
    }
    const wasActive = isActive(booked.alarm);
    booked.alarm = alarm;
    if (isForgettable(alarm)) {
      this.#leave(booked);
      site.delete(alarm.id);
    } else if (!wasActive && isActive(alarm) && !isIncidentOpen(booked.incidentId)) {
      this.#leave(booked);
    }
  }

  assign(booked: BookedAlarm, incidentId: string): void {
    if (booked.incidentId === incidentId) return;
    this.#leave(booked);
    this.#join(booked, incidentId);
    this.#assigned.set(booked.alarm.id, incidentId);
  }

  get(site: string, id: string): BookedAlarm | undefined {
    return this.#sites.get(site)?.get(id);
  }

  of(site: string): Iterable<BookedAlarm> {
    return this.#sites.get(site)?.values() ?? [];
  }

  sites(): Iterable<string> {
    return this.#sites.keys();
  }

  isActive(site: string, id: string): boolean {
    const booked = this.get(site, id);
    return booked !== undefined && isActive(booked.alarm);
  }

  members(incidentId: string): Iterable<BookedAlarm> {
    return this.#members.get(incidentId) ?? [];
  }

  /** Which alarms were given an incident since this was asked last. */
  takeAssigned(): { alarmId: string; incidentId: string }[] {
    const taken = [...this.#assigned].map(([alarmId, incidentId]) => ({ alarmId, incidentId }));
    this.#assigned.clear();
    return taken;
  }

  /** The answer has been given. */
  settle(alarmId: string): void {
    this.#assigned.delete(alarmId);
  }

  #ofSite(site: string): Map<string, BookedAlarm> {
    const alarms = this.#sites.get(site) ?? new Map<string, BookedAlarm>();
    this.#sites.set(site, alarms);
    return alarms;
  }

  #join(booked: BookedAlarm, incidentId: string): void {
    booked.incidentId = incidentId;
    const members = this.#members.get(incidentId) ?? new Set();
    this.#members.set(incidentId, members.add(booked));
  }

  #leave(booked: BookedAlarm): void {
    const { incidentId } = booked;
    if (incidentId === undefined) return;
    const members = this.#members.get(incidentId);
    members?.delete(booked);
    if (members?.size === 0) this.#members.delete(incidentId);
    booked.incidentId = undefined;
  }
}

function isForgettable(alarm: Alarm): boolean {
  return alarm.state === 'NORM' && alarm.suppressedBy === undefined;
}
