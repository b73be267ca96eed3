import type { Alarm } from '../../../src/contract/alarm.ts';
import type { Device, Site } from '../../../src/contract/device.ts';
import type { Snapshot } from '../../../src/contract/live.ts';

export const T0 = Date.UTC(2026, 10, 24, 12, 0, 0);

export function site(id: string, changes: Partial<Site> = {}): Site {
  return { id, name: { uk: id, en: id }, power: 'mains', freshness: 'live', ...changes };
}

export function device(siteId: string, id: string, changes: Partial<Device> = {}): Device {
  return {
    site: siteId,
    id,
    kind: 'ups',
    registered: true,
    name: id,
    freshness: 'live',
    lastSeen: T0,
    intervalSeconds: 5,
    power: 'mains',
    metrics: {},
    ...changes,
  };
}

export function alarm(siteId: string, changes: Partial<Alarm> = {}): Alarm {
  return {
    id: `${siteId}.ups-1.UPS_ON_BATTERY`,
    code: 'UPS_ON_BATTERY',
    site: siteId,
    device: 'ups-1',
    severity: 'major',
    priority: 2,
    state: 'UNACK',
    suppression: 'none',
    occurrence: 1,
    version: 1,
    raisedAt: T0,
    changedAt: T0,
    reason: 'on_battery',
    ...changes,
  };
}

export function snapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    room: '*',
    epoch: 'first',
    seq: 10,
    serverTime: T0,
    sites: [site('a'), site('b')],
    devices: [device('a', 'ups-1'), device('b', 'ups-1')],
    alarms: [alarm('a')],
    incidents: [],
    platform: { store: { isReady: true, state: 'ok' } },
    ...changes,
  };
}
