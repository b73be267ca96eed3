import type { Permission, Role } from '../../src/contract/access.ts';
import { permissionsOf, permissionsWithin } from '../../src/domain/access/permission.ts';
import type { Principal } from '../../src/domain/access/principal.ts';
import type { WorldPlan } from './border-world.ts';
import { ACCESS_ROWS } from './role-table-access.ts';

/*
 * Who may do what, stated here and nowhere derived: the one table that the test of roles goes through.
 * A route or event without a row in it fails that test. A row names a request about one's own site
 * (`s0x`, region `lviv`); the one about a foreign site is the same with `s2x` and `volyn` in its place.
 */

export type Who = 'nobody' | Role | 'read-only session' | `token to ${Permission}`;

export type Lets =
  | 'anybody'
  | 'whoever is signed in'
  | 'who has an account'
  | 'who sees'
  | 'who is told sums'
  | 'who responds'
  | 'who supervises'
  | 'who administers'
  | 'who administers in person'
  | 'who scrapes';

const PEOPLE = [
  'viewer',
  'technician',
  'supervisor',
  'auditor',
  'administrator',
  'read-only session',
] as const satisfies Who[];
const TOKENS = [
  'token to see',
  'token to report',
  'token to respond',
  'token to supervise',
  'token to administer',
  'token to scrape',
] as const satisfies Who[];

export const EVERYBODY: readonly Who[] = ['nobody', ...PEOPLE, ...TOKENS];

export const LET_IN: Readonly<Record<Lets, readonly Who[]>> = {
  anybody: EVERYBODY,
  'whoever is signed in': [...PEOPLE, ...TOKENS],
  'who has an account': ['viewer', 'technician', 'supervisor', 'auditor', 'administrator'],
  'who sees': [
    'viewer',
    'technician',
    'supervisor',
    'administrator',
    'read-only session',
    'token to see',
  ],
  'who is told sums': [
    'viewer',
    'technician',
    'supervisor',
    'auditor',
    'administrator',
    'token to report',
  ],
  'who responds': ['technician', 'supervisor', 'administrator', 'token to respond'],
  'who supervises': ['supervisor', 'administrator', 'token to supervise'],
  'who administers': ['administrator', 'token to administer'],
  'who administers in person': ['administrator'],
  'who scrapes': ['administrator', 'token to scrape'],
};

/** What nobody may who is limited to regions or sites: he could lift his limits. */
export const NEVER_LIMITED: readonly Lets[] = ['who administers', 'who administers in person'];

/** Undefined for nobody. `scope` undefined: without limits. */
export function principalOf(who: Who, scope: Principal['scope']): Principal | undefined {
  if (who === 'nobody') return undefined;
  const common = { name: 'olena', scope, isReadOnly: false, isBreakGlass: false };
  if (who.startsWith('token to ')) {
    const permission = who.slice('token to '.length) as Permission;
    const permissions = permissionsWithin(scope, [permission]);
    return { ...common, kind: 'token', role: 'viewer', permissions };
  }
  const session = { kind: 'user', session: 'session-1' } as const;
  if (who === 'read-only session') {
    const permissions = new Set<Permission>(['see']);
    return { ...common, ...session, role: 'supervisor', permissions, isReadOnly: true };
  }
  const role = who as Role;
  const permissions = permissionsWithin(scope, permissionsOf(role));
  return { ...common, ...session, role, permissions };
}

interface Ask {
  url: string;
  body?: object;
}

export interface HttpRow {
  lets: Lets;
  /** Requests about one's own site, or about none. */
  asks: readonly Ask[];
  /** The status that whoever is let in is answered with; 200 unless told. */
  answer?: number;
  /**
   * The same about a foreign site: 404 as what does not exist, or refused. `none`: it names no site;
   * `trimmed`: nor does it, and its answer names one's own sites alone.
   */
  foreign: 404 | 403 | 'none' | 'trimmed';
}

const API = '/api/v1';
const ALARM = `${API}/alarms/s0x.ups-1.UPS_ON_BATTERY`;
const INCIDENT = `${API}/incidents/power.s0x.1`;
const SEEN = { commandId: 'c-1', occurrence: 1, version: 1 };
const UNTIL = '2026-11-24T13:00:00Z';
const DAY = { date: '2026-11-25', queue: '3.1', region: 'lviv' };
const FROM = '2026-11-24T12:00:00Z';

