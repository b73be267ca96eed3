import { clockOf, counted } from './case-list.ts';
import { isOutage, type SeenIncident } from './incident-view.ts';
import type { IncidentEvidence } from './incidents.ts';
import type { Check } from './verdict.ts';

/** How much later than the group wait the first notification may be (ms). */
const LATE_MS = 2000;
const SLACK_MS = 1500;

/**
 * Nobody is told twice: one first notification of an incident at the top, when the group wait is over, none of
 * what its parent tells of or of what is over by then, and one of its end where its begin was told.
 */
export function judgeNotifications(evidence: IncidentEvidence): Check {
  const { incidents, limits } = evidence;
  const told = incidents.flatMap(({ intents }) => intents);
  const cases = incidents.flatMap((one) => faultsOf(one, evidence));
  if (limits.isCalm && told.length > 0) {
    cases.push(`${told.length} notifications although nothing happened`);
  }
  return counted({ name: 'notifications', cases, limit: 0, of: incidents.length });
}

function faultsOf(one: SeenIncident, evidence: IncidentEvidence): string[] {
  const firsts = one.intents.filter(({ kind }) => kind === 'first');
  const restored = one.intents.filter(({ kind }) => kind === 'restored').length;
  const [first] = firsts;
  const faults: string[] = [];
  if (firsts.length > 1) faults.push(`was told of ${firsts.length} times as new`);
  if (restored > 1) faults.push(`was told of ${restored} times as restored`);
  if (first === undefined && restored > 0) faults.push('was told of as restored and never as new');
  if (first !== undefined) faults.push(...faultsOfFirst(one, first.at, evidence));
  else if (isDue(one, evidence)) faults.push('was never told of');
  const isEnded =
    one.resolvedAt !== undefined && one.resolvedAt < evidence.endMs - LATE_MS - SLACK_MS;
  if (first !== undefined && isEnded && absorbedAt(one) === undefined && restored === 0) {
    faults.push('was never told of as restored');
  }
  const { id, class: own, sites, openedAt } = one;
  const name = `${id}, ${own} of ${sites.slice(0, 4).join(', ')}, opened ${clockOf(openedAt)}`;
  return faults.map((fault) => `${name}: ${fault}`);
}

function faultsOfFirst(one: SeenIncident, at: number, evidence: IncidentEvidence): string[] {
  const dueAt = one.openedAt + evidence.expectations.policy.groupWaitMs;
  const faults: string[] = [];
  // A device's silence has lasted before it is an incident, which may grow into one of its site.
  const soonestAt = Math.min(dueAt, waitedOutAt(one, evidence), absorbedWaitAt(one, evidence));
  if (isOutage(one) && at < soonestAt - SLACK_MS) {
    faults.push(`was told of at ${clockOf(at)}, before the group wait`);
  }
  if (isOutage(one) && isOutThrough(one, dueAt, evidence) && at > dueAt + LATE_MS + SLACK_MS) {
    faults.push(`was told of at ${clockOf(at)}, after ${clockOf(dueAt)}`);
  }
  const absorbed = absorbedAt(one);
  if (absorbed !== undefined && at > absorbed + SLACK_MS) {
    faults.push('was told of by itself, beside its parent');
  }
  if (isOutage(one) && !isOutAt(one, dueAt - LATE_MS, Number.POSITIVE_INFINITY, evidence)) {
    faults.push('was told of although it was over before the group wait');
  }
  return faults;
}

/** What was learned late has waited since it truly began. */
function waitedOutAt(one: SeenIncident, { expectations }: IncidentEvidence): number {
  const begins = expectations.interruptions
    .filter(({ site, startMs, endMs = Number.POSITIVE_INFINITY }) => {
      return one.sites.includes(site) && startMs <= one.openedAt && endMs >= one.openedAt;
    })
    .map(({ startMs }) => startMs);
  return Math.min(...begins) + expectations.policy.groupWaitMs;
}

/** A parent goes on with the wait of the first that it absorbed. */
function absorbedWaitAt(
  { id }: SeenIncident,
  { incidents, expectations }: IncidentEvidence,
): number {
  const children = incidents.filter(({ parentId }) => parentId === id);
  const opened = children.map(({ openedAt }) => openedAt);
  return Math.min(...opened) + expectations.policy.groupWaitMs;
}

/** An outage at the top that held through the group wait, with time left to tell of it. */
function isDue(one: SeenIncident, evidence: IncidentEvidence): boolean {
  const { expectations, endMs } = evidence;
  const dueAt = one.openedAt + expectations.policy.groupWaitMs;
  const until = dueAt + LATE_MS;
  if (!isOutage(one) || until + SLACK_MS > endMs || absorbedAt(one) !== undefined) return false;
  if (one.resolvedAt !== undefined && one.resolvedAt <= until) return false;
  return unitsOf(one, evidence).some(({ losses }) =>
    losses.some(
      ({ from, to }) => from <= one.openedAt + SLACK_MS && (to === undefined || to > until),
    ),
  );
}

/** Whether a UPS or meter there said, between the two times and while the incident was open, that its input is gone. */
function isOutAt(one: SeenIncident, fromMs: number, toMs: number, evidence: IncidentEvidence) {
  const until = Math.min(toMs, one.resolvedAt ?? Number.POSITIVE_INFINITY);
  return unitsOf(one, evidence).some(({ losses }) =>
    losses.some(({ from, to }) => from <= until && (to === undefined || to >= fromMs)),
  );
}

/** What comes and goes is told of when it is gone: it counts as late only where it was gone all the while. */
function isOutThrough(one: SeenIncident, dueAt: number, evidence: IncidentEvidence): boolean {
  return unitsOf(one, evidence).some(({ losses }) =>
    losses.some(({ from, to }) => from <= dueAt && (to === undefined || to > dueAt + LATE_MS)),
  );
}

function unitsOf({ sites }: SeenIncident, { expectations }: IncidentEvidence) {
  return sites.flatMap((site) => expectations.devicesAt(site));
}

/** When a parent took over, of which it is then a part. */
function absorbedAt(one: SeenIncident): number | undefined {
  if (one.parentId === undefined) return undefined;
  return one.events.find(({ type }) => type === 'absorbed')?.at ?? one.openedAt;
}
