import { coverageOf } from '../../../simulators/judge/coverage.ts';
import type { Expectations } from '../../../simulators/judge/expectations.ts';
import { siteSilences } from '../../../simulators/judge/hearing.ts';
import type { KnownDevice } from '../../../simulators/judge/known-device.ts';
import { siteLosses } from '../../../simulators/judge/site-loss.ts';
import type { JudgeView } from '../../../simulators/judge/view.ts';
import type { Incident, IncidentEvent, Intent } from '../../../src/contract/incident.ts';
import type { DrivenMonitor } from './run.ts';

const OFF_DELAY_MS = 60_000;
const GROUP_WAIT_MS = 10_000;
const MINUTE_MS = 60_000;

export interface ReferenceAlarm {
  id: string;
  code: string;
  severity: string;
  site: string;
  device?: string;
  transitions: { version: number; to: string; at: number }[];
}

export interface ReferenceOutage {
  id: string;
  site: string;
  startedAt: number;
  endedAt?: number;
  coverage: number;
}

type Answered<T> = { -readonly [K in keyof T]: T[K] };
export interface ReferenceIncident {
  incident: Answered<Pick<Incident, 'id' | 'class' | 'sites' | 'openedAt'>> & {
    parentId?: string;
    resolvedAt?: number;
  };
  events: Pick<IncidentEvent, 'type' | 'at'>[];
  intents: Pick<Intent, 'kind' | 'at'>[];
}

/** What the reference says in the end; a test plants a fault here. */
export interface ReferenceAnswers {
  alarms: ReferenceAlarm[];
  outages: ReferenceOutage[];
  incidents: ReferenceIncident[];
  pushed: Set<string>;
}

/**
 * A monitor that knows afterwards what it was told, and says that in the plainest way. It shows that the judge calls
 * right what is right, and what it is called when one answer is spoilt.
 */
export function createReference(
  expectations: Expectations,
  plant: (answers: ReferenceAnswers) => void = () => {},
): DrivenMonitor {
  let [now, before] = [0, 0];
  let answers: ReferenceAnswers | undefined;
  const known = () => {
    if (answers === undefined) {
      // The last step leads beyond the end: what was sent at it is settled there.
      answers = answersOf(expectations, before);
      plant(answers);
    }
    return answers;
  };
  const view: JudgeView = {
    get pushed() {
      return known().pushed;
    },
    sitePower: new Map(),
    get: async <T>(path: string) => answer(path, known()) as T,
  };
  const done = async () => {};
  const advance = async (to: number) => {
    [now, before] = [to, now];
  };
  return { view, advance, take: () => {}, settled: done, stop: done };
}

function answer(path: string, { alarms, outages, incidents }: ReferenceAnswers): unknown {
  const [, kind = '', name] = /^\/api\/v1\/([a-z]+)(?:\/([^?]+))?/.exec(path) ?? [];
  const id = name === undefined ? undefined : decodeURIComponent(name);
  if (kind === 'outages') return timesAsText(outages);
  if (kind === 'alarms') {
    return id === undefined ? alarms : timesAsText(alarms.find((one) => one.id === id));
  }
  if (id === undefined) return timesAsText(incidents.map(({ incident }) => incident));
  return timesAsText(incidents.find(({ incident }) => incident.id === id));
}

function timesAsText(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, member) =>
      /At$|^at$/.test(key) && typeof member === 'number' ? new Date(member).toISOString() : member,
    ),
  );
}

function answersOf(expectations: Expectations, endMs: number): ReferenceAnswers {
  const alarms = [...alarmsOnBattery(expectations, endMs), ...alarmsOfSilence(expectations, endMs)];
  const pushed = new Set(
    alarms.flatMap(({ id, transitions }) => transitions.map(({ version }) => `${id}:${version}`)),
  );
  const outages = expectations.sites().flatMap((site) => outagesOf(site, expectations, endMs));
  return { alarms, outages, incidents: incidentsOf(expectations, endMs), pushed };
}

