import type { Topology } from '../../src/contract/config.ts';
import type { Limits } from '../scenarios/scenario-schema.ts';
import { type AlarmStretch, readAlarmStretches } from './alarm-stretches.ts';
import { counted } from './case-list.ts';
import { judgeClears } from './clears.ts';
import { Expectations } from './expectations.ts';
import { judgeFalseAlarms } from './false-alarms.ts';
import { readIncidents } from './incident-view.ts';
import { judgeIncidents } from './incidents.ts';
import { judgeInterruptions } from './interruptions.ts';
import { judgeLedger } from './ledger.ts';
import { judgeNotifications } from './notifications.ts';
import { readOutages } from './outage-view.ts';
import { judgePoints } from './points.ts';
import { judgeSilences } from './silences.ts';
import { siteTimelines } from './site-timeline.ts';
import { StateLooks } from './states.ts';
import type { Check, SiteTimeline } from './verdict.ts';
import type { JudgeView } from './view.ts';

export interface JudgeOptions {
  topology: Topology;
  view: JudgeView;
  limits: Limits;
  /** The monitor's clock is the simulation's. */
  isLockStep: boolean;
  lookEverySeconds: number;
  startMs: number;
  /** Whether the monitor has a store whose points can be read back. */
  hasStore: boolean;
}

const REAL_TIME_SLACK_MS = 3000;

/** Compares what the monitor says with what truly happened, by its public contract alone. */
export class Judge {
  readonly expectations: Expectations;
  readonly #options: JudgeOptions;
  readonly #looks: StateLooks;
  #nextLookAt: number;

  constructor(options: JudgeOptions) {
    this.#options = options;
    const { topology, isLockStep, startMs, lookEverySeconds } = options;
    this.expectations = new Expectations(topology, isLockStep);
    this.#looks = new StateLooks(this.expectations, isLockStep ? 0 : REAL_TIME_SLACK_MS);
    this.#nextLookAt = startMs + lookEverySeconds * 1000;
  }

  /** Looks at the devices' states where it is time to; the monitor knows all that was before `now`. */
  async lookWhenDue(now: number): Promise<void> {
    if (now < this.#nextLookAt) return;
    this.#nextLookAt = now + this.#options.lookEverySeconds * 1000;
    await this.#looks.look(this.#options.view, now);
  }

  /** Every check, and the sites' timelines, after the run has ended at `endMs` (ms since 1970 UTC). */
  async conclude(endMs: number): Promise<{ checks: Check[]; timelines: SiteTimeline[] }> {
    const { limits, topology, startMs, view, hasStore } = this.#options;
    const { expectations } = this;
    const stretches = await readAlarmStretches(view);
    const outages = await readOutages(view);
    const incidents = await readIncidents(view);
    const onBattery = stretches.filter(({ code }) => code === 'UPS_ON_BATTERY');
    const alarms = { expectations, stretches: onBattery, limits };
    const evidence = { expectations, incidents, stretches, limits, endMs };
    const checks = [
      ...judgeInterruptions(alarms),
      ...judgeClears(alarms, endMs),
      judgeFalseAlarms(evidence),
      judgeSilences(evidence),
      ...judgeLedger({ expectations, outages, limits, endMs }),
      ...judgeIncidents(evidence),
      judgeNotifications(evidence),
      this.#judgePush(stretches),
      this.#looks.result(limits),
      ...(hasStore ? await judgePoints(view, expectations, limits) : []),
    ];
    const { sitePower } = view;
    const timelines = siteTimelines({ topology, expectations, sitePower, startMs, endMs });
    return { checks, timelines };
  }

  /** Whatever the journal has must have been pushed, too. */
  #judgePush(stretches: readonly AlarmStretch[]): Check {
    const { pushed } = this.#options.view;
    const cases = stretches
      .filter(({ id, version, shownAs }) => {
        return !pushed.has(`${id}:${version}`) && !pushed.has(`${id}:${shownAs}`);
      })
      .map(({ id, version }) => `${id} version ${version} was never pushed`);
    return counted({ name: 'live.missed', cases, limit: 0, of: stretches.length });
  }
}
