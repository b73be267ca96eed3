import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Alarm } from '../../src/contract/alarm.ts';
import { type AckedPublisher, startAckedPublisher } from '../support/acked-publisher.ts';
import { runProgram } from '../support/backup-command.ts';
import { messagesInStore, missingFrom } from '../support/embedded-points.ts';
import { readScrape } from '../support/exposition.ts';
import { freePort } from '../support/free-port.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { getJson } from '../support/monitor-api.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';
import { percentile, report } from './figures.ts';
import { startProber } from './ingest/probe.ts';

const PER_SECOND = 2000;
const DEVICES = 100;
/** Before the first backup. */
const LOAD_SECONDS = Number(process.env.BENCH_SECONDS ?? 60);
const ALARMS = Number(process.env.BENCH_ALARMS ?? 500);
const PATIENCE_MS = 300_000;

interface Bench {
  monitor: Monitor;
  folder: TempFolder;
}

async function untilDrained({ url }: Monitor): Promise<void> {
  const isEmpty = async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return readScrape(text).value('svitlo_spool_points') === 0;
  };
  await until(isEmpty, { what: 'the spool to be empty', timeoutMs: PATIENCE_MS });
}

/** One backup after the other until `isOver`; of each how long it took (ms). */
async function backUp({ monitor, folder }: Bench, isOver: () => boolean): Promise<number[]> {
  const durations: number[] = [];
  while (durations.length === 0 || !isOver()) {
    const target = join(folder.path, `backup-${durations.length}`);
    const startedAt = performance.now();
    const { status, stderr } = await runProgram('backup', [target, '--data', monitor.dataDir]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    durations.push(performance.now() - startedAt);
  }
  return durations;
}

function reportAlarms(
  name: string,
  latencies: readonly number[],
  { idle, loaded }: { idle: readonly number[]; loaded: readonly number[] },
): void {
  const at = (share: number) => percentile(latencies, share);
  const times = (share: number, base: readonly number[]) =>
    (at(share) / percentile(base, share)).toFixed(2);
  report(`backup, alarms ${name}, ms`, {
    alarms: `${latencies.length}`,
    p50: at(0.5).toFixed(2),
    p99: at(0.99).toFixed(2),
    max: at(1),
    'times idle, p50': times(0.5, idle),
    'times idle, p99': times(0.99, idle),
    'times the load alone, p50': times(0.5, loaded),
    'times the load alone, p99': times(0.99, loaded),
  });
}

/** Every alarm with its occurrence. */
async function alarmsOf(monitor: Monitor): Promise<string[]> {
  const alarms = await getJson<Alarm[]>(monitor, '/api/v1/alarms?state=all');
  return alarms.map(({ id, occurrence }) => `${id} ${occurrence}`);
}

/** What was acknowledged before the last backup stands in what is restored from it. */
async function restoreAndCompare(
  { monitor, folder }: Bench,
  publisher: AckedPublisher,
): Promise<void> {
  const [backup, restored] = [join(folder.path, 'last'), join(folder.path, 'restored')];
  const before = publisher.acknowledged();
  const alarmsBefore = await alarmsOf(monitor);
  const made = await runProgram('backup', [backup, '--data', monitor.dataDir]);
  expect(made.status).toBe(0);
  await publisher.stop();
  await monitor.stop();
  const startedAt = performance.now();
  const put = await runProgram('restore', [backup, '--data', restored]);
  expect(put.status).toBe(0);
  const restoring = performance.now() - startedAt;
  const verified = await runProgram('journal', ['verify', '--data', restored]);
  expect(verified.status).toBe(0);
  await using other = await startMonitor({ SVITLO_DATA_DIR: restored });
  await untilDrained(other);
  const alarmsAfter = new Set(await alarmsOf(other));
  await other.stop();
  const missing = missingFrom(await messagesInStore(restored), before);
  report('backup, restored', {
    'acknowledged before': `${before.length}`,
    missing: `${missing.length}`,
    alarms: `${alarmsBefore.length}`,
    'restoring, ms': restoring,
    audit: verified.stdout.split('\n')[0] ?? '',
  });
  expect(missing).toEqual([]);
  expect(alarmsBefore.filter((alarm) => !alarmsAfter.has(alarm))).toEqual([]);
}

test(
  `backups under ${PER_SECOND} messages a second`,
  async () => {
    await using folder = await tempFolder('bench-backup');
    const config = join(folder.path, 'svitlo.yaml');
    await writeFile(config, 'maxUnregistered: 20000\n');
    const port = await freePort();
    await using monitor = await startMonitor({
      SVITLO_BROKER_PORT: `${port}`,
      SVITLO_CONFIG: config,
    });
    const bench = { monitor, folder };
    const broker = `mqtt://127.0.0.1:${port}`;
    await using prober = await startProber(broker, monitor.url);
    await prober.run(0, 100);
    const { latencies: idle } = await prober.run(1000, ALARMS);
    const plan = { devices: DEVICES, perSecond: PER_SECOND, firstTs: Date.now() };
    await using publisher = await startAckedPublisher(broker, plan);
    await sleep(LOAD_SECONDS * 1000);
    const { latencies: loaded } = await prober.run(3000, ALARMS);
    let isOver = false;
    const probing = await prober.begin(5000, ALARMS);
    const answer = probing.answer.finally(() => {
      isOver = true;
    });
    const durations = await backUp(bench, () => isOver);
    const { latencies: beside, missed } = await answer;
    expect(missed).toBe(0);
    report('backup', {
      'msg/s': publisher.rate(),
      messages: `${publisher.acknowledged().length}`,
      backups: `${durations.length}`,
      'p50, ms': percentile(durations, 0.5),
      'max, ms': percentile(durations, 1),
    });
    const bases = { idle, loaded };
    reportAlarms('idle', idle, bases);
    reportAlarms('under the load', loaded, bases);
    reportAlarms('under the load beside backups', beside, bases);
    await restoreAndCompare(bench, publisher);
  },
  PATIENCE_MS * 2,
);
