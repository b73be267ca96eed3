import type { Device } from '../../contract/device.ts';
import type { MetricValue } from '../../contract/metric.ts';
import {
  type ScannerState,
  scannerStateSchema,
  scannerTransition,
} from '../../contract/scanner-state.ts';
import { distanceKm, type Place } from '../distance.ts';

type Values = Readonly<Record<string, MetricValue | undefined>>;

/** Of these the target or the source is hot, and needs its coolant. */
const HOT: ReadonlySet<ScannerState> = new Set(['warming_up', 'ready', 'scanning', 'cooldown']);
const STATES: ReadonlySet<string> = new Set(scannerStateSchema.options);
/** A cooldown takes so long (ms): what was not heard for longer may have shut down properly. */
const COOLDOWN_MS = 5 * 60_000;
/** Typical warm-up (s), from cold and straight out of a cooldown. */
const COLD_WARMUP_SECONDS = 20 * 60;
const WARM_WARMUP_SECONDS = 5 * 60;
/** Farther from its site than this, a scanner is away (km). */
export const AWAY_KM = 2;

/** What is remembered of a scanner (ms since 1970 UTC by our clock). */
export interface ScannerWatch {
  state: ScannerState | undefined;
  /** When it was first heard in that state. */
  enteredAt: number;
  heardAt: number;
  /** It fell to `off` while hot, and has not been powered since. */
  isHotLoss: boolean;
  /** It is off by way of a shutdown, or was found off. */
  isProperlyOff: boolean;
  wasBeamOn: boolean;
  interlocks: number;
  /** The interlocks that were opened under beam and are open still. */
  openedUnderBeam: number;
  warmupSince: number | undefined;
  /** How long it has warmed up, and what is typical (s). */
  warmupSeconds: number;
  warmupTypicalSeconds: number;
  distanceKm: number | undefined;
  /** It was off properly when it left its site. */
  isTransitPlanned: boolean;
}

export function newScannerWatch(): ScannerWatch {
  return {
    state: undefined,
    enteredAt: 0,
    heardAt: 0,
    isHotLoss: false,
    isProperlyOff: false,
    wasBeamOn: false,
    interlocks: 0,
    openedUnderBeam: 0,
    warmupSince: undefined,
    warmupSeconds: 0,
    warmupTypicalSeconds: COLD_WARMUP_SECONDS,
    distanceKm: undefined,
    isTransitPlanned: false,
  };
}

interface ScannerAround {
  values: Values;
  /** Where its site is. */
  place: Place | undefined;
  now: number;
}

/** Takes in a message of a scanner. */
export function followScanner(scanner: ScannerWatch, { values, place, now }: ScannerAround): void {
  const { state } = values;
  if (typeof state === 'string' && STATES.has(state) && state !== scanner.state) {
    enter(scanner, state as ScannerState, now);
  }
  followInterlocks(scanner, values);
  if (place !== undefined) followPlace(scanner, values, place);
  passWarmup(scanner, now);
  scanner.heardAt = now;
}

/** How long it has warmed up by `now`. */
export function passWarmup(scanner: ScannerWatch, now: number): void {
  if (scanner.warmupSince !== undefined) {
    scanner.warmupSeconds = (now - scanner.warmupSince) / 1000;
  }
}

function enter(scanner: ScannerWatch, state: ScannerState, now: number): void {
  const { state: from, heardAt, enteredAt } = scanner;
  scanner.state = state;
  scanner.enteredAt = now;
  scanner.warmupSince = state === 'warming_up' ? now : undefined;
  scanner.warmupSeconds = 0;
  const isWarm = from === 'cooldown';
  scanner.warmupTypicalSeconds = isWarm ? WARM_WARMUP_SECONDS : COLD_WARMUP_SECONDS;
  const isSudden =
    state === 'off' &&
    from !== undefined &&
    scannerTransition(from, state) === 'uncontrolled' &&
    now - heardAt < COOLDOWN_MS &&
    !(from === 'cooldown' && now - enteredAt >= COOLDOWN_MS);
  scanner.isHotLoss = isSudden && HOT.has(from);
  scanner.isProperlyOff = state === 'off' && !isSudden;
}

/** An interlock that opens ends the beam at once (IEC 62523): the beam of the message before counts too. */
function followInterlocks(scanner: ScannerWatch, values: Values): void {
  const { interlocks } = values;
  const isBeamOn = values['beam.on'] === true;
  if (typeof interlocks === 'number') {
    // Bitwise, as 32 bits: the sign means nothing.
    const opened = interlocks & ~scanner.interlocks;
    if (isBeamOn) scanner.openedUnderBeam |= interlocks;
    else if (scanner.wasBeamOn) scanner.openedUnderBeam |= opened;
    scanner.openedUnderBeam &= interlocks;
    scanner.interlocks = interlocks;
  }
  scanner.wasBeamOn = isBeamOn;
}

function followPlace(scanner: ScannerWatch, values: Values, place: Place): void {
  const lat = values['gps.lat'];
  const lon = values['gps.lon'];
  if (typeof lat !== 'number' || typeof lon !== 'number' || values['gps.fix'] === 'none') return;
  const wasAway = isAway(scanner);
  scanner.distanceKm = distanceKm(place, { lat, lon });
  if (!isAway(scanner)) scanner.isTransitPlanned = false;
  else if (!wasAway) scanner.isTransitPlanned = scanner.isProperlyOff;
}

export function isAway({ distanceKm: km }: ScannerWatch): boolean {
  return km !== undefined && km > AWAY_KM;
}

/** Why it may be silent. */
export function scannerExpectation(scanner: ScannerWatch): Device['expectation'] {
  if (scanner.state === 'maintenance') return 'maintenance';
  if (scanner.state !== 'off') return undefined;
  if (isAway(scanner) && scanner.isTransitPlanned) return 'in_transit';
  return scanner.isProperlyOff ? 'off' : undefined;
}
