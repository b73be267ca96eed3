import type { Channel, Kind } from '../../src/contract/kind.ts';

/** A device by its whole name, `site/device`. */
export type DeviceKey = string;

/** Mains came or went at a site, at `at` (ms since 1970 UTC). */
export interface MainsChange {
  at: number;
  site: string;
  isPresent: boolean;
  cause: string;
}

/**
 * What a device truly does from `at` on. A UPS: `mains battery low bypass off`; a scanner: its operating
 * state; a supply: `mains generator off`.
 */
export interface StateChange {
  at: number;
  device: DeviceKey;
  kind: Kind;
  state: string;
}

/** Something done to a message or connection on purpose. */
export interface WireFault {
  at: number;
  device: DeviceKey;
  fault:
    | 'garbage'
    | 'duplicate'
    | 'disorder'
    | 'delay'
    | 'stored'
    | 'discarded'
    | 'clock'
    | 'will'
    | 'half_open'
    | 'reconnect'
    | 'restart';
  detail?: string | number;
}

/** A message that left for the broker. */
export interface Transmission {
  /** When it left (ms since 1970 UTC). */
  at: number;
  device: DeviceKey;
  kind: Kind;
  channel: Channel;
  /** Its own time and number; `undefined` where it is no message any more. */
  ts?: number;
  seq?: number;
  /** When its values were truly measured (ms since 1970 UTC); of telemetry alone. */
  measuredAt?: number;
  isBackfill: boolean;
  /** The state that it tells, and the value of the metric that points are counted by. */
  state?: string;
  value?: number;
  /** A UPS says that its input is gone, and not for a test's sake. */
  isInputLost?: boolean;
  /** It lies about its input, and its other values or its neighbours contradict it. */
  isForged?: boolean;
  isOnline?: boolean;
}

/** Who is told what truly happens. */
export interface Witness {
  mains(change: MainsChange): void;
  state(change: StateChange): void;
  fault(fault: WireFault): void;
  transmitted(transmission: Transmission): void;
}

/** Somebody who takes no notice; others override what they care about. */
export const INDIFFERENT: Witness = {
  mains: () => {},
  state: () => {},
  fault: () => {},
  transmitted: () => {},
};
