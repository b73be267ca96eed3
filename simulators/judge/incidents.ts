import type { Limits } from '../scenarios/scenario-schema.ts';
import type { AlarmStretch } from './alarm-stretches.ts';
import { clockOf, counted } from './case-list.ts';
import type { Expectations } from './expectations.ts';
import { isSiteHeardAt } from './hearing.ts';
import { isOutage, type SeenIncident, topOf } from './incident-view.ts';
import { hasToldLoss, type SiteLoss, siteLosses } from './site-loss.ts';
import type { Check } from './verdict.ts';

/** An incident that comes later than this after the words has missed them. */
const FOUND_WITHIN_MS = 60_000;
/** How far the monitor's and our own time may differ in the order of two things. */
const SLACK_MS = 1500;
/** An alarm stands on for so long after mains is back (contract: the off-delay of UPS_ON_BATTERY). */
const OFF_DELAY_MS = 60_000;
/** How long an outage must hold before it counts in what several sites make together. */
const HOLDS_MS = 5000;
/** A parent is opened, and what it absorbs is absorbed, so soon. */
const ABSORBED_WITHIN_MS = 10_000;
const SITES_OF_A_REGION = 3;
const REGIONS_OF_AN_AREA = 2;

export interface IncidentEvidence {
  expectations: Expectations;
  incidents: readonly SeenIncident[];
  stretches: readonly AlarmStretch[];
  limits: Limits;
  endMs: number;
}

/** Incidents missing, false, too many for one cause, late, and those that do not end. */
export function judgeIncidents(evidence: IncidentEvidence): Check[] {
  const { expectations, incidents, limits } = evidence;
  const losses = siteLosses(expectations);
  const found = losses.map((loss) => ({ loss, incident: incidentOf(loss, incidents) }));
  const outages = incidents.filter(isOutage);
  const groups = groupsOf(losses.map(withOnset), expectations);
  return [
    counted({
      name: 'incidents.missing',
      cases: found.flatMap(({ loss, incident }) =>
        incident === undefined ? [`${loss.site} at ${clockOf(loss.from)}: no incident`] : [],
      ),
      limit: limits.missed,
      of: losses.length,
    }),
    counted({
      name: 'incidents.false',
      cases: incidents.flatMap((one) => falsehoodOf(one, evidence) ?? []),
      limit: limits.false,
      of: incidents.length,
    }),
    counted({
      name: 'incidents.tops',
      cases: groups.flatMap((group) => splitOf(group, incidents) ?? []),
      limit: 0,
      of: groups.length,
    }),
    delayCheck(found, evidence),
    counted({
      name: 'incidents.resolved',
      cases: outages
        .filter((one) => isOverdue(one, evidence))
        .map((one) => `${describe(one)} is open`),
      limit: 0,
      of: outages.length,
    }),
  ];
}

/** The first incident of an outage that covers the site while it is without mains, or soon after. */
function incidentOf(loss: SiteLoss, incidents: readonly SeenIncident[]): SeenIncident | undefined {
  return incidents.find(
    (one) =>
      isOutage(one) &&
      one.sites.includes(loss.site) &&
      one.openedAt <= loss.from + FOUND_WITHIN_MS &&
      (one.resolvedAt ?? Number.POSITIVE_INFINITY) >= loss.from,
  );
}

function delayCheck(
  found: readonly { loss: SiteLoss; incident: SeenIncident | undefined }[],
  { stretches, limits }: IncidentEvidence,
): Check {
  const delays = found.flatMap(({ loss, incident }) =>
    incident === undefined ? [] : incident.openedAt - alarmAt(loss, stretches),
  );
  const measured = Math.max(0, ...delays) / 1000;
  const limit = limits.incidentDelay;
  const late = found.filter(
    ({ loss, incident }) =>
      incident !== undefined && incident.openedAt - alarmAt(loss, stretches) > limit * 1000,
  );
  return {
    name: 'incident.delay',
    outcome: measured <= limit ? 'right' : 'wrong',
    measured,
    limit,
    unit: 's',
    of: delays.length,
    examples: late
      .slice(0, 10)
      .map(({ loss, incident }) => `${incident?.id} of ${loss.site}, lost ${clockOf(loss.from)}`),
  };
}

/** The alarm of the loss, where it came after the words. */
function alarmAt({ site, from }: SiteLoss, stretches: readonly AlarmStretch[]): number {
  const alarms = stretches.filter(
    (one) =>
      one.code === 'UPS_ON_BATTERY' &&
      one.site === site &&
      one.from >= from &&
      one.from <= from + FOUND_WITHIN_MS,
  );
  return alarms.length === 0 ? from : Math.min(...alarms.map((one) => one.from));
}

/** What is wrong about an incident that nothing which was told explains. */
function falsehoodOf(one: SeenIncident, { expectations }: IncidentEvidence): string | undefined {
  const { siteWindowMs, regionWindowMs } = expectations.policy;
  // What grew out of a site's or a region's is judged by when it had grown so far.
  const grownAt = one.events.findLast(({ type }) => type === 'class_changed')?.at ?? one.openedAt;
  const to = grownAt + SLACK_MS;
  const from = one.openedAt - OFF_DELAY_MS - siteWindowMs - SLACK_MS;
  if (one.class === 'site' || one.class === 'site_dark') {
    const isTold = one.sites.some((site) => hasToldLoss(site, from, to, expectations));
    return isTold ? undefined : `${describe(one)}: nobody there was without mains`;
  }
  const told = expectations
    .sites()
    .filter((site) => hasToldLoss(site, from - regionWindowMs, to, expectations));
  if (one.class === 'region') {
    const isTold = districtsOut(told, expectations).length > 0;
    return isTold ? undefined : `${describe(one)}: no region or queue was without mains`;
  }
  if (one.class === 'wide_area') {
    // A queue crosses regions: what counts is where the sites lie.
    const out = districtsOut(told, expectations).filter((name) => !name.startsWith('queue:'));
    const isTold = out.length >= REGIONS_OF_AN_AREA;
    return isTold ? undefined : `${describe(one)}: no two regions were without mains`;
  }
  if (one.class !== 'comms') return undefined;
  const heard = one.sites.find((site) => isSiteHeardAt(site, one.openedAt, expectations));
  return heard && `${describe(one)}: ${heard} was heard`;
}

