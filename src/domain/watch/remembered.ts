import type { Kind } from '../../contract/kind.ts';
import { type DeviceWatch, newDeviceWatch } from './device-watch.ts';

/** What of a watch must survive a restart: plain data for JSON. */
export type WatchMemory = Partial<
  Pick<
    DeviceWatch,
    'input' | 'inputSince' | 'inputReason' | 'flips' | 'ups' | 'scanner' | 'hasBeenHeard'
  >
>;

/** A return that is not believed is no part of it: what is said after a restart is examined anew. */
export function rememberedOf(watch: DeviceWatch): WatchMemory {
  const { input, inputSince, inputReason, flips, ups, scanner, hasBeenHeard } = watch;
  const claim = ups?.claim?.isBelieved ? ups.claim : undefined;
  return {
    input,
    inputSince,
    inputReason,
    flips,
    hasBeenHeard,
    ...(ups === undefined ? {} : { ups: { ...ups, claim } }),
    ...(scanner === undefined ? {} : { scanner }),
  };
}

/**
 * A watch as it was remembered, `memory` being what JSON has made of it; a member it lacks is as new. It
 * is silent only when it has missed its intervals anew.
 */
export function recallWatch(kind: Kind, memory: WatchMemory): DeviceWatch {
  const fresh = newDeviceWatch(kind);
  const { ups, scanner, flips, ...rest } = memory;
  return {
    ...fresh,
    ...rest,
    isSilent: memory.hasBeenHeard !== true,
    flips: { last: flips?.last, at: [...(flips?.at ?? [])] },
    ups: fresh.ups && { ...fresh.ups, ...ups },
    scanner: fresh.scanner && { ...fresh.scanner, ...scanner },
  };
}
