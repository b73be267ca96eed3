import type { Kind } from '../contract/kind.ts';
import type { MetricValue } from '../contract/metric.ts';
import type { Sample } from '../contract/sample.ts';
import { decodeUpsStatus } from '../contract/ups-status.ts';
import type { Mark } from '../domain/outage/mark.ts';
import type { DeviceWatch } from '../domain/watch/device-watch.ts';

type Values = Readonly<Record<string, MetricValue | undefined>>;

/** What a device's newest message comes to, as everything that is known of it reads it. */
export function liveMark({ input, ups, scanner, kind }: DeviceWatch, values: Values): Mark {
  if (scanner !== undefined) {
    if (scanner.state === undefined) return 'unknown';
    if (scanner.state === 'off') return scanner.isProperlyOff ? 'planned_off' : 'off';
    return scanner.state === 'maintenance' ? 'planned_off' : 'on';
  }
  if (input !== 'lost') return input;
  if (kind === 'power') return values['ats.position'] === 'generator' ? 'generator' : 'lost';
  return ups?.isOff ? 'off' : 'lost';
}

/** What a message says by itself: one that comes late is read alone. */
export function lateMark(kind: Kind, metrics: Values): Mark {
  if (kind === 'scanner') return scannerMark(metrics.state);
  if (kind === 'power') {
    const isPresent = metrics['mains.present'];
    if (typeof isPresent !== 'boolean') return 'unknown';
    if (isPresent) return 'mains';
    return metrics['ats.position'] === 'generator' ? 'generator' : 'lost';
  }
  return upsMark(metrics['ups.status']);
}

function scannerMark(state: MetricValue | undefined): Mark {
  if (state === undefined) return 'unknown';
  return state === 'off' || state === 'maintenance' ? 'planned_off' : 'on';
}

function upsMark(status: MetricValue | undefined): Mark {
  const flags = decodeUpsStatus(typeof status === 'string' ? status : '');
  if (flags.has('OB')) {
    if (flags.has('CAL')) return 'test';
    return flags.has('OFF') ? 'off' : 'lost';
  }
  return flags.has('OL') ? 'mains' : 'unknown';
}

/**
 * When a message's values were measured, by our clock (ms since 1970 UTC): its own word, less what its
 * clock is known to be off; a time that is yet to come is wrong.
 */
export function measuredAt(
  { hasOwnTime, ts, receivedAt }: Sample,
  clockOffsetMs: number | undefined,
): number {
  if (!hasOwnTime) return receivedAt;
  return Math.min(receivedAt, ts - (clockOffsetMs ?? 0));
}