function districtsOut(told: readonly string[], expectations: Expectations): string[] {
  return [...expectations.districts()]
    .filter(([, sites]) => {
      const out = sites.filter((site) => told.includes(site)).length;
      return out >= Math.min(SITES_OF_A_REGION, sites.length);
    })
    .map(([name]) => name);
}

/** A loss within the off-delay of another is the same alarm, which began with the first. */
interface Onset extends SiteLoss {
  onsetAt: number;
}

function withOnset(loss: SiteLoss, index: number, all: readonly SiteLoss[]): Onset {
  const before = all.slice(0, index).filter(({ site }) => site === loss.site);
  let onsetAt = loss.from;
  for (const { from, to = onsetAt } of before.reverse()) {
    if (to + OFF_DELAY_MS + SLACK_MS < onsetAt) break;
    onsetAt = from;
  }
  return { ...loss, onsetAt };
}

interface Group {
  name: string;
  at: number;
  losses: readonly Onset[];
}

/** Sites that fell within the window and were out together: one cause, by the rules of the correlation. */
function groupsOf(losses: readonly Onset[], expectations: Expectations): Group[] {
  const { regionWindowMs } = expectations.policy;
  const groups: Group[] = [];
  const districts = [...expectations.districts()];
  const regions = districts.filter(([name]) => !name.startsWith('queue:'));
  for (const [name, sites] of districts) {
    const own = losses.filter(({ site }) => sites.includes(site));
    for (const { from: at } of own) {
      const together = own.filter((one) => isOutAt(one, at, regionWindowMs));
      if (together.length >= SITES_OF_A_REGION) groups.push({ name, at, losses: together });
    }
  }
  for (const { from: at } of losses) {
    const out = losses.filter((one) => isOutAt(one, at, regionWindowMs));
    const whole = regions.flatMap(([, sites]) => {
      const own = out.filter(({ site }) => sites.includes(site));
      return own.length >= SITES_OF_A_REGION ? [own] : [];
    });
    if (whole.length < REGIONS_OF_AN_AREA) continue;
    groups.push({ name: 'several regions', at, losses: whole.flat() });
  }
  return groups.filter(
    (group) => !groups.some((other) => areCrossed(group, other, regionWindowMs)),
  );
}

/** A region and a queue that share some sites: whose those are, the rules do not say. */
function areCrossed(one: Group, other: Group, windowMs: number): boolean {
  if (one.name === other.name || Math.abs(one.at - other.at) > windowMs) return false;
  const [own, others] = [one, other].map(({ losses }) => losses.map(({ site }) => site));
  if (own === undefined || others === undefined) return false;
  const shared = own.filter((site) => others.includes(site)).length;
  return shared > 0 && shared < own.length && shared < others.length;
}

function isOutAt(one: Onset, at: number, windowMs: number): boolean {
  const { from, to = Number.POSITIVE_INFINITY, onsetAt } = one;
  return from <= at && onsetAt >= at - windowMs + SLACK_MS && to >= at + HOLDS_MS;
}

/** What is wrong where the sites of a group do not stand in one open incident at the top. */
function splitOf({ name, at, losses }: Group, incidents: readonly SeenIncident[]) {
  const byId = new Map(incidents.map((one) => [one.id, one]));
  const until = at + ABSORBED_WITHIN_MS;
  const open = incidents.filter(
    (one) =>
      isOutage(one) && one.openedAt <= until && (one.resolvedAt ?? Number.POSITIVE_INFINITY) > at,
  );
  const sites = losses.map(({ site }) => site);
  const tops = new Set(
    open
      .filter((one) => one.sites.some((site) => sites.includes(site)))
      .map((one) => topOf(one, byId)),
  );
  const where = `${name} at ${clockOf(at)}, ${sites.join(', ')}`;
  if (tops.size > 1) return `${where}: ${[...tops].map(({ id }) => id).join(', ')} are several`;
  const [top] = tops;
  if (top === undefined) return `${where}: no incident`;
  if (top.class === 'site' || top.class === 'site_dark')
    return `${where}: ${top.id} is of a site alone`;
  const missing = sites.filter((site) => !top.sites.includes(site));
  return missing.length === 0 ? undefined : `${where}: ${top.id} is without ${missing.join(', ')}`;
}

/** Still open although everything there has had mains for long enough, and says so. */
function isOverdue(one: SeenIncident, { expectations, endMs }: IncidentEvidence): boolean {
  if (one.resolvedAt !== undefined) return false;
  const since = endMs - OFF_DELAY_MS - 2 * expectations.policy.holdMs;
  return one.sites.every((site) =>
    expectations.devicesAt(site).every(({ losses, lastSeen = 0, intervalMs, kind, isGone }) => {
      if (kind === 'scanner') return true;
      const isHeard = !isGone && lastSeen >= endMs - 2 * intervalMs;
      return isHeard && losses.every(({ to }) => to !== undefined && to <= since);
    }),
  );
}

function describe({ id, class: own, sites, openedAt }: SeenIncident): string {
  return `${id}, ${own} of ${sites.slice(0, 4).join(', ')}, opened ${clockOf(openedAt)}`;
}
