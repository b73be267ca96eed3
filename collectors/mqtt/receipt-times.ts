import type { Decoded } from '../../src/ports.ts';

/** Beyond this (ms) it is no crowd of messages, but our own clock that was set back. */
const MAX_AHEAD_MS = 5 * 60_000;
const MAX_DEVICES = 50_000;

/**
 * Keeps a device's messages apart that have no usable time of their own and so are stored at their
 * receipt: in a backlog many come within one millisecond, and points of one time are one point. A later
 * one takes the next millisecond that is free.
 */
export class ReceiptTimes {
  /** The time given last (ms since 1970 UTC), by `site/device`. */
  readonly #newest = new Map<string, number>();

  /** The same message, at a time of its own. */
  apart(decoded: Decoded): Decoded {
    const { sample } = decoded;
    if (sample === undefined || sample.hasOwnTime || sample.isRetained) return decoded;
    const { receivedAt, metrics } = sample;
    const ts = this.#next(`${sample.site}/${sample.device}`, receivedAt);
    if (ts === receivedAt) return decoded;
    const offset = metrics['clock.offset'];
    // The point's time and its offset lead back to the time that the device said.
    const shifted =
      typeof offset === 'number' ? { 'clock.offset': offset - (ts - receivedAt) } : {};
    return { ...decoded, sample: { ...sample, ts, metrics: { ...metrics, ...shifted } } };
  }

  #next(device: string, receivedAt: number): number {
    const newest = this.#newest.get(device) ?? Number.NEGATIVE_INFINITY;
    const isCrowded = newest >= receivedAt && newest - receivedAt < MAX_AHEAD_MS;
    const ts = isCrowded ? newest + 1 : receivedAt;
    if (this.#newest.size >= MAX_DEVICES) this.#newest.clear();
    this.#newest.set(device, ts);
    return ts;
  }
}
