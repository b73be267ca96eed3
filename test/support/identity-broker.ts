import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { IClientOptions } from 'mqtt';
import { pino } from 'pino';
import { EmbeddedBroker } from '../../collectors/mqtt/embedded-broker.ts';
import { freePort } from './free-port.ts';
import { runAsCaller, startMosquitto } from './mosquitto.ts';
import type { Pki } from './pki.ts';
import { RecordingIngest } from './recording-ingest.ts';
import { tempFolder } from './temp-folder.ts';

export const MONITOR = 'monitor';
const ROOT = 'svitlo/v1';
const deploy = resolve(import.meta.dirname, '../../deploy/mosquitto');

/** A broker where everybody signs in, and how each of its clients does. */
export interface IdentityBroker {
  url: string;
  signIn(id: string): IClientOptions;
  /** Where it does not follow by itself what the authority has changed. */
  restart?(): Promise<void>;
  /** What the embedded one handed to the monitor; no broker elsewhere does. */
  ingest?: RecordingIngest;
  [Symbol.asyncDispose](): Promise<void>;
}

export type StartIdentityBroker = (pki: Pki, ids: readonly string[]) => Promise<IdentityBroker>;

/** The shipped configuration and ACL, with the TLS listener beside; paths and ports moved to the test's. */
async function shippedConfig(pki: Pki, change: (tls: string) => string) {
  const plain = await readFile(join(deploy, 'mosquitto.conf'), 'utf8');
  const tls = change(await readFile(join(deploy, 'tls.conf'), 'utf8'));
  const plainPort = await freePort();
  return ({ folder, port }: { folder: string; port: number }) =>
    `${runAsCaller()}\n${plain}\n${tls}`
      .replace(/^listener 1883$/m, `listener ${plainPort} 127.0.0.1`)
      .replace(/^listener 8883$/m, `listener ${port} 127.0.0.1`)
      .replaceAll('/mosquitto/pki', pki.folder)
      .replace('/run/secrets/mosquitto_passwd', `${folder}/passwd`)
      .replace('/mosquitto/config/acl', `${folder}/acl`)
      .replace('/mosquitto/data/', `${folder}/`);
}

async function startShipped(
  pki: Pki,
  users: Readonly<Record<string, string>>,
  change: (tls: string) => string,
) {
  const acl = await readFile(join(deploy, 'acl'), 'utf8');
  const broker = await startMosquitto({
    users,
    acl,
    wholeConfig: await shippedConfig(pki, change),
  });
  return {
    url: `mqtts://127.0.0.1:${broker.port}`,
    restart: () => broker.restart(),
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}

async function startEmbedded(pki: Pki) {
  const folder = await tempFolder('identity');
  const ingest = new RecordingIngest();
  const broker = new EmbeddedBroker({
    port: 0,
    root: ROOT,
    pkiFolder: pki.folder,
    retainedFile: join(folder.path, 'retained.db'),
    ingest,
    clock: { now: () => Date.now() },
    log: pino({ level: 'silent' }),
  });
  await broker.start();
  return {
    url: broker.url,
    ingest,
    [Symbol.asyncDispose]: async () => {
      await broker.stop();
      await folder.remove();
    },
  };
}

const byCertificate = (pki: Pki) => (id: string) => ({ ca: pki.ca, ...pki.certificateOf(id) });

async function issueAll(pki: Pki, ids: readonly string[]): Promise<void> {
  await pki.run('device', ...ids);
  await pki.run('client', MONITOR);
}

/** The four ways in, and whether the authority says who may use it. */
export const IDENTITY_BROKERS: readonly (readonly [string, StartIdentityBroker, boolean])[] = [
  [
    'Mosquitto, by certificate',
    async (pki, ids) => {
      await issueAll(pki, ids);
      const broker = await startShipped(pki, { nobody: 'else' }, (tls) => tls);
      return { ...broker, signIn: byCertificate(pki) };
    },
    true,
  ],
  [
    'Mosquitto, by password',
    async (pki, ids) => {
      const users = Object.fromEntries([...ids, MONITOR].map((id) => [id, `secret of ${id}`]));
      const withoutCertificates = (tls: string) =>
        tls.replace(/^require_certificate true$/m, '').replace(/^use_identity_.*$/m, '');
      const broker = await startShipped(pki, users, withoutCertificates);
      const signIn = (id: string) => ({ ca: pki.ca, username: id, password: users[id] ?? '' });
      return { ...broker, signIn };
    },
    false,
  ],
  [
    'the embedded broker, by certificate',
    async (pki, ids) => {
      await issueAll(pki, ids);
      return { ...(await startEmbedded(pki)), signIn: byCertificate(pki) };
    },
    true,
  ],
  [
    'the embedded broker, by password',
    async (pki, ids) => {
      await pki.run('client', MONITOR);
      const passwords = new Map<string, string>();
      for (const id of ids) passwords.set(id, await pki.givePassword(id));
      const signIn = (id: string): IClientOptions =>
        id === MONITOR
          ? byCertificate(pki)(id)
          : { ca: pki.ca, username: id, password: passwords.get(id) ?? '' };
      return { ...(await startEmbedded(pki)), signIn };
    },
    true,
  ],
];
