import type { TransitionReason } from '../../contract/alarm.ts';
import type { Kind } from '../../contract/kind.ts';
import type { MetricValue } from '../../contract/metric.ts';
import type { DeviceWatch } from './device-watch.ts';
import { inputVoltage, isInputDead } from './input-voltage.ts';

/** A fall of this much is none of the gauge's, at any pace (% of charge). */
const CLEAR_FALL = 2;
/** One point counts over this time (ms). */
const SMALL_FALL = 1;
const SMALL_FALL_MS = 20_000;
/** Of a gauge with decimals so many falls in a row do, over more time than a self-test takes (ms). */
const FALLS = 4;
const FALLS_MS = 30_000;
/** A charge that has stayed for so long after its fall (ms) contradicts no more. */
const STEADY_MS = 120_000;
/** A rise of this much shows that the charger works (% of charge). */
const CHARGED = 1;
/** Siblings alone, with no other sign, hold a return back no longer than this (ms). */
const SIBLINGS_HOLD_MS = 30 * 60_000;
/** A return that was believed is watched for so long (ms). */
const WATCHED_MS = 10 * 60_000;

export type Contradiction = 'voltage' | 'charge' | 'siblings';

/** What the charge has done since the return was claimed (%, ms since 1970 UTC). */
interface ChargeTrail {
  first: number;
  base: number;
  baseAt: number;
  last: number;
  falls: number;
  fellAt: number;
  isFalling: boolean;
}

/**
 * A UPS that was without its input says that mains has returned. `lostSince` and `reason` are of the
 * loss; times in ms since 1970 UTC by our clock.
 */
export interface ReturnClaim {
  lostSince: number;
  reason: TransitionReason;
  claimedAt: number;
  isBelieved: boolean;
  contradiction: Contradiction | undefined;
  isInputDead: boolean;
  charge: ChargeTrail | undefined;
}

/** Another device on the same feed. */
export interface Sibling {
  kind: Kind;
  watch: DeviceWatch;
  values: Readonly<Record<string, MetricValue>>;
}

/** A message's metrics beside what is known of the device; a tick has no metrics. */
export interface Hearing {
  values: Readonly<Record<string, MetricValue>>;
  metrics: Readonly<Record<string, MetricValue>> | undefined;
  now: number;
}

export function newReturnClaim(
  lostSince: number,
  reason: TransitionReason,
  now: number,
): ReturnClaim {
  return {
    lostSince,
    reason,
    claimedAt: now,
    isBelieved: false,
    contradiction: undefined,
    isInputDead: false,
    charge: undefined,
  };
}

/** Our own clock was set by `ms`, to `now`. */
export function shiftClaim(claim: ReturnClaim, ms: number, now: number): void {
  claim.lostSince = Math.min(claim.lostSince + ms, now);
  claim.claimedAt = Math.min(claim.claimedAt + ms, now);
  if (claim.charge === undefined) return;
  claim.charge.baseAt = Math.min(claim.charge.baseAt + ms, now);
  claim.charge.fellAt = Math.min(claim.charge.fellAt + ms, now);
}

/** Takes in what a message says of voltage and charge: what is older than the claim says nothing of it. */
export function followClaim(claim: ReturnClaim, { values, metrics, now }: Hearing): void {
  if (metrics === undefined) {
    if (claim.charge !== undefined) judgeCharge(claim.charge, now);
    return;
  }
  if (inputVoltage(metrics) !== undefined) {
    claim.isInputDead = isInputDead(values);
    if (claim.isInputDead) claim.claimedAt = now;
  }
  const charge = metrics['battery.charge'];
  if (typeof charge === 'number') followCharge(claim, charge, now);
}

function followCharge(claim: ReturnClaim, charge: number, now: number): void {
  claim.charge ??= {
    first: charge,
    base: charge,
    baseAt: now,
    last: charge,
    falls: 0,
    fellAt: now,
    isFalling: false,
  };
  const trail = claim.charge;
  if (charge > trail.last) {
    Object.assign(trail, { base: charge, baseAt: now, falls: 0, isFalling: false });
  } else if (charge < trail.last) {
    trail.falls += 1;
    trail.fellAt = now;
  }
  trail.last = charge;
  judgeCharge(trail, now);
}

function judgeCharge(trail: ChargeTrail, now: number): void {
  if (now - trail.fellAt >= STEADY_MS) {
    Object.assign(trail, { base: trail.last, baseAt: now, falls: 0, isFalling: false });
    return;
  }
  const fall = trail.base - trail.last;
  const lastsMs = now - trail.baseAt;
  if (
    fall >= CLEAR_FALL ||
    (fall >= SMALL_FALL && lastsMs >= SMALL_FALL_MS) ||
    (trail.falls >= FALLS && lastsMs >= FALLS_MS)
  ) {
    trail.isFalling = true;
  }
}

function hasCharged({ charge }: ReturnClaim): boolean {
  return charge !== undefined && charge.last - charge.first >= CHARGED;
}

/** What speaks against the claim at `now`. */
export function contradictionOf(
  claim: ReturnClaim,
  siblings: () => Iterable<Sibling>,
  self: DeviceWatch,
  now: number,
): Contradiction | undefined {
  if (claim.isInputDead) return 'voltage';
  if (claim.charge?.isFalling) return 'charge';
  // A battery that charges has an input, and siblings are asked before a return is believed, not after.
  if (claim.isBelieved || hasCharged(claim)) return undefined;
  if (now - claim.claimedAt >= SIBLINGS_HOLD_MS) return undefined;
  return areSiblingsLost(siblings(), self) ? 'siblings' : undefined;
}

/** Nothing more is to be learned of a return that has been believed. */
export function isSettled(claim: ReturnClaim, now: number): boolean {
  return claim.isBelieved && (hasCharged(claim) || now - claim.claimedAt >= WATCHED_MS);
}

/**
 * More of the feed's other UPSs say that it is lost than that it is there, and its meter does not know
 * better. What they say counts, not what is made of it: two that return together would wait for each
 * other. Silent ones and those under test say nothing.
 */
function areSiblingsLost(siblings: Iterable<Sibling>, self: DeviceWatch): boolean {
  let balance = 0;
  for (const { kind, watch, values } of siblings) {
    if (watch === self || watch.isSilent) continue;
    if (kind === 'power' && isFeedLive(values)) return false;
    if (kind !== 'ups') continue;
    const contradiction = watch.ups?.claim?.contradiction;
    if (watch.input === 'mains' || contradiction === 'siblings') balance -= 1;
    else if (watch.input === 'lost') balance += 1;
  }
  return balance > 0;
}

function isFeedLive(values: Readonly<Record<string, MetricValue>>): boolean {
  if (values['mains.present'] === true) return true;
  return values['ats.position'] === 'generator' && values['generator.state'] === 'run';
}
