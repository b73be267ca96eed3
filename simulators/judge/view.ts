import type { Stretch } from './verdict.ts';

/** What the judge sees of a monitor: the answers of its HTTP API, and what its live feed has pushed. */
export interface JudgeView {
  /** Alarms that the feed has pushed, as `id:version`. */
  readonly pushed: ReadonlySet<string>;
  /** The power of each site as the feed told it. */
  readonly sitePower: ReadonlyMap<string, readonly Stretch[]>;
  /** The answer of `GET path`; throws `MonitorAnswerError`. */
  get<T>(path: string): Promise<T>;
}

/** The monitor answers otherwise than its contract says; the message tells what was asked and answered. */
export class MonitorAnswerError extends Error {}

/** A time as HTTP writes it, RFC 3339 → ms since 1970 UTC. Throws `MonitorAnswerError`. */
export function timeOf(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new MonitorAnswerError(`expected an RFC 3339 time, got ${text}`);
  return ms;
}

/** The same of a time that may be left out, under its name. */
export function timeIfGiven<K extends string>(name: K, text: string | undefined) {
  return (text === undefined ? {} : { [name]: timeOf(text) }) as { [key in K]?: number };
}
