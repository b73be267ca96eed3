import type { AccountRow, Role, SessionView } from '../../src/contract/access.ts';
import type { Alarm } from '../../src/contract/alarm.ts';
import type { Device, Site } from '../../src/contract/device.ts';
import type { Snapshot } from '../../src/contract/live.ts';
import { permissionsOf } from '../../src/domain/access/permission.ts';
import type { AccessWorld } from './access-site.ts';

const HOUR_MS = 3_600_000;
const WAYS = { password: true, passkey: true, oidc: 'Єдиний вхід' };

export const OPEN: SessionView = {
  mode: 'open',
  isDemo: false,
  ways: { password: false, passkey: false },
};
export const NOBODY: SessionView = { mode: 'accounts', isDemo: false, ways: WAYS };

/** The session of somebody in a role. */
export function sessionOf(role: Role, changes: Partial<SessionView> = {}): SessionView {
  const now = Date.now();
  return {
    ...NOBODY,
    csrf: 'csrf-of-this-session',
    expiresAt: now + 14 * HOUR_MS,
    warnAt: now + 14 * HOUR_MS - 900_000,
    who: {
      name: 'olena',
      kind: 'user',
      role,
      permissions: [...permissionsOf(role)],
      isReadOnly: false,
      isBreakGlass: false,
    },
    ...changes,
  };
}

export const PLACES = ['Краківець', 'Шегині', 'Рава-Руська', 'Ягодин'];

function site(at: number): Site {
  const name = PLACES[at] ?? '';
  const power = at === 0 ? 'battery' : 'mains';
  const region = at === 3 ? 'Волинська' : 'Львівська';
  return { id: `site-${at}`, name: { uk: name, en: name }, power, freshness: 'live', region };
}

function device(at: number, name = 'ДБЖ 1'): Device {
  const now = Date.now();
  const reading = (value: number) => ({ value, ts: now, quality: 'good' as const });
  return {
    site: `site-${at}`,
    id: 'ups-1',
    kind: 'ups',
    registered: true,
    name,
    freshness: 'live',
    lastSeen: now,
    intervalSeconds: 3600,
    power: at === 0 ? 'battery' : 'mains',
    metrics: { 'battery.charge': reading(at === 0 ? 61 : 100), 'ups.load': reading(40) },
  };
}

export const ALARM: Alarm = {
  id: 'site-0.ups-1.UPS_ON_BATTERY',
  code: 'UPS_ON_BATTERY',
  site: 'site-0',
  device: 'ups-1',
  severity: 'major',
  priority: 2,
  state: 'UNACK',
  suppression: 'none',
  occurrence: 1,
  version: 1,
  raisedAt: Date.now() - 65_000,
  changedAt: Date.now() - 65_000,
  reason: 'on_battery',
};

/** Four crossings, one on battery with an alarm that nobody has acknowledged. */
export function snapshotOf(deviceName?: string): Snapshot {
  return {
    room: '*',
    epoch: 'of-the-test',
    seq: 1,
    serverTime: Date.now(),
    sites: PLACES.map((_name, at) => site(at)),
    devices: PLACES.map((_name, at) => device(at, deviceName)),
    alarms: [ALARM],
    incidents: [],
    platform: {},
  };
}

function row(name: string, role: Role, changes: Partial<AccountRow> = {}): AccountRow {
  return {
    name,
    role,
    hasPassword: true,
    hasTotp: false,
    isDisabled: false,
    isBreakGlass: false,
    isExternal: false,
    passkeys: 0,
    sessions: 0,
    createdAt: Date.now() - 90 * 24 * HOUR_MS,
    ...changes,
  };
}

/** A service of some people; `olena` is who signs in. */
export function accessWorld(view: SessionView, signedIn = sessionOf('technician')): AccessWorld {
  const now = Date.now();
  return {
    view,
    signedIn,
    password: 'багато слів разом',
    own: {
      name: 'olena',
      role: signedIn.who?.role ?? 'viewer',
      hasPassword: true,
      hasTotp: false,
      recoveryCodesLeft: 0,
      passkeys: [{ id: 'key-1', label: 'службовий телефон', createdAt: now - 9 * 24 * HOUR_MS }],
      sessions: [
        {
          id: 'one',
          createdAt: now - HOUR_MS,
          lastUsedAt: now,
          address: '10.0.0.7',
          agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
          isCurrent: true,
        },
        {
          id: 'two',
          createdAt: now - 5 * HOUR_MS,
          lastUsedAt: now - 2 * HOUR_MS,
          address: '10.0.0.9',
          agent: '<script>document.title="broken"</script>',
          isCurrent: false,
        },
      ],
    },
    accounts: [
      row('olena', 'administrator', {
        hasTotp: true,
        passkeys: 1,
        sessions: 2,
        lastSignInAt: now - HOUR_MS,
      }),
      row('petro.melnyk', 'technician', {
        scope: { regions: ['Львівська'], sites: [] },
        lastSignInAt: now - 30 * HOUR_MS,
        sessions: 1,
      }),
      row('nadiia@mytnytsia.example', 'auditor', { isExternal: true, hasPassword: false }),
      row('reserve', 'administrator', { isBreakGlass: true, isDisabled: true }),
    ],
    tokens: [
      {
        id: 't1',
        name: 'екран у залі чергових',
        permissions: ['see'],
        createdAt: now,
        createdBy: 'olena',
        expiresAt: now + 300 * 24 * HOUR_MS,
      },
    ],
    summary: {
      saved: [
        {
          donor: 'ЄС',
          upsSeconds: 88_000,
          generatorSeconds: 190_000,
          offSeconds: 5400,
          unseenSeconds: 900,
        },
        { upsSeconds: 12_000, generatorSeconds: 0, offSeconds: 61_000, unseenSeconds: 0 },
      ],
      all: { saidiMinutes: 412.4, saifi: 3.25, caidiMinutes: 126.9, maifi: 1.5 },
      sites: [],
    },
    snapshot: snapshotOf(),
  };
}
