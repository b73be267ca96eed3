import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { connectAsync } from 'mqtt';
import { SMTPServer } from 'smtp-server';
import { writeDatedCertificate } from './dated-certificate.ts';
import { type Influxd, startInfluxd } from './influxd.ts';
import { type Mosquitto, startMosquitto } from './mosquitto.ts';
import { tempFolder } from './temp-folder.ts';

export const DEVICE = 'krakivets/ups/ups-1';
export const USERS = { monitor: 'monitor-secret', [DEVICE]: 'ups-secret' };
const shippedAcl = resolve(import.meta.dirname, '../../deploy/mosquitto/acl');

export interface Installation {
  folder: string;
  dataDir: string;
  influxd: Influxd;
  broker: Mosquitto;
  /** What a monitor that has everything is given. */
  settings: Record<string, string>;
  at(name: string): string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A mail server that lets one user in. */
export async function startMailServer(user: string, password: string) {
  const server = new SMTPServer({
    authOptional: false,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (given, _session, done) => {
      const isRight = given.username === user && given.password === password;
      done(isRight ? null : new Error('wrong user or password'), isRight ? { user } : undefined);
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  return { port, stop: () => new Promise<void>((done) => server.close(() => done())) };
}

/** By the ACL that is shipped, unless told. */
export async function startBroker(options: { acl?: string } = {}): Promise<Mosquitto> {
  const acl = options.acl ?? (await readFile(shippedAcl, 'utf8'));
  return startMosquitto({ users: USERS, acl });
}

async function startDatabase(): Promise<Influxd> {
  const influxd = await startInfluxd({ isAuthenticated: true });
  const root = 'root:root-secret';
  await influxd.query('', `CREATE USER root WITH PASSWORD 'root-secret' WITH ALL PRIVILEGES`);
  for (const text of [
    'CREATE DATABASE svitlo',
    `CREATE USER svitlo WITH PASSWORD 'svitlo-secret'`,
    'GRANT ALL ON svitlo TO svitlo',
    `CREATE USER reader WITH PASSWORD 'reader-secret'`,
    'GRANT READ ON svitlo TO reader',
  ])
    await influxd.query('', text, root);
  return influxd;
}

/** Everything that an installation has, as real servers, all of it well. */
export async function installEverything(): Promise<Installation> {
  const folder = await tempFolder('installation');
  const at = (name: string) => join(folder.path, name);
  const [influxd, broker, mail] = await Promise.all([
    startDatabase(),
    startBroker(),
    startMailServer('svitlo', 'mail-secret'),
  ]);
  await mkdir(at('data'), { mode: 0o700 });
  await writeDatedCertificate({ cert: at('https.crt'), key: at('https.key') }, { days: 200 });
  await writeFile(
    at('svitlo.yaml'),
    `sites:\n  krakivets:\n    name: { uk: Краковець, en: Krakivets }\n    devices:\n      ups-1: { kind: ups }\n`,
  );
  return {
    folder: folder.path,
    dataDir: at('data'),
    influxd,
    broker,
    at,
    settings: {
      SVITLO_CONFIG: at('svitlo.yaml'),
      SVITLO_DATA_DIR: at('data'),
      SVITLO_MQTT_URL: broker.url,
      SVITLO_MQTT_USERNAME: 'monitor',
      SVITLO_MQTT_PASSWORD: USERS.monitor ?? '',
      SVITLO_INFLUX_URL: `http://svitlo:svitlo-secret@127.0.0.1:${influxd.port}/svitlo`,
      SVITLO_SMTP_URL: `smtp://svitlo:mail-secret@127.0.0.1:${mail.port}`,
      SVITLO_TLS_CERT: at('https.crt'),
      SVITLO_TLS_KEY: at('https.key'),
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([
        influxd[Symbol.asyncDispose](),
        broker[Symbol.asyncDispose](),
        mail.stop(),
      ]);
      await folder.remove();
    },
  };
}

/** The device reports five times a second until it is told to stop. */
export async function startDevice(broker: Mosquitto): Promise<() => Promise<void>> {
  const username = DEVICE;
  const client = await connectAsync(broker.url, { username, password: USERS[username] ?? '' });
  const topic = `svitlo/v1/${DEVICE}/telemetry`;
  const timer = setInterval(() => client.publish(topic, '{"ups.load":40}', { qos: 1 }), 200);
  return async () => {
    clearInterval(timer);
    await client.endAsync(true);
  };
}
