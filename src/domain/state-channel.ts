import type { Sample } from '../contract/sample.ts';
import { type DeviceState, noteSeen, takeValues } from './device-state.ts';
import type { FleetChange } from './fleet.ts';
import { clockOffsetOf } from './sample-order.ts';

/**
 * Takes a message of the state channel. It says nothing of what was measured: it takes a device offline
 * or shows that it lives, and telemetry that is older than it is not late for it.
 */
export function applyState(state: DeviceState, sample: Sample): FleetChange {
  const clockOffsetMs = clockOffsetOf(state.order, sample);
  const isOnline = sample.metrics.online !== false;
  if (sample.isRetained) {
    if (!isOnline && state.lastSeen === undefined) state.isGone = true;
    return { outcome: 'ignored', clockOffsetMs };
  }
  if (sample.hasOwnTime) {
    if (isOlderState(state, sample)) return { outcome: 'late', state, clockOffsetMs };
    if (sample.ts === state.newestStateTs && state.values.online === isOnline) {
      return { outcome: 'duplicate', state, clockOffsetMs };
    }
    state.newestStateTs = sample.ts;
  }
  if (isOnline) noteSeen(state, sample.receivedAt);
  else state.isGone = true;
  return { outcome: 'current', state, isPowerChanged: takeValues(state, sample), clockOffsetMs };
}

/** Older than the newest of either channel; a clock that was set back begins anew with telemetry. */
function isOlderState({ order, newestStateTs }: DeviceState, { ts }: Sample): boolean {
  if (order.newestTs !== undefined && ts < order.newestTs) return true;
  return order.setBack === undefined && newestStateTs !== undefined && ts < newestStateTs;
}
