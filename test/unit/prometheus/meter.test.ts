import { beforeEach, describe, expect, it } from 'vitest';
import { PrometheusMeter } from '../../../src/adapters/prometheus/meter.ts';
import type { MetricSources } from '../../../src/adapters/prometheus/sources.ts';
import { alarmStateSchema } from '../../../src/contract/alarm.ts';
import { rejectReasonSchema } from '../../../src/contract/sample.ts';
import { createQueries } from '../../../src/pipeline/queries.ts';
import type { Deliveries, MessageCounts, SpoolDepth, StoreCounts } from '../../../src/ports.ts';
import { readScrape } from '../../support/exposition.ts';
import { FakeClock } from '../../support/fake-ports.ts';
import { createPipeline } from '../../support/pipeline.ts';
import { START, statusAt } from '../../support/sample.ts';

let clock: FakeClock;
let meter: PrometheusMeter;
let pipeline: ReturnType<typeof createPipeline>;
let store: StoreCounts;
let depth: SpoolDepth;
let deliveries: Deliveries[];
let readiness: ReturnType<MetricSources['queries']['readiness']>;

beforeEach(() => {
  clock = new FakeClock(START);
  meter = new PrometheusMeter(clock);
  pipeline = createPipeline();
  store = { stored: 0, retries: 0, refused: {}, damaged: 0 };
  depth = { points: 0, bytes: 0 };
  deliveries = [{ unacknowledged: 0, oldestWaitMs: 0, redelivered: 0 }];
  readiness = { store: { isReady: true, state: 'ok' } };
  const { fleet, ingest } = pipeline;
  meter.expose({
    messages: ingest.counts,
    store,
    spool: { depth: () => depth },
    collectors: [0, 1].map((index) => ({
      deliveries: () => deliveries[index] ?? { unacknowledged: 0, oldestWaitMs: 0, redelivered: 0 },
    })),
    queries: createQueries({
      ...pipeline,
      desk: pipeline.situation,
      situation: pipeline.outlook,
      readiness: () => readiness,
    }),
    devices: () => fleet.freshnessCounts(),
    connections: () => 3,
  });
});

const scrape = async () => readScrape(await meter.text());

describe('a counter', () => {
  it('says what its owner counted, at the first scrape and at the next', async () => {
    await pipeline.ingest.accept({ sample: statusAt(START, 'OL'), rejects: [] });
    store.stored = 7;
    expect((await scrape()).value('svitlo_points_stored_total')).toBe(7);
    await pipeline.ingest.accept({ sample: statusAt(START - 1, 'OL'), rejects: [] });
    Object.assign(store, { stored: 9, retries: 2, damaged: 4 });
    const second = await scrape();
    const messages: MessageCounts = {
      current: 1,
      late: 1,
      held: 0,
      ignored: 0,
      duplicate: 0,
      rejected: 0,
    };
    expect(second.by('svitlo_messages_total', 'outcome')).toEqual(messages);
    expect(second.value('svitlo_points_stored_total')).toBe(9);
    expect(second.value('svitlo_store_retries_total')).toBe(2);
    expect(second.value('svitlo_points_damaged_total')).toBe(4);
  });

  it('by reason has every reason from the start, so that a first reject is an increase', async () => {
    const none = Object.fromEntries(rejectReasonSchema.options.map((reason) => [reason, 0]));
    expect((await scrape()).by('svitlo_rejects_total', 'reason')).toEqual(none);
    const reject = { receivedAt: START, topic: 't', detail: '', excerpt: '' };
    pipeline.rejects.add({ ...reject, reason: 'not_json' });
    pipeline.rejects.add({ ...reject, reason: 'not_json' });
    expect((await scrape()).by('svitlo_rejects_total', 'reason')).toEqual({ ...none, not_json: 2 });
  });

  it('of refused points has the states that tell of a refusal', async () => {
    store.refused.points_expired = 5;
    expect((await scrape()).by('svitlo_points_refused_total', 'state')).toEqual({
      field_type_conflict: 0,
      points_refused: 0,
      points_expired: 5,
    });
  });

  it('of redelivered messages adds up all sources', async () => {
    deliveries = [1, 2].map((redelivered) => ({ unacknowledged: 0, oldestWaitMs: 0, redelivered }));
    expect((await scrape()).value('svitlo_messages_redelivered_total')).toBe(3);
  });
});

