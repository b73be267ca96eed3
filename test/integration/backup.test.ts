import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { startControl } from '../../src/adapters/control/server.ts';
import { Journal } from '../../src/adapters/sqlite/journal.ts';
import type { Alarm } from '../../src/contract/alarm.ts';
import { MANIFEST, manifestSchema } from '../../src/contract/backup.ts';
import { type SentMessage, startAckedPublisher } from '../support/acked-publisher.ts';
import { runProgram } from '../support/backup-command.ts';
import { chaosPayload, chaosTopic } from '../support/chaos-message.ts';
import { messagesInStore, missingFrom } from '../support/embedded-points.ts';
import { readScrape } from '../support/exposition.ts';
import { freePort } from '../support/free-port.ts';
import { journalEntry } from '../support/journal-entry.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { activeAlarms, getJson } from '../support/monitor-api.ts';
import { upsPayload } from '../support/telemetry.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

const UPS = 'svitlo/v1/krakivets/ups/ups-1';
const ALARM = 'krakivets.ups-1.UPS_ON_BATTERY';
const DAY_MS = 86_400_000;
const LOAD = { devices: 10, perSecond: 300 };

async function manifestIn(backup: string) {
  return manifestSchema.parse(JSON.parse(await readFile(join(backup, MANIFEST), 'utf8')));
}

async function untilDrained({ url }: Monitor): Promise<void> {
  const isEmpty = async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return readScrape(text).value('svitlo_spool_points') === 0;
  };
  await until(isEmpty, { what: 'the spool to be empty' });
}

/** Points of yesterday, which a start moves into files of their own. */
async function publishYesterday(broker: string): Promise<SentMessage[]> {
  const client = await connectAsync(broker);
  const plan = { devices: 1, perSecond: 1, firstTs: Date.now() - DAY_MS };
  const messages = Array.from({ length: 20 }, (_, index) => ({ device: LOAD.devices, index }));
  for (const { device, index } of messages) {
    await client.publishAsync(chaosTopic(device), chaosPayload(plan, device, index), { qos: 1 });
  }
  await client.endAsync();
  return messages;
}

