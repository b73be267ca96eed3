/** Whether the monitor was right in one respect. */
export type Outcome = 'right' | 'wrong';

/** One respect in which the monitor is judged. */
export interface Check {
  /** A stable name, such as `interruptions.missed` or `points.missing`. */
  name: string;
  outcome: Outcome;
  /** What was measured, in `unit` (`''` is a count), and the most that the scenario allows. */
  measured: number;
  limit?: number;
  unit: '' | 's' | '%';
  /** How many cases were looked at: nothing looked at proves nothing. */
  of?: number;
  /** What is wrong, one line a case, the first of them. */
  examples: readonly string[];
}

/** A stretch of time in one condition, ms since 1970 UTC. */
export interface Stretch {
  fromMs: number;
  toMs: number;
  condition: 'mains' | 'battery' | 'low' | 'bypass' | 'generator' | 'off' | 'unknown';
}

/** What a site went through: as it was, and as the monitor saw it. */
export interface SiteTimeline {
  site: string;
  name: { uk: string; en: string };
  truth: readonly Stretch[];
  monitor: readonly Stretch[];
}

export interface Verdict {
  scenario: string;
  about: { uk: string; en: string };
  seed: number;
  mode: 'lock-step' | 'real time';
  /** Simulated time that the run covered, ms since 1970 UTC, and the wall time it took. */
  startMs: number;
  endMs: number;
  wallSeconds: number;
  devices: number;
  sites: number;
  published: number;
  /** `inconclusive`: the run could not keep its own schedule, so nothing follows from it. */
  status: 'right' | 'wrong' | 'inconclusive';
  reason: string;
  checks: readonly Check[];
  timelines: readonly SiteTimeline[];
}
