import type { DeviceKey } from '../truth/witness.ts';
import type { Link } from '../wire/link.ts';
import type { SimulatedSite, SiteDevice } from './site.ts';

/** A device with its way to the broker. */
export interface Reporter {
  key: DeviceKey;
  device: SiteDevice;
  link: Link;
  intervalTicks: number;
  isOnline: boolean;
  /** The tick of its last message. */
  saidAt: number;
  /** What is told at once: the power or operating state of the last message. */
  told: string;
  /** The true state as the witnesses know it. */
  state: string;
}

/** A site with its reporters, and when its physics was last stepped (ms since 1970 UTC). */
export interface Place {
  site: SimulatedSite;
  reporters: Reporter[];
  steppedAt: number;
  isPowered: boolean;
  isMastUp: boolean;
}