/** A monitor with the embedded broker and store that has an alarm, which somebody acknowledged. */
async function startWithAlarm() {
  const port = await freePort();
  const monitor = await startMonitor({ SVITLO_BROKER_PORT: `${port}` });
  const broker = `mqtt://127.0.0.1:${port}`;
  const client = await connectAsync(broker);
  const payload = upsPayload(Date.now(), 'OB DISCHRG');
  await client.publishAsync(`${UPS}/telemetry`, payload, { qos: 1 });
  await client.publishAsync(`${UPS}/state`, '{"online":true}', { qos: 1, retain: true });
  await client.endAsync();
  const path = `/api/v1/alarms/${ALARM}`;
  const { alarm } = await getJson<{ alarm: Alarm }>(monitor, path);
  const { occurrence, version } = alarm;
  const answer = await fetch(`${monitor.url}${path}/acknowledge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ commandId: randomUUID(), occurrence, version, actor: 'Olena' }),
  });
  expect(answer.status).toBe(200);
  return { monitor, broker };
}

test('a running monitor is backed up under load, and what was acknowledged before is restored elsewhere', async () => {
  const { monitor, broker } = await startWithAlarm();
  await using stack = new AsyncDisposableStack();
  stack.use(monitor);
  const yesterday = await publishYesterday(broker);
  await untilDrained(monitor);
  await monitor.stop();
  await monitor.restart();
  const isMoved = () => readdirSync(join(monitor.dataDir, 'series', 'ups')).length > 0;
  await until(isMoved, { what: 'yesterday to be moved to its files' });
  const folder = stack.use(await tempFolder('backup'));
  const [backup, restored] = [join(folder.path, 'backup'), join(folder.path, 'restored')];
  const publisher = stack.use(await startAckedPublisher(broker, { ...LOAD, firstTs: Date.now() }));
  await sleep(3000);
  const before = [...yesterday, ...publisher.acknowledged()];
  const made = await runProgram('backup', [backup, '--data', monitor.dataDir]);
  await publisher.stop();
  expect(made).toMatchObject({ status: 0, stderr: '' });
  expect(before.length).toBeGreaterThan(LOAD.perSecond);

  const put = await runProgram('restore', [backup, '--data', restored]);
  expect(put).toMatchObject({ status: 0, stderr: '' });
  const { audit } = await manifestIn(backup);
  expect(audit?.rows).toBeGreaterThan(1);
  expect(put.stdout).toContain(audit?.hash);
  expect((await runProgram('journal', ['verify', '--data', restored])).status).toBe(0);
  const other = stack.use(
    await startMonitor({ SVITLO_DATA_DIR: restored, SVITLO_BROKER_PORT: '0' }),
  );
  expect(await activeAlarms(other)).toContain(`${ALARM} ACKED`);
  await untilDrained(other);
  await other.stop();
  expect(missingFrom(await messagesInStore(restored), before)).toEqual([]);
  // The monitor that was backed up goes on.
  await untilDrained(monitor);
  await monitor.stop();
  const all = [...yesterday, ...publisher.acknowledged()];
  expect(missingFrom(await messagesInStore(monitor.dataDir), all)).toEqual([]);
});

test('the folder of a monitor that was killed is backed up as it lies, with keys and configuration', async () => {
  const { monitor } = await startWithAlarm();
  await using stack = new AsyncDisposableStack();
  stack.use(monitor);
  const folder = stack.use(await tempFolder('backup'));
  await monitor.kill();
  await mkdir(join(monitor.dataDir, 'pki'));
  writeFileSync(join(monitor.dataDir, 'pki', 'ca.key'), 'key');
  const config = join(folder.path, 'svitlo.yaml');
  writeFileSync(config, 'outageSchedule: plan.yaml\nsites: {}\n');
  writeFileSync(join(folder.path, 'plan.yaml'), 'queues: {}\n');
  const backup = join(folder.path, 'backup');
  const args = [backup, '--data', monitor.dataDir, '--config', config];
  expect(await runProgram('backup', args)).toMatchObject({ status: 0, stderr: '' });
  const { files } = await manifestIn(backup);
  const paths = files.map(({ path }) => path).toSorted();
  expect(paths).toEqual([
    'config/plan.yaml',
    'config/svitlo.yaml',
    'data/accounts.db',
    'data/journal.db',
    'data/pki/ca.key',
    'data/retained.db',
    'data/series/series.duckdb',
    'data/series/series.duckdb.wal',
    'data/spool.db',
  ]);
  const all = readdirSync(backup, { recursive: true }).map((path) => join(backup, `${path}`));
  expect([backup, ...all].filter((path) => (statSync(path).mode & 0o077) !== 0)).toEqual([]);

  const restored = join(folder.path, 'restored');
  const put = await runProgram('restore', [backup, '--data', restored]);
  expect(put).toMatchObject({ status: 0, stderr: '' });
  expect(await readFile(join(restored, 'pki', 'ca.key'), 'utf8')).toBe('key');
  const other = stack.use(await startMonitor({ SVITLO_DATA_DIR: restored }));
  expect(await activeAlarms(other)).toContain(`${ALARM} ACKED`);
});

test('a target that is not empty, or lies in the data folder, is refused; so is restoring over a monitor', async () => {
  await using monitor = await startMonitor();
  await using folder = await tempFolder('backup');
  const data = ['--data', monitor.dataDir];
  const inside = await runProgram('backup', [join(monitor.dataDir, 'backup'), ...data]);
  expect(inside).toMatchObject({ status: 2, stderr: expect.stringContaining('lies in the data') });
  const backup = join(folder.path, 'backup');
  expect((await runProgram('backup', [backup, ...data])).status).toBe(0);
  const manifest = await readFile(join(backup, MANIFEST), 'utf8');
  expect(await runProgram('backup', [backup, ...data])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('is not empty'),
  });
  expect(await readFile(join(backup, MANIFEST), 'utf8')).toBe(manifest);
  expect(await runProgram('restore', [backup, ...data])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('A monitor runs on'),
  });
  expect((await runProgram('backup', [])).status).toBe(2);
  expect((await runProgram('restore', [backup])).status).toBe(2);
  expect((await runProgram('backup', [join(folder.path, 'b'), '--data', '/nowhere'])).status).toBe(
    2,
  );
});

test('a backup that fails leaves nothing behind', async () => {
  await using monitor = await startMonitor();
  await using folder = await tempFolder('backup');
  writeFileSync(
    join(monitor.dataDir, 'other.db'),
    'no database, but long enough to be read as one',
  );
  const backup = join(folder.path, 'backup');
  const { status, stderr } = await runProgram('backup', [backup, '--data', monitor.dataDir]);
  expect(status).toBe(1);
  expect(stderr).toContain('file is not a database');
  expect(existsSync(backup)).toBe(false);
});

test('with InfluxDB its own command is named, and no password', async () => {
  const { monitor } = await startWithAlarm();
  await using stack = new AsyncDisposableStack();
  stack.use(monitor);
  const folder = stack.use(await tempFolder('backup'));
  await monitor.stop();
  const url = 'http://svitlo:geheim@influx.example:8087/power';
  const backup = join(folder.path, 'backup');
  const args = [backup, '--data', monitor.dataDir];
  const { status, stdout } = await runProgram('backup', args, { SVITLO_INFLUX_URL: url });
  expect(status).toBe(0);
  expect(stdout).toContain(
    `influxd backup -portable -host influx.example:8088 -database power ${backup}/influxdb`,
  );
  expect(stdout).toContain(`influx backup --host http://influx.example:8087 ${backup}/influxdb`);
  expect(stdout).not.toContain('geheim');
  expect(await readFile(join(backup, MANIFEST), 'utf8')).not.toContain('geheim');
  expect(existsSync(join(backup, 'data', 'series'))).toBe(false);
});