function alarmRow(type: string, lets: Lets, more: object = {}): HttpRow {
  return { lets, asks: [{ url: `${ALARM}/${type}`, body: { ...SEEN, ...more } }], foreign: 404 };
}

function get(lets: Lets, foreign: HttpRow['foreign'], ...urls: string[]): HttpRow {
  return { lets, asks: urls.map((url) => ({ url })), foreign };
}

export const HTTP_ROWS: Readonly<Record<string, HttpRow>> = {
  ...ACCESS_ROWS,
  'GET /': get('anybody', 'none', '/'),
  'GET /*': get('anybody', 'none', '/index.html'),
  'GET /healthz': get('anybody', 'none', '/healthz'),
  'GET /readyz': get('anybody', 'none', '/readyz'),
  'GET /metrics': get('who scrapes', 'none', '/metrics'),
  'GET /docs': get('whoever is signed in', 'none', '/docs'),

  'GET /api/v1/sites': get('who sees', 'trimmed', `${API}/sites`),
  'GET /api/v1/devices': get('who sees', 'trimmed', `${API}/devices`),
  'GET /api/v1/devices/:site/:device': get('who sees', 404, `${API}/devices/s0x/ups-1`),
  'GET /api/v1/devices/:site/:device/series': get(
    'who sees',
    404,
    `${API}/devices/s0x/ups-1/series?metric=battery.charge`,
  ),
  'GET /api/v1/metrics': get('who sees', 'none', `${API}/metrics`),
  'GET /api/v1/regions': get('who sees', 'none', `${API}/regions`),
  'GET /api/v1/rejects': get('who sees', 'trimmed', `${API}/rejects`),
  'GET /api/v1/quarantine': get('who sees', 'trimmed', `${API}/quarantine`),
  'GET /api/v1/alarms': get('who sees', 'trimmed', `${API}/alarms`, `${API}/alarms?state=all`),
  'GET /api/v1/alarms/:id': get('who sees', 404, ALARM),
  'GET /api/v1/incidents': get('who sees', 'trimmed', `${API}/incidents?state=all`),
  'GET /api/v1/incidents/:id': get('who sees', 404, INCIDENT),
  'GET /api/v1/outages': get('who sees', 'trimmed', `${API}/outages`, `${API}/outages?format=csv`),
  'GET /api/v1/outages/summary': get('who is told sums', 'trimmed', `${API}/outages/summary`),
  'GET /api/v1/dispatch': get('who sees', 'trimmed', `${API}/dispatch?generator=g-1`),
  'GET /api/v1/schedule': get('who sees', 'trimmed', `${API}/schedule`),

  'POST /api/v1/alarms/:id/acknowledge': alarmRow('acknowledge', 'who responds'),
  'POST /api/v1/alarms/:id/shelve': alarmRow('shelve', 'who responds', {
    until: UNTIL,
    reason: 'заміна батареї',
  }),
  'POST /api/v1/alarms/:id/unshelve': alarmRow('unshelve', 'who responds'),
  'POST /api/v1/alarms/:id/reset': alarmRow('reset', 'who responds'),
  'POST /api/v1/alarms/:id/out-of-service': alarmRow('out-of-service', 'who supervises', {
    reason: 'ремонт',
    workOrder: 'WO-17',
  }),
  'POST /api/v1/alarms/:id/return': alarmRow('return', 'who supervises'),
  'POST /api/v1/incidents/:id/acknowledge': {
    lets: 'who supervises',
    asks: [{ url: `${INCIDENT}/acknowledge`, body: { commandId: 'c-1', revision: 1 } }],
    foreign: 404,
  },
  'POST /api/v1/incidents/:id/note': {
    lets: 'who supervises',
    asks: [
      { url: `${INCIDENT}/note`, body: { commandId: 'c-1', text: 'їду' } },
      {
        url: `${API}/incidents/wide_area.1/note`,
        body: { commandId: 'c-2', text: 'їду', site: 's0x' },
      },
    ],
    foreign: 404,
  },
  'PUT /api/v1/schedule/days': {
    lets: 'who supervises',
    asks: [{ url: `${API}/schedule/days`, body: { days: [{ ...DAY, slots: [] }] } }],
    foreign: 403,
  },
  'DELETE /api/v1/schedule/days': {
    lets: 'who supervises',
    asks: [{ url: `${API}/schedule/days?date=2026-11-25&queue=3.1&region=lviv` }],
    foreign: 403,
  },
  'POST /api/v1/schedule/emergencies': {
    lets: 'who supervises',
    asks: [
      {
        url: `${API}/schedule/emergencies`,
        body: { type: 'emergency', from: FROM, sites: ['s0x'] },
      },
      {
        url: `${API}/schedule/emergencies`,
        body: { type: 'emergency', from: FROM, regions: ['lviv'] },
      },
    ],
    foreign: 403,
  },
  'DELETE /api/v1/schedule/emergencies': {
    lets: 'who supervises',
    asks: [
      { url: `${API}/schedule/emergencies?type=emergency&from=${FROM}&sites=s0x` },
      { url: `${API}/schedule/emergencies?type=emergency&from=${FROM}&regions=lviv` },
    ],
    foreign: 403,
  },
};

