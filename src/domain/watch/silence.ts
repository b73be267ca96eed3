import type { PowerPolicy } from '../../contract/config.ts';
import type { MetricValue } from '../../contract/metric.ts';
import type { DeviceWatch } from './device-watch.ts';
import { upsFlags } from './ups-input.ts';

const MISSED_INTERVALS = 3;
/** Said last without mains, these make lost communication the worst case at once (NUT upsmon, DEADTIME). */
const DOUBTFUL = ['CAL', 'BYPASS', 'OFF', 'ALARM'] as const;

/** When a device was heard. `watchingSince` stands in for a device not heard since the monitor's start. */
export interface Heard {
  lastSeen: number | undefined;
  watchingSince: number;
  intervalSeconds: number;
}

interface SilenceAround {
  values: Readonly<Record<string, MetricValue>>;
  policy: PowerPolicy;
  now: number;
}

/** Follows whether a device is silent, and whether it fell silent on battery. */
export function followSilence(watch: DeviceWatch, around: SilenceAround, heard: Heard): void {
  const { policy, now } = around;
  const isUnheard = heard.lastSeen === undefined && watch.hasBeenHeard;
  // Silent before a start, it is so until it speaks.
  const stillSince = isUnheard ? watch.silentSince : undefined;
  const since = stillSince ?? heard.lastSeen ?? heard.watchingSince;
  const missedMs = MISSED_INTERVALS * heard.intervalSeconds * 1000;
  watch.isSilent = stillSince !== undefined || !watch.hasBeenHeard || now - since >= missedMs;
  watch.silentSince = watch.isSilent ? since : undefined;
  const graceMs = Math.max(policy.commsGrace * 1000, missedMs);
  watch.isSilentOnBattery =
    watch.isSilent && now - since >= graceMs && wasOnBattery(watch, around.values);
}

/** Its input was lost when it was last heard, or it ran from its battery for another cause. `OL` never. */
function wasOnBattery(watch: DeviceWatch, values: SilenceAround['values']): boolean {
  if (watch.ups === undefined || !watch.hasBeenHeard) return false;
  if (watch.input === 'lost' || watch.ups.lostSince !== undefined) return true;
  const flags = upsFlags(values);
  if (flags.has('OL')) return false;
  return flags.has('OB') || DOUBTFUL.some((flag) => flags.has(flag));
}
