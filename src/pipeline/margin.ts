import type { Forecast } from '../contract/device.ts';
import type { MetricValue } from '../contract/metric.ts';
import { decodeUpsStatus } from '../contract/ups-status.ts';
import { margin } from '../domain/runtime/margin.ts';
import type { UpsReading } from '../domain/runtime/reading.ts';
import type { DeviceWatch, Margin } from '../domain/watch/device-watch.ts';
import type { ScannerPlace } from './places.ts';

type Values = Readonly<Record<string, MetricValue | undefined>>;

/** A UPS's values as its runtime is reckoned from, at `ts` (ms since 1970 UTC). */
export function readingOf(values: Values, { input }: DeviceWatch, ts: number): UpsReading {
  const status = values['ups.status'];
  const flags = decodeUpsStatus(typeof status === 'string' ? status : '');
  const reading: UpsReading = {
    ts,
    input,
    isLow: flags.has('LB') || flags.has('FSD'),
    isOff: flags.has('OFF'),
  };
  for (const [name, key] of NUMBERS) {
    const value = values[key];
    if (typeof value === 'number') reading[name] = value;
  }
  return reading;
}

const NUMBERS = [
  ['charge', 'battery.charge'],
  ['runtime', 'battery.runtime'],
  ['loadPercent', 'ups.load'],
  ['realpowerW', 'ups.realpower'],
  ['batteryVolts', 'battery.voltage'],
  ['batteryCelsius', 'battery.temperature'],
  ['runtimeLow', 'battery.runtime.low'],
] as const;

/** A scanner on a UPS, with the state that it is in. */
export interface FedScanner extends ScannerPlace {
  state: MetricValue | undefined;
}

/** These need no shutdown. */
const DOWN: readonly unknown[] = ['off', 'maintenance'];

/** Whether a scanner in this state needs no safe shutdown. */
export function isDown(state: MetricValue | undefined): boolean {
  return DOWN.includes(state);
}

/** Out of standby only the computers are still to be shut down (s; domain judgement). */
const FROM_STANDBY_SECONDS = 180;

/** What a scanner still needs for a safe shutdown out of its state (s). */
export function shutdownSecondsOf({
  safeShutdownSeconds,
  state,
}: Pick<FedScanner, 'safeShutdownSeconds' | 'state'>): number {
  if (isDown(state)) return 0;
  return state === 'standby'
    ? Math.min(FROM_STANDBY_SECONDS, safeShutdownSeconds)
    : safeShutdownSeconds;
}

/**
 * What is left of a UPS's runtime before the safe shutdown of the scanner that needs longest for it must
 * begin: forecast − runtime.low − safe shutdown. Endless where every scanner is down already.
 */
export function marginOf({
  expected,
  values,
  fed,
}: {
  expected: Forecast | undefined;
  values: Values;
  fed: readonly FedScanner[];
}): Margin | undefined {
  if (expected === undefined || fed.length === 0) return undefined;
  const { runtimeSeconds } = expected;
  const up = fed.filter(({ state }) => !isDown(state));
  const safeShutdownSeconds = Math.max(0, ...up.map(shutdownSecondsOf));
  const low = values['battery.runtime.low'];
  const lowSeconds = typeof low === 'number' ? low : 0;
  const asked = { runtimeSeconds, runtimeLowSeconds: lowSeconds, safeShutdownSeconds };
  const marginSeconds = up.length === 0 ? Number.POSITIVE_INFINITY : margin(asked);
  return { marginSeconds, safeShutdownSeconds, runtimeSeconds };
}
