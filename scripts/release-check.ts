import { strict as assert } from 'node:assert';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { freePort } from '../test/support/free-port.ts';
import { upsPayload } from '../test/support/telemetry.ts';
import { sha256Of } from './release/checksums.ts';
import { packRelease } from './release/pack.ts';
import { run } from './release/run.ts';
import { sealRelease, stageRelease } from './release/stage.ts';
import { createTrial, type Trial, type TrialResult } from './release/trial.ts';

/**
 * Builds releases from what is here and installs, upgrades, rolls back and breaks them, with the real
 * monitor, an alarm that stands and a series. Ends with status 0 where all of it holds.
 */
const root = resolve(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'svitlo-release-'));
const ALARM = 'krakivets.ups-1.UPS_ON_BATTERY';
const EPOCH = 1_700_000_000;
/** When the device's first message is from. */
const BEGIN = Date.now() - 60_000;

async function step(what: string, work: () => void | Promise<void>): Promise<void> {
  process.stdout.write(`${what} … `);
  await work();
  console.log('ok');
}

function succeeds({ status, text }: TrialResult): void {
  assert.equal(status, 0, text);
  assert.ok(!text.includes('was called'), `a program that needs a network was called: ${text}`);
}

const archiveOf = (version: string) => join(work, `svitlo-${version}-linux-x64.tar.gz`);

function pack(version: string): void {
  const folder = join(work, `svitlo-${version}-linux-x64`);
  packRelease({ folder, archive: archiveOf(version), epoch: EPOCH });
}

/** The same program under another version, with a change of its own. */
function derive(from: string, version: string, change: (folder: string) => void): void {
  const folder = join(work, `svitlo-${version}-linux-x64`);
  cpSync(join(work, `svitlo-${from}-linux-x64`), folder, { recursive: true });
  writeFileSync(join(folder, 'VERSION'), `${version}\n`);
  change(folder);
  sealRelease(folder);
  pack(version);
  rmSync(folder, { recursive: true });
}

interface Place {
  trial: Trial;
  api: string;
  broker: string;
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > end) throw new Error(`waited 30 s for ${what}`);
    await sleep(100);
  }
}

async function sendTelemetry({ broker }: Place): Promise<void> {
  const client = await connectAsync(broker, { reconnectPeriod: 0 });
  for (let second = 0; second < 60; second += 5) {
    const status = second < 30 ? 'OL' : 'OB DISCHRG';
    const payload = upsPayload(BEGIN + second * 1000, status, second);
    await client.publishAsync('svitlo/v1/krakivets/ups/ups-1/telemetry', payload, { qos: 1 });
  }
  await client.endAsync();
}

/** Tried again once: the connection that is kept may be that of the process before. */
async function json<T>({ api }: Place, path: string): Promise<T> {
  const ask = () => fetch(`${api}${path}`);
  return (await (await ask().catch(ask)).json()) as T;
}

async function pointsOf(place: Place): Promise<number> {
  const from = encodeURIComponent(new Date(BEGIN).toISOString());
  const path = `/devices/krakivets/ups-1/series?metric=battery.charge&points=500&from=${from}`;
  const { buckets } = await json<{ buckets: unknown[] }>(place, path);
  return buckets.length;
}

/** The alarm, since when it stands, and the points: what an upgrade must not lose. */
async function expectKept(place: Place, raisedAt: string): Promise<void> {
  const alarms = await json<{ id: string; raisedAt?: string }[]>(place, '/alarms?state=active');
  const alarm = alarms.find(({ id }) => id === ALARM);
  assert.ok(alarm, `${ALARM} stands no more`);
  assert.equal(JSON.stringify(alarm.raisedAt), raisedAt);
  await until('the series', async () => (await pointsOf(place)) >= 10);
}

async function build(): Promise<void> {
  run('npm', ['run', '--silent', 'build'], root);
  const stage = (version: string, parent: string) => {
    const folder = join(parent, `svitlo-${version}-linux-x64`);
    stageRelease({ root, version, folder });
    return folder;
  };
  stage('1.0.0', work);
  pack('1.0.0');
  const again = join(work, 'again');
  mkdirSync(again);
  const archive = join(again, 'svitlo-1.0.0-linux-x64.tar.gz');
  packRelease({ folder: stage('1.0.0', again), archive, epoch: EPOCH });
  assert.equal(sha256Of(archive), sha256Of(archiveOf('1.0.0')), 'two builds differ');
  rmSync(again, { recursive: true });
  derive('1.0.0', '1.1.0', () => {});
  derive('1.0.0', '1.2.0', (folder) =>
    appendFileSync(join(folder, 'src/main.ts'), '\nsetTimeout(() => process.exit(1), 300);\n'),
  );
}

