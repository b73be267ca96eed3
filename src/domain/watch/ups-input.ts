import type { TransitionReason } from '../../contract/alarm.ts';
import type { DeviceConfig, PowerPolicy } from '../../contract/config.ts';
import type { MetricValue } from '../../contract/metric.ts';
import { decodeUpsStatus } from '../../contract/ups-status.ts';
import type { Input } from '../facts.ts';
import type { DeviceWatch } from './device-watch.ts';
import { isInputSane } from './input-voltage.ts';
import {
  contradictionOf,
  followClaim,
  type Hearing,
  isSettled,
  newReturnClaim,
  type ReturnClaim,
  type Sibling,
} from './return-claim.ts';

/** What is remembered of a UPS beside its input (ms since 1970 UTC by our clock). */
export interface UpsWatch {
  /** Of a loss that no believed return has ended, through unknown times too. */
  lostSince: number | undefined;
  lostReason: TransitionReason;
  /** Since when it says that a calibration or self-test runs. */
  testSince: number | undefined;
  offSince: number | undefined;
  /** It has said `OFF` for longer than its delay. */
  isOff: boolean;
  claim: ReturnClaim | undefined;
  /** It has said `CHRG` once: only of such a one does the flag's absence tell anything. */
  saysCharging: boolean;
}

export function newUpsWatch(): UpsWatch {
  return {
    lostSince: undefined,
    lostReason: 'on_battery',
    testSince: undefined,
    offSince: undefined,
    isOff: false,
    claim: undefined,
    saysCharging: false,
  };
}

/** What a UPS's words are read with. */
export interface UpsAround extends Hearing {
  config: DeviceConfig | undefined;
  policy: PowerPolicy;
  siblings: () => Iterable<Sibling>;
}

type Values = Readonly<Record<string, MetricValue | undefined>>;
type Flags = ReadonlySet<string>;

/** The flags of a UPS's status; none where it has none. */
export function upsFlags(values: Values): Flags {
  const status = values['ups.status'];
  return decodeUpsStatus(typeof status === 'string' ? status : '');
}

interface Said {
  input: Input;
  reason: TransitionReason;
}
const MAINS: Said = { input: 'mains', reason: 'returned_to_mains' };
const TEST: Said = { input: 'test', reason: 'returned_to_mains' };
const UNKNOWN: Said = { input: 'unknown', reason: 'returned_to_mains' };
const ON_BATTERY: Said = { input: 'lost', reason: 'on_battery' };
const OUT_OF_BOUNDS: Said = { input: 'lost', reason: 'test_out_of_bounds' };
const DISCHARGING: Said = { input: 'lost', reason: 'discharging_on_mains' };

/** Follows a UPS's input by its words and what supports or contradicts them (NUT upsmon, nut#1970). */
export function followUpsInput(watch: DeviceWatch, ups: UpsWatch, around: UpsAround): void {
  const { values, policy, now } = around;
  // Nothing said, after a restart say, changes nothing of what is remembered.
  if (values['ups.status'] === undefined) return;
  const flags = upsFlags(values);
  if (flags.has('CHRG')) ups.saysCharging = true;
  if (!isTestSaid(flags, values)) ups.testSince = undefined;
  else ups.testSince ??= now;
  if (!flags.has('OFF')) ups.offSince = undefined;
  else ups.offSince ??= now;
  ups.isOff = ups.offSince !== undefined && now - ups.offSince >= policy.offDelay * 1000;
  const said = saidInput(ups, flags, around);
  if (said.input === 'mains') takeMains(watch, ups, around);
  else if (said.input === 'lost') takeLoss(watch, ups, said, now);
  else {
    ups.claim = undefined;
    setInput(watch, said, now);
  }
}

/** `In progress` by NUT's drivers, `inProgress` by RFC 1628's upsTestResultsSummary. */
function isTestInProgress(values: Values): boolean {
  const result = values['ups.test.result'];
  return typeof result === 'string' && /in ?progress/i.test(result);
}

function isTestSaid(flags: Flags, values: Values): boolean {
  return flags.has('CAL') || isTestInProgress(values);
}

/**
 * A test truly runs: within its time limit and with an input that could feed the load. A driver may say
 * `CAL` long after its end (RFC 1628 upsTestId names the last test): where the result says that it has
 * ended and no voltage is known, it is not believed.
 */
function isTestRunning(ups: UpsWatch, flags: Flags, { values, policy, now }: UpsAround): boolean {
  if (ups.testSince === undefined || ups.lostSince !== undefined) return false;
  const limit = flags.has('CAL') ? policy.calibrationLimit : policy.selfTestLimit;
  if (now - ups.testSince > limit * 1000) return false;
  const isSane = isInputSane(values);
  if (isSane !== undefined) return isSane;
  return values['ups.test.result'] === undefined || isTestInProgress(values);
}

function saidInput(ups: UpsWatch, flags: Flags, around: UpsAround): Said {
  if (flags.has('OB')) {
    if (isTestRunning(ups, flags, around)) return TEST;
    return ups.testSince !== undefined ? OUT_OF_BOUNDS : ON_BATTERY;
  }
  if (!flags.has('OL')) return UNKNOWN;
  if (!flags.has('DISCHRG')) return MAINS;
  if (isTestRunning(ups, flags, around)) return TEST;
  const { values, config, policy } = around;
  const reading = config?.dischargeOnMains ?? policy.dischargeOnMains;
  const isLost = reading === 'outage' || (reading === 'voltage' && isInputSane(values) === false);
  return isLost ? DISCHARGING : MAINS;
}

/** `since` is of the loss where it is one that goes on. */
function setInput(watch: DeviceWatch, { input, reason }: Said, since: number): void {
  if (watch.input === input) return;
  watch.input = input;
  watch.inputSince = since;
  watch.inputReason = reason;
}

function takeLoss(watch: DeviceWatch, ups: UpsWatch, said: Said, now: number): void {
  ups.claim = undefined;
  if (ups.lostSince === undefined) {
    ups.lostSince = now;
    ups.lostReason = said.reason;
  }
  setInput(watch, { input: 'lost', reason: ups.lostReason }, ups.lostSince);
}

/** `OL`: believed where nothing was lost, else as long as nothing contradicts it. */
function takeMains(watch: DeviceWatch, ups: UpsWatch, around: UpsAround): void {
  const { now, siblings } = around;
  if (ups.lostSince !== undefined) {
    ups.claim ??= newReturnClaim(ups.lostSince, ups.lostReason, now);
  }
  const { claim } = ups;
  if (claim === undefined) {
    setInput(watch, MAINS, now);
    return;
  }
  followClaim(claim, around);
  claim.contradiction = contradictionOf(claim, siblings, watch, now);
  if (claim.contradiction === undefined) {
    claim.isBelieved = true;
    ups.lostSince = undefined;
    setInput(watch, MAINS, claim.claimedAt);
    if (isSettled(claim, now)) ups.claim = undefined;
    return;
  }
  claim.isBelieved = false;
  ups.lostSince = claim.lostSince;
  ups.lostReason = claim.reason;
  setInput(watch, { input: 'lost', reason: claim.reason }, claim.lostSince);
}
