import type { Device, Freshness } from '../../../../src/contract/device.ts';

const STALE_INTERVALS = 2;
const OFFLINE_INTERVALS = 5;

/** Readings wait up to this long in the server for their frame; it is not the device's silence. */
const COALESCE_MS = 1000;

const rank: Record<Freshness, number> = { live: 0, stale: 1, offline: 2 };

/**
 * The server's freshness, aged by the page itself while no news comes: stale from 2 intervals after
 * `lastSeen`, offline from 5. `nowMs` is the server's clock; the worse of the two counts.
 */
export function agedFreshness(
  device: Pick<Device, 'freshness' | 'lastSeen' | 'intervalSeconds'>,
  nowMs: number,
): Freshness {
  if (device.lastSeen === undefined) return 'offline';
  const silentMs = nowMs - device.lastSeen - COALESCE_MS;
  const intervalMs = device.intervalSeconds * 1000;
  let own: Freshness = 'live';
  if (silentMs >= OFFLINE_INTERVALS * intervalMs) own = 'offline';
  else if (silentMs >= STALE_INTERVALS * intervalMs) own = 'stale';
  return rank[own] > rank[device.freshness] ? own : device.freshness;
}
