import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { steppedClock } from '../support/clock-offset.ts';
import { writeDatedCertificate } from '../support/dated-certificate.ts';
import { type Diagnosis, diagnose } from '../support/doctor.ts';
import { freePort } from '../support/free-port.ts';
import {
  type Installation,
  installEverything,
  startBroker,
  startDevice,
} from '../support/installation.ts';
import { startMonitor } from '../support/monitor.ts';
import { runAsCaller, startMosquitto } from '../support/mosquitto.ts';
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts';

let place: Installation;

beforeAll(async () => {
  place = await installEverything();
});
afterAll(() => place?.[Symbol.asyncDispose]());

/** The installation with one thing changed, on a port that is free now. */
async function withFault(changes: Record<string, string>, args?: string[]): Promise<Diagnosis> {
  const port = { SVITLO_HTTP_PORT: `${await freePort()}` };
  return diagnose({ ...place.settings, ...port, ...changes }, args);
}

/** It is this fault, and it says what mends it. */
function expectAlone(diagnosis: Diagnosis, code: string, remedy: string | RegExp): void {
  expect(diagnosis.codes).toEqual([code]);
  expect(diagnosis).toMatchObject({ status: 1, isWell: false });
  const [finding] = diagnosis.findings;
  expect(finding?.remedy).toMatch(remedy);
  for (const text of [finding?.found, finding?.expected]) expect(text).not.toBe('');
}

async function dataFolder(name: string, mode = 0o700): Promise<string> {
  await mkdir(place.at(name), { mode });
  return place.at(name);
}

describe('a healthy installation', () => {
  test('has no finding, and its device is heard', async () => {
    const stop = await startDevice(place.broker);
    const diagnosis = await withFault({}, ['--listen', '10']);
    await stop();
    expect(diagnosis.findings).toEqual([]);
    expect(diagnosis).toMatchObject({ status: 0, isWell: true, notes: ['open_mode'] });
    // A line a check.
    expect(diagnosis.stderr).toContain('Queue of the broker: ✓ well');
  });

  test('leaves nothing behind: no point in the database, no session at the broker, no file', async () => {
    await withFault({});
    const stored = await place.influxd.query('svitlo', 'SHOW MEASUREMENTS', 'svitlo:svitlo-secret');
    expect(stored).toEqual([]);
    await place.broker.stop();
    const saved = await readFile(`${place.broker.folder}/mosquitto.db`, 'latin1');
    await place.broker.restart();
    expect(saved).not.toContain('svitlo-doctor');
    expect(await readdir(place.dataDir)).toEqual([]);
  });

  test('has none while its monitor runs either', async () => {
    await using monitor = await startMonitor({ SVITLO_BROKER_PORT: '0' });
    for (const name of ['', ...(await readdir(monitor.dataDir, { recursive: true }))]) {
      const path = join(monitor.dataDir, name);
      await chmod(path, (await stat(path)).isDirectory() ? 0o700 : 0o600);
    }
    const diagnosis = await diagnose({
      SVITLO_DATA_DIR: monitor.dataDir,
      SVITLO_HTTP_PORT: `${monitor.port}`,
      SVITLO_BROKER_PORT: '0',
    });
    expect(diagnosis.codes).toEqual([]);
    expect(diagnosis.notes).toContain('monitor_runs');
  });
});

