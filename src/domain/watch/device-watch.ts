import type { TransitionReason } from '../../contract/alarm.ts';
import type { DeviceConfig, PowerPolicy } from '../../contract/config.ts';
import type { Device } from '../../contract/device.ts';
import type { Kind } from '../../contract/kind.ts';
import type { MetricValue } from '../../contract/metric.ts';
import type { Place } from '../distance.ts';
import type { Input } from '../facts.ts';
import { type Flips, followFlips } from './mains-flips.ts';
import type { Sibling } from './return-claim.ts';
import {
  followScanner,
  newScannerWatch,
  passWarmup,
  type ScannerWatch,
  scannerExpectation,
} from './scanner-watch.ts';
import { followSilence, type Heard } from './silence.ts';
import { followUpsInput, newUpsWatch, type UpsWatch } from './ups-input.ts';
import { isSameVerdict, noteVerdict, type Verdict } from './verdict.ts';

/** What is left above a safe shutdown (s), by the forecast. */
export interface Margin {
  marginSeconds: number;
  safeShutdownSeconds: number;
  runtimeSeconds: number;
}

/** What one device's messages have come to mean; changed in place. Times in ms since 1970 UTC by our clock. */
export interface DeviceWatch {
  readonly kind: Kind;
  /** Of a UPS its own input; of a supply the mains; a scanner has none. */
  input: Input;
  /** Since when it is so: a loss that a false return interrupted goes on from its begin. */
  inputSince: number;
  inputReason: TransitionReason;
  readonly flips: Flips;
  readonly ups: UpsWatch | undefined;
  readonly scanner: ScannerWatch | undefined;
  hasBeenHeard: boolean;
  /** It has missed three intervals, or has never been heard. */
  isSilent: boolean;
  silentSince: number | undefined;
  /** It fell silent on battery and has stayed so for longer than the grace time: assume the worst. */
  isSilentOnBattery: boolean;
  expectation: Device['expectation'];
  /** It is off, in transit or in maintenance: its silence says nothing. */
  isSilenceExpected: boolean;
  /** Of the forecast, while it runs from battery. */
  margin: Margin | undefined;
  /** State of health of its battery (%), where discharges have shown it. */
  batteryHealthPercent: number | undefined;
  /** When somebody else last used its topic, and whether that is news still. */
  claimedAt: number | undefined;
  isClaimed: boolean;
  /** Of a clock that is known to be wrong: its time less ours. */
  clockOffsetMs: number | undefined;
}

/** What a device's messages are read with. */
export interface Surroundings {
  /** The device's current values. */
  values: Readonly<Record<string, MetricValue>>;
  config: DeviceConfig | undefined;
  policy: PowerPolicy;
  /** The devices on its feed, itself or not; asked while a return is doubtful. */
  siblings: () => Iterable<Sibling>;
  /** Where its site is. */
  place: Place | undefined;
  now: number;
}

export function newDeviceWatch(kind: Kind): DeviceWatch {
  return {
    kind,
    input: 'unknown',
    inputSince: 0,
    inputReason: 'returned_to_mains',
    flips: { last: undefined, at: [] },
    ups: kind === 'ups' ? newUpsWatch() : undefined,
    scanner: kind === 'scanner' ? newScannerWatch() : undefined,
    hasBeenHeard: false,
    isSilent: true,
    silentSince: undefined,
    isSilentOnBattery: false,
    expectation: undefined,
    isSilenceExpected: false,
    margin: undefined,
    batteryHealthPercent: undefined,
    claimedAt: undefined,
    isClaimed: false,
    clockOffsetMs: undefined,
  };
}

/** A claim is news for so long (ms). */
const CLAIM_MS = 10 * 60_000;

const before: Verdict = [];
const after: Verdict = [];

/** Somebody else has used its topic; true where that is news. */
export function claimDevice(watch: DeviceWatch, now: number): boolean {
  const isNews = !watch.isClaimed;
  watch.claimedAt = now;
  watch.isClaimed = true;
  return isNews;
}

/**
 * Takes in a message that is current: `metrics` is what it carries. True where something of the verdict
 * changed, so that facts and memory are to be taken anew.
 */
export function followDevice(
  watch: DeviceWatch,
  around: Surroundings,
  metrics: Readonly<Record<string, MetricValue>>,
): boolean {
  noteVerdict(before, watch);
  watch.hasBeenHeard = true;
  watch.isSilent = false;
  watch.silentSince = undefined;
  watch.isSilentOnBattery = false;
  followInput(watch, around, metrics);
  if (watch.scanner !== undefined) followScanner(watch.scanner, around);
  followExpectation(watch);
  noteVerdict(after, watch);
  return !isSameVerdict(before, after);
}

/** What the watch would be after a message that does not count yet: a backlog that is still being read. */
export function foresee(
  watch: DeviceWatch,
  around: Surroundings,
  metrics: Readonly<Record<string, MetricValue>>,
): DeviceWatch {
  const copy = structuredClone(watch);
  followDevice(copy, around, metrics);
  return copy;
}

/** Takes in the time: silence, delays and limits. True as of `followDevice`. */
export function passTime(watch: DeviceWatch, around: Surroundings, heard: Heard): boolean {
  noteVerdict(before, watch);
  followSilence(watch, around, heard);
  if (watch.claimedAt !== undefined) watch.isClaimed = around.now - watch.claimedAt < CLAIM_MS;
  // What a silent device said last is neither confirmed nor contradicted by time alone.
  if (watch.isSilent) followFlips(watch.flips, watch.input, around.now);
  else followInput(watch, around, undefined);
  if (watch.scanner !== undefined && !watch.isSilent) passWarmup(watch.scanner, around.now);
  followExpectation(watch);
  noteVerdict(after, watch);
  return !isSameVerdict(before, after);
}

function followInput(
  watch: DeviceWatch,
  around: Surroundings,
  metrics: Readonly<Record<string, MetricValue>> | undefined,
): void {
  if (watch.ups !== undefined) {
    const { values, config, policy, siblings, now } = around;
    followUpsInput(watch, watch.ups, { values, config, policy, siblings, now, metrics });
  } else if (watch.kind === 'power') {
    followSupplyInput(watch, around.values['mains.present'], around.now);
  }
  followFlips(watch.flips, watch.input, around.now);
}

function followSupplyInput(watch: DeviceWatch, isPresent: MetricValue | undefined, now: number) {
  if (typeof isPresent !== 'boolean') return;
  const input = isPresent ? 'mains' : 'lost';
  if (input === watch.input) return;
  watch.input = input;
  watch.inputSince = now;
  watch.inputReason = isPresent ? 'returned_to_mains' : 'on_battery';
}

function followExpectation(watch: DeviceWatch): void {
  if (watch.scanner !== undefined) watch.expectation = scannerExpectation(watch.scanner);
  else watch.expectation = watch.input === 'test' ? 'testing' : undefined;
  watch.isSilenceExpected = watch.expectation !== undefined && watch.expectation !== 'testing';
}
