import type { MetricValue } from '../../contract/metric.ts';

/** "Not known" of 16-bit registers, in seconds and of drivers that turn minutes into seconds. */
const SENTINELS: readonly number[] = [65_535, 65_535 * 60];

/**
 * The runtime that a UPS reports (s), unless it is a sentinel: −1, 65535, or 0 while there is charge.
 * RFC 1628 `upsEstimatedMinutesRemaining` can never say 0, so that a 0 needs an empty battery beside it.
 */
export function saneRuntime(
  values: Readonly<Record<string, MetricValue | undefined>>,
): number | undefined {
  const seconds = values['battery.runtime'];
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0) return undefined;
  if (SENTINELS.includes(seconds)) return undefined;
  return seconds === 0 && values['battery.charge'] !== 0 ? undefined : seconds;
}