function alarmsOnBattery(expectations: Expectations, endMs: number): ReferenceAlarm[] {
  return [...expectations.devices.values()]
    .filter(({ kind, losses }) => kind === 'ups' && losses.length > 0)
    .map(({ key, losses }) => {
      const [site = '', device = ''] = key.split('/');
      const id = `${site}.${device}.UPS_ON_BATTERY`;
      const alarm: ReferenceAlarm = {
        id,
        code: 'UPS_ON_BATTERY',
        severity: 'major',
        site,
        device,
        transitions: [],
      };
      for (const { from, to } of joined(losses)) raise(alarm, from, to, endMs);
      return alarm;
    });
}

function raise(alarm: ReferenceAlarm, from: number, to: number | undefined, endMs: number): void {
  const version = alarm.transitions.length + 1;
  alarm.transitions.push({ version, to: 'UNACK', at: from });
  if (to === undefined || to > endMs) return;
  alarm.transitions.push({ version: version + 1, to: 'RTN_UNACK', at: to });
}

/** Losses that follow within the off-delay are one, and last it out. */
function joined(losses: readonly { from: number; to?: number }[]): { from: number; to?: number }[] {
  const all: { from: number; to?: number }[] = [];
  for (const { from, to } of losses) {
    const end = to === undefined ? {} : { to: to + OFF_DELAY_MS };
    const last = all.at(-1);
    if (last?.to !== undefined && from < last.to) {
      delete last.to;
      Object.assign(last, end);
    } else all.push({ from, ...end });
  }
  return all;
}

function alarmsOfSilence(expectations: Expectations, endMs: number): ReferenceAlarm[] {
  return expectations.sites().flatMap((site) =>
    siteSilences(site, expectations, endMs).flatMap(({ from, to }, index) => {
      const at = from + MINUTE_MS;
      if (at >= to - 1500) return [];
      const wasLost = expectations
        .devicesAt(site)
        .some(({ losses }) => losses.some((one) => one.from <= from && (one.to ?? endMs) >= at));
      const code = wasLost ? 'SITE_DARK' : 'COMMS_LOSS';
      const id = `${site}.${code}`;
      const severity = 'critical';
      const alarm: ReferenceAlarm = { id: `${id}${index}`, code, severity, site, transitions: [] };
      raise(alarm, at, to, endMs);
      return [alarm];
    }),
  );
}

/** All words of the site in the order of what they tell of: gone with the first, back with the first that may say so. */
function outagesOf(site: string, expectations: Expectations, endMs: number): ReferenceOutage[] {
  const units = expectations.devicesAt(site).filter(({ kind }) => kind !== 'scanner');
  const words = units
    .flatMap((unit) =>
      unit.words
        .between(0, endMs)
        .filter(({ isLost }) => isLost !== undefined)
        .map((word) => ({ ...word, unit })),
    )
    .sort((a, b) => a.measuredAt - b.measuredAt || Number(a.isLost) - Number(b.isLost));
  const rows: ReferenceOutage[] = [];
  let open: { row: ReferenceOutage; meter: KnownDevice | undefined } | undefined;
  for (const { unit, isLost, saidAt } of words) {
    if (isLost) {
      if (open === undefined) {
        const row = { id: `${site}-${rows.length}`, site, startedAt: saidAt, coverage: 1 };
        open = { row, meter: undefined };
        rows.push(row);
      }
      if (unit.kind === 'power') open.meter = unit;
    } else if (open !== undefined && (open.meter ?? unit) === unit) {
      open.row.endedAt = Math.max(saidAt, open.row.startedAt);
      open = undefined;
    }
  }
  for (const row of rows) {
    const { low, high } = coverageOf(row, expectations, endMs);
    row.coverage = (low + high) / 2;
  }
  return rows;
}

