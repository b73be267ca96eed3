import type { ScannerState } from '../../contract/scanner-state.ts';
import { forecast } from './forecast.ts';
import type { RuntimeMemory } from './memory.ts';
import { modelForecast } from './model-forecast.ts';

/** kW by state, stationary and mobile (judgement: no maker's figure is public). */
const USUAL_KW: Record<ScannerState, { stationary: number; mobile: number }> = {
  off: { stationary: 1, mobile: 0.5 },
  standby: { stationary: 7, mobile: 3 },
  warming_up: { stationary: 13, mobile: 7 },
  ready: { stationary: 16, mobile: 9 },
  scanning: { stationary: 24, mobile: 12 },
  cooldown: { stationary: 9, mobile: 5 },
  fault: { stationary: 7, mobile: 3 },
  emergency_stop: { stationary: 7, mobile: 3 },
  maintenance: { stationary: 6, mobile: 3 },
};
const WEIGHT = 0.05;
const EXPONENT = 1.2;
const LEAST_SHARE = 0.05;

/** Mean load of one scanner by its state (kW), as far as it was seen; plain JSON. */
export type ScannerLoads = Partial<Record<ScannerState, number>>;

/** Takes what a scanner says that it draws (`power.active`, kW) into its means. */
export function followScannerLoad(loads: ScannerLoads, state: ScannerState, kW: number): void {
  if (!(kW >= 0)) return;
  const known = loads[state];
  loads[state] = known === undefined ? kW : known + WEIGHT * (kW - known);
}

/** A scanner as it hangs on a UPS; `kW` is what it draws at the moment, where it says so. */
export interface FedScanner {
  state: ScannerState;
  isMobile: boolean;
  loads: ScannerLoads;
  kW?: number;
}

function loadIn({ loads, isMobile }: FedScanner, state: ScannerState): number {
  return loads[state] ?? USUAL_KW[state][isMobile ? 'mobile' : 'stationary'];
}

const STOPPABLE: readonly ScannerState[] = ['scanning', 'ready', 'warming_up'];

/**
 * Seconds gained where these scanners stop scanning now: each that scans, warms up or is ready goes to cooldown,
 * then standby (the dearer of both counts). `undefined` where the runtime is unknown, 0 where nothing is to stop.
 */
export function stopScanningGain(
  memory: RuntimeMemory,
  scanners: readonly FedScanner[],
  now: number,
): number | undefined {
  const left = forecast(memory, now)?.runtimeSeconds;
  const kW = memory.newest?.lastingKw;
  if (left === undefined || kW === undefined) return undefined;
  let saved = 0;
  for (const scanner of scanners) {
    if (!STOPPABLE.includes(scanner.state)) continue;
    const after = Math.max(loadIn(scanner, 'cooldown'), loadIn(scanner, 'standby'));
    saved += Math.max(0, (scanner.kW ?? loadIn(scanner, scanner.state)) - after);
  }
  if (saved === 0) return 0;
  const lighter = Math.max(LEAST_SHARE * kW, kW - saved);
  const before = modelForecast(memory, { kW })?.middle;
  const then = modelForecast(memory, { kW: lighter })?.middle;
  // Peukert's ratio where no model is there, or where it gives nothing at the load as it is.
  const ratio = !before || then === undefined ? (kW / lighter) ** EXPONENT : then / before;
  return Math.max(0, left * (ratio - 1));
}

/** Runtime margin (s): forecast − runtime.low − safe shutdown. Under 0 it is too late for a safe shutdown. */
export function margin({
  runtimeSeconds,
  runtimeLowSeconds,
  safeShutdownSeconds,
}: {
  runtimeSeconds: number;
  runtimeLowSeconds: number;
  safeShutdownSeconds: number;
}): number {
  return runtimeSeconds - runtimeLowSeconds - safeShutdownSeconds;
}