describe('a gauge', () => {
  it('says how much waits in the spool and for how long, and 0 where nothing does', async () => {
    expect((await scrape()).value('svitlo_spool_oldest_age_seconds')).toBe(0);
    depth = { points: 12, bytes: 3400, oldestAt: Date.now() - 60_000 };
    const full = await scrape();
    expect(full.value('svitlo_spool_points')).toBe(12);
    expect(full.value('svitlo_spool_bytes')).toBe(3400);
    expect(full.value('svitlo_spool_oldest_age_seconds')).toBeGreaterThanOrEqual(60);
    depth = { points: 1, bytes: 1, oldestAt: Date.now() + 3_600_000 };
    expect((await scrape()).value('svitlo_spool_oldest_age_seconds')).toBe(0);
  });

  it('says how many messages are not acknowledged, and how long the oldest of all waits', async () => {
    deliveries = [
      { unacknowledged: 5, oldestWaitMs: 200, redelivered: 0 },
      { unacknowledged: 6, oldestWaitMs: 1500, redelivered: 0 },
    ];
    const { value } = await scrape();
    expect(value('svitlo_unacknowledged_messages')).toBe(11);
    expect(value('svitlo_unacknowledged_oldest_age_seconds')).toBe(1.5);
  });

  it('has the one state that a dependency is in, and no earlier one', async () => {
    await scrape();
    readiness = { store: { isReady: false, state: 'unreachable' } };
    const { value, by } = await scrape();
    expect(value('svitlo_dependency_ready', { dependency: 'store' })).toBe(0);
    expect(by('svitlo_dependency_state', 'state')).toEqual({ unreachable: 1 });
  });

  it('of alarms has every priority and active state, at 0 where there is none', async () => {
    const first = (await scrape()).families.get('svitlo_alarms')?.samples;
    expect(first?.map(({ value }) => value)).toEqual(
      Array.from({ length: 4 * (alarmStateSchema.options.length - 1) }, () => 0),
    );
    await pipeline.ingest.accept({ sample: statusAt(START, 'OB LB'), rejects: [] });
    const { value } = await scrape();
    expect(value('svitlo_alarms', { priority: '1', state: 'UNACK' })).toBe(1);
    expect(value('svitlo_alarms', { priority: '2', state: 'UNACK' })).toBe(2);
    expect(value('svitlo_alarms', { priority: '2', state: 'ACKED' })).toBe(0);
  });

  it('counts devices by freshness, and pages', async () => {
    await pipeline.ingest.accept({ sample: statusAt(START, 'OL'), rejects: [] });
    pipeline.tick.step(START);
    const { by, value } = await scrape();
    expect(by('svitlo_devices', 'freshness')).toEqual({ live: 1, stale: 0, offline: 3 });
    expect(value('svitlo_live_connections')).toBe(3);
  });
});

describe('a histogram', () => {
  it('observes commits: how many points, and how long until they were on disk', async () => {
    meter.spoolCommitted(3, 4);
    meter.spoolCommitted(150, 30);
    meter.journalCommitted(12);
    meter.acknowledged(250);
    const { value } = await scrape();
    expect(value('svitlo_spool_commit_points_sum')).toBe(153);
    expect(value('svitlo_spool_commit_points_bucket', { le: '100' })).toBe(1);
    expect(value('svitlo_spool_commit_duration_seconds_sum')).toBeCloseTo(0.034);
    expect(value('svitlo_journal_commit_duration_seconds_bucket', { le: '0.01' })).toBe(0);
    expect(value('svitlo_journal_commit_duration_seconds_bucket', { le: '0.02' })).toBe(1);
    expect(value('svitlo_puback_wait_seconds_sum')).toBe(0.25);
  });

  it('observes the lag of a page that is stored, by the clock that its points have', async () => {
    clock.ms = START + 90_000;
    meter.pageWritten({ points: 5000, durationMs: 40, isStored: true, firstTs: START });
    meter.pageWritten({ points: 1, durationMs: 40, isStored: true, firstTs: START + 120_000 });
    const { value } = await scrape();
    expect(value('svitlo_ingest_lag_seconds_sum')).toBe(90);
    expect(value('svitlo_ingest_lag_seconds_count')).toBe(2);
    expect(value('svitlo_store_page_points_sum')).toBe(5001);
  });

  it('keeps a write that failed apart: it has no lag, and its points come again', async () => {
    meter.pageWritten({ points: 5000, durationMs: 10_000, isStored: false, firstTs: START });
    const { value } = await scrape();
    const count = 'svitlo_store_write_duration_seconds_count';
    expect(value(count, { outcome: 'failed' })).toBe(1);
    expect(value(count, { outcome: 'stored' })).toBe(0);
    expect(value('svitlo_store_page_points_count')).toBe(0);
    expect(value('svitlo_ingest_lag_seconds_count')).toBe(0);
  });
});

it('has the figures of the process, and names by convention', async () => {
  const { families } = await scrape();
  expect([...families.keys()]).toEqual(
    expect.arrayContaining([
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
    ]),
  );
  const own = [...families].filter(([name]) => name.startsWith('svitlo_'));
  for (const [name, { type }] of own) {
    if (type === 'counter') expect(name).toMatch(/_total$/);
    else expect(name).not.toMatch(/_total$/);
    if (/_(age|lag|wait|duration)(_|$)/.test(name)) expect(name).toMatch(/_seconds$/);
  }
});