async function configure(trial: Trial): Promise<Place> {
  const [http, broker] = [await freePort(), await freePort()];
  appendFileSync(
    trial.at('etc/svitlo.env'),
    `SVITLO_HTTP_PORT="${http}"\nSVITLO_BROKER_PORT=${broker}\n`,
  );
  writeFileSync(
    trial.at('etc/svitlo.yaml'),
    'sites:\n  krakivets:\n    name: {uk: Краковець, en: Krakivets}\n    devices: {ups-1: {kind: ups}}\n',
  );
  return { trial, api: `http://127.0.0.1:${http}/api/v1`, broker: `mqtt://127.0.0.1:${broker}` };
}

async function play(trial: Trial): Promise<void> {
  let place: Place | undefined;
  let raisedAt = '';
  const installed = () => {
    if (place === undefined) throw new Error('nothing is installed');
    return place;
  };
  await step('installs 1.0.0 without a network', async () => {
    succeeds(trial.install(archiveOf('1.0.0')));
    assert.equal(trial.currentVersion(), '1.0.0');
    assert.equal(statSync(trial.at('var')).mode & 0o777, 0o700);
    place = await configure(trial);
  });
  await step('starts, and an alarm stands', async () => {
    succeeds(trial.start());
    await until('the monitor', async () => trial.svitlo('health').status === 0);
    await sendTelemetry(installed());
    await until('the alarm', async () => {
      const alarms = await json<{ id: string; raisedAt?: string }[]>(
        installed(),
        '/alarms?state=active',
      );
      raisedAt = JSON.stringify(alarms.find(({ id }) => id === ALARM)?.raisedAt);
      return alarms.some(({ id }) => id === ALARM);
    });
    await expectKept(installed(), raisedAt);
  });
  await step('the commands work on its data', () => {
    succeeds(trial.svitlo('journal', 'verify'));
    succeeds(trial.svitlo('doctor', '--listen', '0'));
  });
  await step('installing it again changes neither configuration nor data', async () => {
    const before = readFileSync(trial.at('etc/svitlo.yaml'), 'utf8');
    succeeds(trial.install(archiveOf('1.0.0')));
    assert.equal(readFileSync(trial.at('etc/svitlo.yaml'), 'utf8'), before);
    await expectKept(installed(), raisedAt);
  });
  await step('upgrades to 1.1.0: alarm and series are still there', async () => {
    succeeds(trial.svitlo('upgrade', archiveOf('1.1.0')));
    assert.equal(trial.currentVersion(), '1.1.0');
    await expectKept(installed(), raisedAt);
    const hasBackup = existsSync(trial.at('opt/releases/1.0.0/src/command/backup.ts'));
    assert.equal(readdirSync(trial.at('backups')).length, hasBackup ? 1 : 0);
  });
  await step('rolls back to 1.0.0: still there', async () => {
    succeeds(trial.svitlo('rollback'));
    assert.equal(trial.currentVersion(), '1.0.0');
    await expectKept(installed(), raisedAt);
  });
  await step('a release that does not live is taken back by itself', async () => {
    const { status, text } = trial.svitlo('upgrade', archiveOf('1.2.0'));
    assert.equal(status, 1, text);
    assert.match(text, /1\.0\.0 runs again/);
    assert.equal(trial.currentVersion(), '1.0.0');
    await expectKept(installed(), raisedAt);
  });
  await step('an archive that was changed is refused', () => {
    appendFileSync(archiveOf('1.1.0'), 'x');
    const { status, text } = trial.svitlo('upgrade', archiveOf('1.1.0'));
    assert.equal(status, 1, text);
    assert.match(text, /is not what its \.sha256 names/);
    assert.equal(trial.currentVersion(), '1.0.0');
  });
}

const place = mkdtempSync(join(tmpdir(), 'svitlo-trial-'));
const trial = createTrial(place, 30);
try {
  await step('builds a release twice, to the same bytes', build);
  await play(trial);
  console.log('The release installs, upgrades and rolls back.');
} catch (error) {
  console.error(error);
  if (existsSync(trial.at('log')))
    console.error(readFileSync(trial.at('log'), 'utf8').slice(-4000));
  process.exitCode = 1;
} finally {
  if (existsSync(trial.at('pid'))) trial.stop();
  trial.remove();
  rmSync(work, { recursive: true, force: true });
}