describe('a backup that is cut short', () => {
  /** Up to the moment at which a monitor would let its store stand still; that one never does. */
  async function cutShort(data: string, backup: string, signal: NodeJS.Signals) {
    const journal = new Journal(join(data, 'journal.db'));
    await journal.commit(journalEntry(1));
    await journal.stop();
    const asked = Promise.withResolvers<void>();
    const control = await startControl({
      path: join(data, 'control.sock'),
      store: { kind: 'embedded' },
      standStill: () => {
        asked.resolve();
        return new Promise(() => {});
      },
      log: pino({ level: 'silent' }),
    });
    const program = resolve(import.meta.dirname, '../../src/command/backup.ts');
    const child = spawn(process.execPath, [program, backup, '--data', data], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    await asked.promise;
    expect(existsSync(join(backup, 'data', 'journal.db'))).toBe(true);
    child.kill(signal);
    const [status] = await ended;
    await control.close();
    return status;
  }

  test('by a signal takes its files away', async () => {
    await using data = await tempFolder('data');
    await using folder = await tempFolder('backup');
    const backup = join(folder.path, 'backup');
    expect(await cutShort(data.path, backup, 'SIGTERM')).toBe(1);
    expect(existsSync(backup)).toBe(false);
    expect(await cutShort(data.path, folder.path, 'SIGTERM')).toBe(1);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('by kill -9 has no manifest, and is neither restored nor written over', async () => {
    await using data = await tempFolder('data');
    await using folder = await tempFolder('backup');
    const backup = join(folder.path, 'backup');
    expect(await cutShort(data.path, backup, 'SIGKILL')).toBe(null);
    const restored = join(folder.path, 'restored');
    expect(await runProgram('restore', [backup, '--data', restored])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no manifest.json'),
    });
    expect((await runProgram('backup', [backup, '--data', data.path])).status).toBe(2);
  });
});
