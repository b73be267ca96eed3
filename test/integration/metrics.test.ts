import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LOOP_LOOK_MS } from '../../src/adapters/prometheus/meter.ts';
import { CLOCK_TOPIC, encodeClock } from '../../src/contract/simulation-clock.ts';
import { connectDevice, recentTimes, type SimulatedDevice } from '../support/device.ts';
import { type Family, readScrape, type Scrape } from '../support/exposition.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { openLive } from '../support/live-client.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { untilDependency } from '../support/monitor-api.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { upsPayload } from '../support/telemetry.ts';
import { until } from '../support/wait.ts';

const root = resolve(import.meta.dirname, '../..');

let broker: Mosquitto;
let influxd: Influxd;
let monitor: Monitor;
let device: SimulatedDevice;

beforeEach(async () => {
  broker = await startMosquitto();
  influxd = await startInfluxd();
  monitor = await startMonitor({
    SVITLO_MQTT_URL: broker.url,
    SVITLO_INFLUX_URL: `${influxd.url}/svitlo`,
  });
  device = await connectDevice({ url: broker.url });
});

afterEach(async () => {
  await device?.[Symbol.asyncDispose]();
  await monitor?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
  await influxd?.[Symbol.asyncDispose]();
});

async function scrape(of = monitor): Promise<Scrape> {
  const answer = await fetch(`${of.url}/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return readScrape(await answer.text());
}

const untilScrape = (what: string, holds: (scrape: Scrape) => boolean, of = monitor) =>
  until(
    async () => {
      const one = await scrape(of);
      return holds(one) ? one : undefined;
    },
    { what, timeoutMs: 40_000 },
  );

const outcomes = (one: Scrape) => one.by('svitlo_messages_total', 'outcome');
const total = (counts: Record<string, number>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

test('messages, points and rejects are counted as they were sent, each once', async () => {
  const times = recentTimes(300);
  await device.sendAll(times);
  await device.send(upsPayload((times[0] ?? 0) - 1000));
  await device.send('not JSON');
  await device.send('still not JSON');
  await device.send(JSON.stringify({ ts: Date.now(), 'battery.charge': 400, 'ups.load': 10 }));
  const seen = await untilScrape('every message and point', (one) => {
    const stored = one.value('svitlo_points_stored_total');
    return total(outcomes(one)) === 304 && stored === 302;
  });
  expect(outcomes(seen)).toMatchObject({ current: 301, late: 1, held: 0, rejected: 2 });
  const rejects = Object.entries(seen.by('svitlo_rejects_total', 'reason'));
  expect(Object.fromEntries(rejects.filter(([, count]) => count > 0))).toEqual({
    not_json: 2,
    out_of_range: 1,
  });
  expect(seen.value('svitlo_spool_commit_points_sum')).toBe(302);
  expect(seen.value('svitlo_store_page_points_sum')).toBe(302);
  expect(seen.value('svitlo_puback_wait_seconds_count')).toBeGreaterThan(0);
  expect(seen.value('svitlo_ingest_lag_seconds_count')).toBeGreaterThan(0);
  expect(seen.value('svitlo_unacknowledged_messages')).toBe(0);
  expect(total(seen.by('svitlo_points_refused_total', 'state'))).toBe(0);
});

test('alarms, devices, pages and commits of the journal are told as they are', async () => {
  const page = await openLive(monitor.url);
  await device.send(upsPayload(Date.now(), 'OB DISCHRG'));
  const seen = await untilScrape('the alarm', (one) => {
    const isAlarmed = one.value('svitlo_alarms', { priority: '2', state: 'UNACK' }) === 1;
    const isJournalled = one.value('svitlo_journal_commit_duration_seconds_count') > 0;
    return isAlarmed && isJournalled && one.by('svitlo_devices', 'freshness').live === 1;
  });
  expect(seen.value('svitlo_live_connections')).toBe(1);
  page[Symbol.dispose]();
  await untilScrape('the page to be gone', (one) => one.value('svitlo_live_connections') === 0);
});

test('the spool fills while InfluxDB is away, and empties when it is back', async () => {
  await influxd.kill();
  await device.sendAll(recentTimes(200));
  const away = await untilScrape('the points that wait', (one) => {
    const isFull = one.value('svitlo_spool_points') === 200;
    return isFull && one.value('svitlo_dependency_ready', { dependency: 'store' }) === 0;
  });
  expect(away.value('svitlo_spool_bytes')).toBeGreaterThan(200 * 100);
  expect(away.value('svitlo_spool_oldest_age_seconds')).toBeGreaterThan(0);
  expect(away.value('svitlo_points_stored_total')).toBe(0);
  expect(away.value('svitlo_store_retries_total')).toBeGreaterThan(0);
  const state = { dependency: 'store', state: 'unreachable' };
  expect(away.value('svitlo_dependency_state', state)).toBe(1);
  const older = await untilScrape('the oldest to age', (one) => {
    const age = one.value('svitlo_spool_oldest_age_seconds');
    return age > away.value('svitlo_spool_oldest_age_seconds');
  });
  expect(older.value('svitlo_spool_points')).toBe(200);
  await influxd.restart();
  const back = await untilScrape('an empty spool', (one) => one.value('svitlo_spool_points') === 0);
  expect(back.value('svitlo_spool_bytes')).toBe(0);
  expect(back.value('svitlo_spool_oldest_age_seconds')).toBe(0);
  expect(back.value('svitlo_points_stored_total')).toBe(200);
  const failed = { outcome: 'failed' };
  expect(back.value('svitlo_store_write_duration_seconds_count', failed)).toBeGreaterThan(0);
  await untilDependency(monitor, 'store', 'ok');
});

test('in simulation mode the lag is by the simulated clock', async () => {
  await using simulated = await startMonitor({
    SVITLO_MQTT_URL: broker.url,
    SVITLO_INFLUX_URL: `${influxd.url}/simulated`,
    SVITLO_TOPIC_ROOT: 'svitlo-sim/v1',
    SVITLO_SIM_CLOCK: '1',
  });
  const client = await connectAsync(broker.url, { protocolVersion: 5 });
  const ts = Date.UTC(2021, 0, 1);
  const send = (topic: string, payload: string) => client.publishAsync(topic, payload, { qos: 1 });
  await send(CLOCK_TOPIC, encodeClock(ts + 20_000));
  await send('svitlo-sim/v1/site-1/ups/ups-1/telemetry', upsPayload(ts));
  const isStored = (one: Scrape) => one.value('svitlo_points_stored_total') === 1;
  const seen = await untilScrape('the point', isStored, simulated);
  expect(seen.value('svitlo_ingest_lag_seconds_sum')).toBe(20);
  await client.endAsync();
});

describe('what is written of the metrics', () => {
  let families: Map<string, Family>;
  let samples: Set<string>;

  beforeEach(async () => {
    await device.send(upsPayload(Date.now(), 'OB DISCHRG'));
    const one = await untilScrape('a point to be stored', (seen) => {
      return seen.value('svitlo_points_stored_total') === 1;
    });
    families = one.families;
    samples = new Set([...families.values()].flatMap((family) => family.samples.map(nameOf)));
  });

  const nameOf = ({ name }: { name: string }) => name;
  const read = (path: string) => readFile(resolve(root, path), 'utf8');
  const own = () => [...families.keys()].filter((name) => name.startsWith('svitlo_'));
  /** A histogram is asked for by its buckets, its sum or its count. */
  const familyOf = (name: string) =>
    families.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');

  test('the dashboard asks for metrics that there are, and for every one of Svitlo', async () => {
    type Dashboard = { panels: { datasource: unknown; targets: { expr: string }[] }[] };
    const { panels } = JSON.parse(await read('dashboards/grafana/ingest.json')) as Dashboard;
    const asked = panels.flatMap(({ datasource, targets }) => {
      expect(datasource).toEqual({ type: 'prometheus', uid: 'svitlo-metrics' });
      return targets.flatMap(({ expr }) => {
        const names = metricsIn(expr);
        // What is told of the event loop has the time between two looks in it.
        if (expr.includes('eventloop')) expect(expr).toContain(` - ${LOOP_LOOK_MS / 1000}`);
        expect(names, expr).not.toEqual([]);
        return names;
      });
    });
    expect(asked.filter((name) => !samples.has(name))).toEqual([]);
    expect(own().filter((name) => !asked.map(familyOf).includes(name))).toEqual([]);
  });

  test('docs/operations.md tells of every one of Svitlo, and of none that there is not', async () => {
    const rows = (await read('docs/operations.md'))
      .split('\n')
      .filter((line) => /^\| `(svitlo|process|nodejs)_/.test(line));
    const told = rows.flatMap((row) => metricsIn(row.split('|')[1] ?? ''));
    expect(told.filter((name) => !families.has(name))).toEqual([]);
    expect(own().filter((name) => !told.includes(name))).toEqual([]);
  });
});

/** The names of metrics in a PromQL expression, labels and functions left out. */
function metricsIn(expression: string): string[] {
  return expression.match(/\b(svitlo|process|nodejs)_[a-z0-9_]+/g) ?? [];
}
