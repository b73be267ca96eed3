import type { Kind } from '../../contract/kind.ts';
import { type DeviceWatch, newDeviceWatch } from './device-watch.ts';
import { shiftClaim } from './return-claim.ts';

/** What of a watch must survive a restart: plain data for JSON. */
export type WatchMemory = Partial<
  Pick<
    DeviceWatch,
    | 'input'
    | 'inputSince'
    | 'inputReason'
    | 'flips'
    | 'ups'
    | 'scanner'
    | 'hasBeenHeard'
    | 'silentSince'
  >
>;

/** A return that is not believed is no part of it: what is said after a restart is examined anew. */
export function rememberedOf(watch: DeviceWatch): WatchMemory {
  const { input, inputSince, inputReason, flips, ups, scanner, hasBeenHeard } = watch;
  const { silentSince } = watch;
  const claim = ups?.claim?.isBelieved ? ups.claim : undefined;
  return {
    input,
    inputSince,
    inputReason,
    flips,
    hasBeenHeard,
    ...(silentSince === undefined ? {} : { silentSince }),
    ...(ups === undefined ? {} : { ups: { ...ups, claim } }),
    ...(scanner === undefined ? {} : { scanner }),
  };
}

/**
 * A watch as it was remembered, `memory` being what JSON has made of it; a member it lacks is as new.
 * What was silent is so until it speaks; what was not, when it has missed its intervals anew.
 */
export function recallWatch(kind: Kind, memory: WatchMemory): DeviceWatch {
  const fresh = newDeviceWatch(kind);
  const { ups, scanner, flips, ...rest } = memory;
  return {
    ...fresh,
    ...rest,
    isSilent: memory.hasBeenHeard !== true || memory.silentSince !== undefined,
    flips: { last: flips?.last, at: [...(flips?.at ?? [])] },
    ups: fresh.ups && { ...fresh.ups, ...ups },
    scanner: fresh.scanner && { ...fresh.scanner, ...scanner },
  };
}

/** Our own clock was set by `ms`, to `now`: what is measured against it goes along. */
export function shiftWatch(watch: DeviceWatch, ms: number, now: number): void {
  const shift = (at: number) => Math.min(at + ms, now);
  const shiftKnown = (at: number | undefined) => (at === undefined ? undefined : shift(at));
  watch.inputSince = shift(watch.inputSince);
  watch.silentSince = shiftKnown(watch.silentSince);
  watch.claimedAt = shiftKnown(watch.claimedAt);
  watch.flips.at = watch.flips.at.map(shift);
  const { ups, scanner } = watch;
  if (ups !== undefined) {
    ups.lostSince = shiftKnown(ups.lostSince);
    ups.testSince = shiftKnown(ups.testSince);
    ups.offSince = shiftKnown(ups.offSince);
    if (ups.claim !== undefined) shiftClaim(ups.claim, ms, now);
  }
  if (scanner !== undefined) {
    scanner.enteredAt = shift(scanner.enteredAt);
    scanner.heardAt = shift(scanner.heardAt);
    scanner.warmupSince = shiftKnown(scanner.warmupSince);
  }
}
