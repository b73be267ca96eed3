import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Clock, Exposition, Meter, PageWrite } from '../../ports.ts';
import { exposeSources, type MetricSources } from './sources.ts';

/**
 * How often the event loop is looked at (ms). A look every 10 ms, which is prom-client's own choice, wakes
 * an idle process a hundred times a second; stalls shorter than this are of no matter to an alarm.
 */
export const LOOP_LOOK_MS = 50;

/** Of what ought to take milliseconds (seconds). */
const COMMIT_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 10];
/** Of what may take as long as an outage (seconds). */
const LAG_BUCKETS = [0.1, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 1800, 3600, 21_600, 86_400];
const COMMIT_POINTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
const PAGE_POINTS = [1, 10, 50, 100, 200, 500, 1000, 2000, 5000, 6000, 10_000];

/**
 * The metrics of one monitor, in Prometheus' text format. What is done in batches is observed as it
 * happens; everything else is read from its owner when somebody asks.
 */
export class PrometheusMeter implements Meter, Exposition {
  readonly #registry = new Registry();
  readonly #clock: Clock;
  readonly #commitPoints;
  readonly #commitSeconds;
  readonly #journalSeconds;
  readonly #pubackSeconds;
  readonly #pagePoints;
  readonly #writeSeconds;
  readonly #lagSeconds;

  /** `clock` is the one that points have their times from, simulated or not. */
  constructor(clock: Clock) {
    this.#clock = clock;
    const histogram = (name: string, help: string, buckets: number[]) =>
      new Histogram({ name, help, buckets, registers: [this.#registry] });
    this.#commitPoints = histogram(
      'svitlo_spool_commit_points',
      'Points in one commit of the spool',
      COMMIT_POINTS,
    );
    this.#commitSeconds = histogram(
      'svitlo_spool_commit_duration_seconds',
      'Time that a commit of the spool takes to be on disk',
      COMMIT_BUCKETS,
    );
    this.#journalSeconds = histogram(
      'svitlo_journal_commit_duration_seconds',
      'Time that a commit of the alarm journal takes to be on disk',
      COMMIT_BUCKETS,
    );
    this.#pubackSeconds = histogram(
      'svitlo_puback_wait_seconds',
      'Time from the receipt of the oldest message to the PUBACKs that leave in one write',
      COMMIT_BUCKETS,
    );
    this.#pagePoints = histogram(
      'svitlo_store_page_points',
      'Points in one page that was written to the store',
      PAGE_POINTS,
    );
    this.#writeSeconds = new Histogram({
      name: 'svitlo_store_write_duration_seconds',
      help: 'Time that a page took to be stored, or a try to fail, by outcome',
      labelNames: ['outcome'] as const,
      buckets: COMMIT_BUCKETS,
      registers: [this.#registry],
    });
    for (const outcome of ['stored', 'failed']) this.#writeSeconds.zero({ outcome });
    this.#lagSeconds = histogram(
      'svitlo_ingest_lag_seconds',
      'Time from the first point of a page to its being stored',
      LAG_BUCKETS,
    );
    collectDefaultMetrics({
      register: this.#registry,
      eventLoopMonitoringPrecision: LOOP_LOOK_MS,
    });
  }

  /** Adds what is read from its owners at each scrape; called once. */
  expose(sources: MetricSources): void {
    exposeSources(this.#registry, sources);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  spoolCommitted(points: number, durationMs: number): void {
    this.#commitPoints.observe(points);
    this.#commitSeconds.observe(durationMs / 1000);
  }

  journalCommitted(durationMs: number): void {
    this.#journalSeconds.observe(durationMs / 1000);
  }

  acknowledged(waitMs: number): void {
    this.#pubackSeconds.observe(waitMs / 1000);
  }

  /** A device's clock may be a little ahead of ours. */
  pageWritten({ points, durationMs, isStored, firstTs }: PageWrite): void {
    const outcome = isStored ? 'stored' : 'failed';
    this.#writeSeconds.observe({ outcome }, durationMs / 1000);
    if (!isStored) return;
    this.#pagePoints.observe(points);
    this.#lagSeconds.observe(Math.max(0, this.#clock.now() - firstTs) / 1000);
  }
}
