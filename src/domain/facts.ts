import type { PowerSource } from '../contract/device.ts';
import type { Kind } from '../contract/kind.ts';

/** What a device's input is known to be: `test` is a calibration or self-test that truly runs. */
export type Input = 'mains' | 'lost' | 'test' | 'unknown';

/**
 * What the correlation knows of one device at the moment (times in ms since 1970 UTC).
 * Only `registered` devices count towards a site.
 */
export interface DeviceFacts {
  site: string;
  id: string;
  kind: Kind;
  /** The feed that supplies it, where one is configured. */
  feed: string | undefined;
  registered: boolean;
  power: PowerSource;
  /** Of a UPS its own input; of a supply meter the mains. A scanner has none: `unknown`. */
  input: Input;
  /** When the input became what it is, by our clock. */
  inputSince: number;
  /** It has missed three intervals, or has never been heard. */
  isSilent: boolean;
  silentSince: number | undefined;
  /** It is off, in transit or in maintenance: its silence says nothing. */
  isSilenceExpected: boolean;
  /** Its input was lost when it was last heard. */
  wasOnBattery: boolean;
  /** When its battery is predicted to be empty, where it runs or ran from it. */
  exhaustedAt: number | undefined;
  /** Of a supply: the transfer switch stands on the generator and it runs. */
  isOnGenerator: boolean;
  /** The least margin of the scanners that it feeds (seconds). */
  marginSeconds: number | undefined;
}

/** Facts by site, and what is configured of it. */
export interface FactsSource {
  sites(): Iterable<string>;
  of(site: string): readonly DeviceFacts[];
}
