import type { Channel } from '../../src/contract/kind.ts';
import type { Transmission } from '../truth/witness.ts';

/** What a message tells of the truth. */
export type Told = Pick<Transmission, 'state' | 'value' | 'isInputLost' | 'isForged'>;

/** What a device has to say, before the line. */
export interface Letter {
  channel: Channel;
  body: Record<string, unknown>;
  /** By the device's own clock, ms since 1970 UTC. */
  ts: number;
  /** When it was truly measured, ms since 1970 UTC. */
  measuredAt?: number;
  seq?: number;
  told?: Told;
  isBackfill: boolean;
}