describe('it names', () => {
  test('a data folder that others may read', async () => {
    const path = await dataFolder('open', 0o755);
    await chmod(path, 0o755);
    const diagnosis = await withFault({ SVITLO_DATA_DIR: path });
    expectAlone(diagnosis, 'dataFolder: data_folder_open', `chmod -R u=rwX,go= ${path}`);
  });

  test('a file in it that others may read', async () => {
    const path = await dataFolder('open-file');
    await writeFile(`${path}/journal.db-copy`, '');
    await chmod(`${path}/journal.db-copy`, 0o644);
    const diagnosis = await withFault({ SVITLO_DATA_DIR: path });
    expectAlone(diagnosis, 'dataFolder: data_files_open', /chmod/);
    expect(diagnosis.findings[0]?.found).toContain('journal.db-copy');
  });

  test('a full disk', async ({ skip }) => {
    const reason = await whyNoSmallDisk();
    if (reason !== '') skip(reason);
    await using disk = await mountSmallDisk(4 << 20);
    await chmod(disk.path, 0o700);
    disk.fill();
    const diagnosis = await withFault({ SVITLO_DATA_DIR: disk.path });
    expect(diagnosis.codes).toEqual(['dataFolder: disk_low', 'dataFolder: data_folder_unusable']);
    expect(diagnosis.findings[0]?.remedy).toContain('Free space');
  });

  test('a journal that is damaged', async () => {
    const path = await dataFolder('damaged');
    await writeFile(`${path}/journal.db`, 'no database at all'.repeat(100), { mode: 0o600 });
    const diagnosis = await withFault({ SVITLO_DATA_DIR: path });
    expectAlone(diagnosis, 'journal: journal_damaged', 'backup');
  });

  test('a journal of a later version', async () => {
    const path = await dataFolder('later');
    const database = new DatabaseSync(`${path}/journal.db`);
    database.exec('PRAGMA user_version = 99');
    database.close();
    await chmod(`${path}/journal.db`, 0o600);
    const diagnosis = await withFault({ SVITLO_DATA_DIR: path });
    expectAlone(diagnosis, 'journal: journal_later', 'later Svitlo');
  });

  test('a svitlo.yaml that is wrong, by file, line and key', async () => {
    await writeFile(place.at('wrong.yaml'), 'sites:\n  krakivets:\n    nmae: Краковець\n');
    const diagnosis = await withFault({ SVITLO_CONFIG: place.at('wrong.yaml') });
    expect(new Set(diagnosis.codes)).toEqual(new Set(['configuration: config_invalid']));
    expect(diagnosis.findings.map(({ found }) => found).join()).toMatch(/wrong\.yaml:3: .*nmae/);
    expect(diagnosis.findings[0]?.remedy).toContain('svitlo.example.yaml');
  });

  test('settings that cannot be read, and says that nothing else was looked at', async () => {
    const diagnosis = await withFault({ SVITLO_HTTP_PORT: 'eighty' });
    expectAlone(diagnosis, 'configuration: config_invalid', /Correct it/);
    expect(diagnosis.notes).toEqual(['not_run']);
  });

  test('that others are let in while nobody can administer', async () => {
    const diagnosis = await withFault({ SVITLO_HTTP_HOST: '0.0.0.0' });
    expect(diagnosis.codes).toContain('accounts: no_administrator');
    const finding = diagnosis.findings.find(({ code }) => code === 'no_administrator');
    expect(finding?.remedy).toContain('npm run user -- add');
  });

  test.each([
    ['an administrator', { role: 'administrator' }, false],
    ['a disabled administrator alone', { role: 'administrator', isDisabled: true }, true],
    ['a supervisor alone', { role: 'supervisor' }, true],
    [
      'a limited administrator alone',
      { role: 'administrator', scope: { regions: ['lviv'], sites: [] } },
      true,
    ],
  ])('with %s among the accounts: that nobody can administer, or not', async (_, one, isFault) => {
    const path = await dataFolder(`accounts-${JSON.stringify(one).length}`);
    const database = new DatabaseSync(`${path}/accounts.db`);
    database.exec('CREATE TABLE accounts (id TEXT PRIMARY KEY, body TEXT NOT NULL)');
    const body = JSON.stringify({ name: 'olena', createdAt: 0, ...one });
    database.prepare('INSERT INTO accounts VALUES (?, ?)').run('olena', body);
    database.close();
    const diagnosis = await withFault({ SVITLO_DATA_DIR: path, SVITLO_HTTP_HOST: '0.0.0.0' });
    expect(diagnosis.codes.includes('accounts: no_administrator')).toBe(isFault);
  });

  test('a port that another program has', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => other.once('listening', done));
    const { port } = other.address() as AddressInfo;
    const diagnosis = await withFault({ SVITLO_HTTP_PORT: `${port}` });
    other.closeAllConnections();
    other.close();
    expectAlone(diagnosis, 'ports: port_taken', /ss -ltnp/);
  });

  test.each([
    ['has expired', -3, 'certificate_expired'],
    ['expires soon', 12, 'certificate_expiring'],
  ])('a certificate that %s', async (_, days, code) => {
    const files = { cert: place.at(`${code}.crt`), key: place.at(`${code}.key`) };
    await writeDatedCertificate(files, { days });
    const diagnosis = await withFault({ SVITLO_TLS_CERT: files.cert, SVITLO_TLS_KEY: files.key });
    expectAlone(diagnosis, `certificates: ${code}`, /Renew/);
  });

  test('the certificate of a server that expires soon', async () => {
    const files = { cert: place.at('soon.crt'), key: place.at('soon.key') };
    await writeDatedCertificate(files, { days: 9 });
    const pair = { cert: await readFile(files.cert), key: await readFile(files.key) };
    const server = createTlsServer(pair, (_, answer) => answer.end());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const diagnosis = await withFault({ SVITLO_PUBLIC_URL: `https://127.0.0.1:${port}` });
    server.close();
    expectAlone(diagnosis, 'certificates: certificate_expiring', /Renew/);
    expect(diagnosis.findings[0]?.params).toEqual({ file: `https://127.0.0.1:${port}`, days: 8 });
  });

  test('a key of another certificate', async () => {
    const files = { cert: place.at('other.crt'), key: place.at('other.key') };
    await writeDatedCertificate(files, { days: 200 });
    const diagnosis = await withFault({ SVITLO_TLS_KEY: files.key });
    expectAlone(diagnosis, 'certificates: key_mismatch', /both files/);
  });

  test('a wrong password for the broker', async () => {
    const diagnosis = await withFault({ SVITLO_MQTT_PASSWORD: 'wrong' });
    expectAlone(diagnosis, 'broker: broker_refused', 'SVITLO_MQTT_PASSWORD');
    expect(diagnosis.notes).toContain('broker_unchecked');
  });

  test('a broker that is not there', async () => {
    const diagnosis = await withFault({ SVITLO_MQTT_URL: 'mqtt://127.0.0.1:1' });
    expectAlone(diagnosis, 'broker: broker_unreachable', 'systemctl status mosquitto');
  });

  test('a broker that grants the subscription and delivers nothing', async () => {
    const acl = 'user monitor\ntopic write svitlo/v1/$monitor/doctor\n';
    await using broker = await startBroker({ acl });
    const diagnosis = await withFault({ SVITLO_MQTT_URL: broker.url });
    expectAlone(diagnosis, 'broker: broker_delivers_nothing', 'topic read svitlo/v1/#');
    expect(diagnosis.notes).toContain('broker_unchecked');
  });

  test('that nothing is heard where it cannot try it itself', async () => {
    await using broker = await startBroker({ acl: 'pattern write svitlo/v1/%u/#\n' });
    const diagnosis = await withFault({ SVITLO_MQTT_URL: broker.url });
    expectAlone(diagnosis, 'broker: broker_nothing_heard', 'topic read svitlo/v1/#');
    expect(diagnosis.notes).toContain('queue_unchecked');
  });

  test('a broker that keeps too little for a monitor that is away', async () => {
    // Mosquitto's own default.
    const wholeConfig = ({ port }: { port: number }) =>
      `${runAsCaller()}\nlistener ${port} 127.0.0.1\nallow_anonymous true\n`;
    await using broker = await startMosquitto({ wholeConfig });
    const diagnosis = await withFault({ SVITLO_MQTT_URL: broker.url });
    expectAlone(diagnosis, 'brokerQueue: broker_queue_small', 'max_queued_messages');
    expect(diagnosis.findings[0]?.params).toMatchObject({ sent: 1500 });
  });

  test('a broker whose certificate nobody here has signed', async () => {
    const files = { cert: place.at('broker.crt'), key: place.at('broker.key') };
    await writeDatedCertificate(files, { days: 200 });
    const wholeConfig = ({ port }: { port: number }) =>
      `${runAsCaller()}\nlistener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 100000\ncertfile ${files.cert}\nkeyfile ${files.key}\n`;
    await using broker = await startMosquitto({ wholeConfig });
    const url = broker.url.replace('mqtt:', 'mqtts:');
    const diagnosis = await withFault({ SVITLO_MQTT_URL: url });
    expectAlone(diagnosis, 'broker: broker_untrusted', 'SVITLO_MQTT_CA');
    const trusting = await withFault({ SVITLO_MQTT_URL: url, SVITLO_MQTT_CA: files.cert });
    expect(trusting.codes).toEqual([]);
  });

  const influxUrl = (user: string, database = 'svitlo') =>
    `http://${user}@127.0.0.1:${place.influxd.port}/${database}`;

  test('a database that is not there', async () => {
    const diagnosis = await withFault({
      SVITLO_INFLUX_URL: influxUrl('svitlo:svitlo-secret', 'svtilo'),
    });
    expectAlone(diagnosis, 'influx: influx_database_missing', 'CREATE DATABASE svtilo');
  });

  test('a user of InfluxDB who may only read', async () => {
    const diagnosis = await withFault({ SVITLO_INFLUX_URL: influxUrl('reader:reader-secret') });
    expectAlone(diagnosis, 'influx: influx_may_not_write', 'GRANT ALL ON svitlo TO reader');
  });

  test('a wrong password for InfluxDB', async () => {
    const diagnosis = await withFault({ SVITLO_INFLUX_URL: influxUrl('svitlo:wrong') });
    expectAlone(diagnosis, 'influx: influx_unauthorized', 'SVITLO_INFLUX_URL');
  });

  test('an InfluxDB that is not there', async () => {
    const diagnosis = await withFault({ SVITLO_INFLUX_URL: 'http://127.0.0.1:1/svitlo' });
    expect(diagnosis.codes).toEqual(['influx: influx_unreachable']);
  });

  test('a retention policy that deletes what svitlo.yaml keeps', async () => {
    const root = 'root:root-secret';
    await place.influxd.query('', 'CREATE DATABASE brief WITH DURATION 7d', root);
    await place.influxd.query('', 'GRANT ALL ON brief TO svitlo', root);
    await writeFile(place.at('keep.yaml'), 'retention: { raw: 90d }\n');
    const diagnosis = await withFault({
      SVITLO_INFLUX_URL: influxUrl('svitlo:svitlo-secret', 'brief'),
      SVITLO_CONFIG: place.at('keep.yaml'),
    });
    expectAlone(diagnosis, 'influx: influx_policy_short', 'ALTER RETENTION POLICY');
    expect(diagnosis.findings[0]?.params).toMatchObject({ policy: '168h0m0s', retention: '90d' });
  });

  test('a clock that is a minute ahead', async () => {
    const clock = steppedClock(place.folder);
    clock.set(60_000);
    const diagnosis = await withFault(clock.env);
    expectAlone(diagnosis, 'clock: clock_wrong', /NTP/);
    expect(Math.abs(Number(diagnosis.findings[0]?.params.seconds) - 60)).toBeLessThanOrEqual(2);
  });

  test('a wrong password for the mail server', async () => {
    const url = place.settings.SVITLO_SMTP_URL?.replace('mail-secret', 'wrong') ?? '';
    const diagnosis = await withFault({ SVITLO_SMTP_URL: url });
    expectAlone(diagnosis, 'smtp: smtp_refused', 'SVITLO_SMTP_URL');
  });

  test('a public address without encryption', async () => {
    const diagnosis = await withFault({ SVITLO_PUBLIC_URL: 'http://svitlo.example' });
    expectAlone(diagnosis, 'identity: public_url_plain', /https/);
  });
});

test('tells no password', async () => {
  const diagnosis = await withFault({
    SVITLO_MQTT_PASSWORD: 'hush-1',
    SVITLO_INFLUX_URL: `http://svitlo:hush-2@127.0.0.1:${place.influxd.port}/svitlo`,
    SVITLO_SMTP_URL: place.settings.SVITLO_SMTP_URL?.replace('mail-secret', 'hush-3') ?? '',
  });
  expect(diagnosis.codes).toHaveLength(3);
  expect(JSON.stringify(diagnosis)).not.toMatch(/hush-\d/);
});
