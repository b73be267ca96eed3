import type { Topology } from '../../src/contract/config.ts';
import type { Limits } from '../scenarios/scenario-schema.ts';
import { type AlarmStretch, readAlarmStretches } from './alarm-stretches.ts';
import { counted, notJudged } from './case-list.ts';
import { judgeClears } from './clears.ts';
import { Expectations } from './expectations.ts';
import { judgeInterruptions } from './interruptions.ts';
import { MonitorView } from './monitor-view.ts';
import { judgePoints } from './points.ts';
import { siteTimelines } from './site-timeline.ts';
import { StateLooks } from './states.ts';
import type { Check, SiteTimeline } from './verdict.ts';

export interface JudgeOptions {
  topology: Topology;
  /** The monitor's address, such as http://127.0.0.1:8080. */
  monitorUrl: string;
  limits: Limits;
  /** The monitor's clock is the simulation's. */
  isLockStep: boolean;
  lookEverySeconds: number;
  startMs: number;
}

const REAL_TIME_SLACK_MS = 3000;

/** Compares what the monitor says with what truly happened, by its public contract alone. */
export class Judge {
  readonly expectations: Expectations;
  readonly #options: JudgeOptions;
  readonly #view: MonitorView;
  readonly #looks: StateLooks;
  #nextLookAt: number;

  constructor(options: JudgeOptions) {
    this.#options = options;
    const { topology, isLockStep, monitorUrl, startMs, lookEverySeconds } = options;
    this.expectations = new Expectations(topology, isLockStep);
    this.#view = new MonitorView(monitorUrl);
    this.#looks = new StateLooks(this.expectations, isLockStep ? 0 : REAL_TIME_SLACK_MS);
    this.#nextLookAt = startMs + lookEverySeconds * 1000;
  }

  start(): Promise<void> {
    return this.#view.start();
  }

  stop(): void {
    this.#view.stop();
  }

  async isMonitorAlive(): Promise<boolean> {
    return this.#view.find('/healthz').then(
      () => true,
      () => false,
    );
  }

  /** Looks at the devices' states where it is time to; the monitor knows all that was before `now`. */
  async lookWhenDue(now: number): Promise<void> {
    if (now < this.#nextLookAt) return;
    this.#nextLookAt = now + this.#options.lookEverySeconds * 1000;
    await this.#looks.look(this.#view, now);
  }

  /** Every check, and the sites' timelines, after the run has ended at `endMs` (ms since 1970 UTC). */
  async conclude(endMs: number): Promise<{ checks: Check[]; timelines: SiteTimeline[] }> {
    const { limits, topology, startMs } = this.#options;
    const stretches = await readAlarmStretches(this.#view, 'UPS_ON_BATTERY');
    const evidence = { expectations: this.expectations, stretches, limits };
    const checks = [
      ...judgeInterruptions(evidence),
      ...judgeClears(evidence, endMs),
      this.#judgePush(stretches),
      this.#looks.result(limits),
      ...(await judgePoints(this.#view, this.expectations, limits)),
      ...(await this.#notServed()),
    ];
    const { sitePower } = this.#view;
    const { expectations } = this;
    const timelines = siteTimelines({ topology, expectations, sitePower, startMs, endMs });
    return { checks, timelines };
  }

  /** Whatever the journal has must have been pushed, too. */
  #judgePush(stretches: readonly AlarmStretch[]): Check {
    const cases = stretches
      .filter(({ id, version }) => !this.#view.pushed.has(`${id}:${version}`))
      .map(({ id, version }) => `${id} version ${version} was never pushed`);
    return counted({ name: 'live.missed', cases, limit: 0, of: stretches.length });
  }

  async #notServed(): Promise<Check[]> {
    const ledger = await this.#view.find('/api/v1/outages');
    const incidents = await this.#view.find<unknown[]>('/api/v1/incidents');
    const checks: Check[] = [];
    if (ledger === undefined) checks.push(notJudged('ledger', 'GET /outages is not served'));
    if (incidents === undefined || incidents.length === 0) {
      checks.push(
        notJudged('incidents', 'no incident was made'),
        notJudged('incident.delay', 'no incident was made'),
        notJudged('notifications', 'no incident was made, so nobody was told of one'),
      );
    }
    return checks;
  }
}