export interface LiveRow {
  lets: Lets;
  ask: object;
}

function liveAlarmRow(type: string, lets: Lets, more: object = {}): LiveRow {
  const alarmId = 's0x.ups-1.UPS_ON_BATTERY';
  return { lets, ask: { type, alarmId, ...SEEN, ...more } };
}

/**
 * By event, and by the type of a command where it has one. Only who sees is connected at all. About a
 * foreign site each is answered as about one that does not exist.
 */
export const LIVE_ROWS: Readonly<Record<string, LiveRow>> = {
  watch: { lets: 'who sees', ask: { sites: ['s0x'], detail: 'full' } },
  acknowledge: {
    lets: 'who responds',
    ask: { alarmId: 's0x.ups-1.UPS_ON_BATTERY', ...SEEN },
  },
  'alarmCommand acknowledge': liveAlarmRow('acknowledge', 'who responds'),
  'alarmCommand shelve': liveAlarmRow('shelve', 'who responds', { until: UNTIL, reason: 'x' }),
  'alarmCommand unshelve': liveAlarmRow('unshelve', 'who responds'),
  'alarmCommand reset': liveAlarmRow('reset', 'who responds'),
  'alarmCommand out-of-service': liveAlarmRow('out-of-service', 'who supervises', {
    reason: 'ремонт',
    workOrder: 'WO-17',
  }),
  'alarmCommand return': liveAlarmRow('return', 'who supervises'),
  'incidentCommand take': {
    lets: 'who supervises',
    ask: { type: 'take', incidentId: 'power.s0x.1', commandId: 'c-1', revision: 1 },
  },
  'incidentCommand note': {
    lets: 'who supervises',
    ask: { type: 'note', incidentId: 'power.s0x.1', commandId: 'c-1', text: 'їду' },
  },
};

/** The border that the table is about; `s0x` and `s1x` are one's own, by the region. */
export const TABLE_PLAN: WorldPlan = {
  sites: [
    { id: 's0x', region: 'lviv', queue: '3.1' },
    { id: 's1x', region: 'lviv', queue: '4.2' },
    { id: 's2x', region: 'volyn', queue: '3.1' },
    { id: 's3x', region: 'volyn', queue: '4.2' },
    { id: 's4x', region: 'odesa', queue: undefined },
    { id: 's5x', region: undefined, queue: undefined },
  ],
  incidents: ['s0x', 's2x'],
  absorbed: ['s0x', 's2x'],
  outages: [
    { site: 's0x', beganHoursAgo: 50, isOver: true },
    { site: 's2x', beganHoursAgo: 50, isOver: true },
  ],
};

/** The same about another site and region. */
export function about<T extends object>(ask: T, site: string, region: string): T {
  const text = JSON.stringify(ask).replaceAll('s0x', site).replaceAll('lviv', region);
  return JSON.parse(text) as T;
}