function incidentsOf(expectations: Expectations, endMs: number): ReferenceIncident[] {
  const sites = expectations.sites().flatMap((site) =>
    joined(siteLosses(expectations).filter((one) => one.site === site)).map(
      ({ from, to }, index): ReferenceIncident => ({
        incident: {
          id: `${site}-${index}`,
          class: 'site',
          sites: [site],
          openedAt: from,
          ...ended(to, endMs),
        },
        events: [{ type: 'opened', at: from }],
        intents: [],
      }),
    ),
  );
  const parents = parentsOf(sites, expectations, endMs);
  const all = [...sites, ...parents];
  for (const one of all) if (one.incident.parentId === undefined) tell(one, expectations, endMs);
  return all;
}

function ended(to: number | undefined, endMs: number): { resolvedAt?: number } {
  return to === undefined || to > endMs ? {} : { resolvedAt: to };
}

/** Three sites that fall within two minutes have one parent, whatever lies between them. */
function parentsOf(
  sites: ReferenceIncident[],
  expectations: Expectations,
  endMs: number,
): ReferenceIncident[] {
  const { regionWindowMs } = expectations.policy;
  const inOrder = sites.toSorted((a, b) => a.incident.openedAt - b.incident.openedAt);
  const parents: ReferenceIncident[] = [];
  for (const { incident } of inOrder) {
    const at = incident.openedAt;
    const own = inOrder.filter(
      ({ incident: one }) => one.openedAt <= at && (one.resolvedAt ?? endMs) > at,
    );
    const fresh = own.filter(({ incident: one }) => one.openedAt >= at - regionWindowMs);
    const districts = [...expectations.districts()].filter(
      ([, members]) =>
        fresh.filter(({ incident: one }) => members.includes(one.sites[0] ?? '')).length >=
        Math.min(3, members.length),
    );
    const known = parents.find(
      ({ incident: one }) =>
        one.openedAt <= at && (one.resolvedAt ?? endMs) > at && districts.length > 0,
    );
    if (districts.length === 0) continue;
    const parent = known ?? newParent(parents.length, at);
    if (known === undefined) parents.push(parent);
    const regions = districts.filter(([name]) => !name.startsWith('queue:'));
    if (regions.length >= 2 && parent.incident.class === 'region') {
      parent.incident.class = 'wide_area';
      parent.events.push({ type: 'class_changed', at });
    }
    for (const member of fresh) absorb(parent, member, at, endMs);
  }
  return parents;
}

function newParent(number: number, at: number): ReferenceIncident {
  return {
    incident: { id: `region-${number}`, class: 'region', sites: [], openedAt: at },
    events: [{ type: 'opened', at }],
    intents: [],
  };
}

function absorb(
  parent: ReferenceIncident,
  { incident, events }: ReferenceIncident,
  at: number,
  endMs: number,
): void {
  if (incident.parentId !== undefined) return;
  incident.parentId = parent.incident.id;
  events.push({ type: 'absorbed', at });
  parent.incident.sites.push(...incident.sites);
  const end = Math.max(incident.resolvedAt ?? endMs, parent.incident.resolvedAt ?? 0);
  if (incident.resolvedAt === undefined) delete parent.incident.resolvedAt;
  else if (end < endMs) parent.incident.resolvedAt = end;
}

/** One first notification when the group wait is over and mains still away, one of the end. */
function tell({ incident, intents }: ReferenceIncident, expectations: Expectations, endMs: number) {
  const at = incident.openedAt + GROUP_WAIT_MS;
  const isAway = incident.sites.some((site) =>
    expectations
      .devicesAt(site)
      .some(({ losses }) => losses.some(({ from, to }) => from <= at && (to ?? endMs) >= at)),
  );
  if (!isAway || at > endMs) return;
  intents.push({ kind: 'first', at });
  if (incident.resolvedAt !== undefined)
    intents.push({ kind: 'restored', at: incident.resolvedAt });
}
