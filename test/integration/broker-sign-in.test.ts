import { readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EmbeddedBroker } from '../../collectors/mqtt/embedded-broker.ts';
import { RetainedStore } from '../../collectors/mqtt/retained-store.ts';
import { createPki, type Pki } from '../support/pki.ts';
import { RecordingIngest } from '../support/recording-ingest.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

const ID = 'krakivets/ups/ups-1';
const OTHER = 'krakivets/ups/ups-2';
const TOPIC = `svitlo/v1/${ID}/telemetry`;
const STATE = `svitlo/v1/${ID}/state`;
const COMMON = { protocolVersion: 4, reconnectPeriod: 0 } as const;

let folder: TempFolder;
let ingest: RecordingIngest;
let broker: EmbeddedBroker;
let messages: string[];

async function open(pkiFolder?: string): Promise<void> {
  messages = [];
  const stream = { write: (line: string) => messages.push(line) };
  broker = new EmbeddedBroker({
    port: 0,
    root: 'svitlo/v1',
    pkiFolder,
    retainedFile: join(folder.path, 'retained.db'),
    ingest,
    clock: { now: () => Date.now() },
    log: pino({ level: 'info' }, stream),
  });
  await broker.start();
}

async function connect(options: IClientOptions): Promise<MqttClient> {
  const client = await connectAsync(broker.url, { ...COMMON, ...options }, false);
  client.on('error', () => undefined);
  return client;
}

function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

const reasons = () => ingest.taken.map(({ decoded }) => decoded.rejects[0]?.reason);

beforeEach(async () => {
  folder = await tempFolder('sign-in');
  ingest = new RecordingIngest();
});

afterEach(async () => {
  await broker?.stop();
  await folder?.remove();
});

describe('on loopback, where nobody needs to sign in', () => {
  beforeEach(() => open());

  test('who gives a device as its user name publishes as that alone', async () => {
    const client = await connect({ username: ID });
    await client.publishAsync(TOPIC, '{}', { qos: 1 });
    expect(reasons()).toEqual([undefined]);
    const end = closed(client);
    client.publish(`svitlo/v1/${OTHER}/telemetry`, '{"ups.status":"OB"}', { qos: 1 });
    await end;
    expect(ingest.taken.at(-1)?.decoded).toMatchObject({
      claimed: { site: 'krakivets', kind: 'ups', device: 'ups-2' },
      rejects: [
        {
          reason: 'foreign_identity',
          topic: `svitlo/v1/${OTHER}/telemetry`,
          detail: `expected the topic's own device, got ${ID}`,
          excerpt: '{"ups.status":"OB"}',
        },
      ],
    });
    expect(ingest.taken.at(-1)?.decoded.sample).toBeUndefined();
  });

  test('of what a device wants retained its state and telemetry alone are kept', async () => {
    const device = await connect({ username: ID });
    await device.publishAsync(STATE, '{"online":true}', { qos: 1, retain: true });
    await device.publishAsync(`svitlo/v1/${ID}/other/1`, 'x', { qos: 1, retain: true });
    const heard: string[] = [];
    const reader = await connect({});
    reader.on('message', (topic) => heard.push(topic));
    await reader.subscribeAsync(`svitlo/v1/${ID}/#`, { qos: 1 });
    await until(() => heard.length > 0, { what: 'what was retained' });
    await device.publishAsync(TOPIC, '{}', { qos: 1 });
    await until(() => heard.includes(TOPIC), { what: 'what is published now' });
    expect(heard).toEqual([STATE, TOPIC]);
    await Promise.all([device.endAsync(), reader.endAsync()]);
    await broker.stop();
    const kept = new RetainedStore(join(folder.path, 'retained.db'));
    expect(kept.all().map(({ topic }) => topic)).toEqual([STATE]);
    kept.close();
  });

  test('a packet beyond the limit ends the connection before it has come, of a stranger too', async () => {
    const socket = connectPlain(Number(new URL(broker.url).port), '127.0.0.1');
    socket.on('error', () => {});
    const isEnded = new Promise<boolean>((resolve) => socket.once('close', () => resolve(true)));
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f, 0, 4]));
    expect(await isEnded).toBe(true);
  }, 10_000);

  test('a will on the topic of another is refused with its client, and counted', async () => {
    const topic = `svitlo/v1/${OTHER}/state`;
    const will = { topic, payload: Buffer.from('{"online":false}'), qos: 1, retain: true } as const;
    await expect(connect({ username: ID, will })).rejects.toThrow(/not authorized/i);
    expect(reasons()).toEqual(['foreign_identity']);
    const own = await connect({ username: ID, will: { ...will, topic: STATE } });
    own.stream.destroy();
    await until(() => ingest.taken.length === 2, { what: 'its own will' });
    expect(ingest.taken[1]?.decoded.sample).toMatchObject({ device: 'ups-1', channel: 'state' });
  });

  test('another name, or none, is held to nothing', async () => {
    for (const options of [{}, { username: 'simulator' }]) {
      const client = await connect(options);
      await client.publishAsync(TOPIC, '{}', { qos: 1 });
      await client.subscribeAsync('svitlo/v1/#');
      await client.endAsync();
    }
    expect(reasons()).toEqual([undefined, undefined]);
  });
});

describe('with certificates', () => {
  let pki: Pki;
  const certificateOf = (id: string) => ({ ca: pki.ca, ...pki.certificateOf(id) });

  beforeEach(async () => {
    pki = await createPki();
    await pki.run('device', ID, OTHER);
    await open(pki.folder);
  });

  afterEach(() => pki?.[Symbol.asyncDispose]());

  test('who is revoked while connected is cut off, and its will is no word of the device', async () => {
    const will = { topic: STATE, payload: Buffer.from('{"online":false}'), qos: 1 } as const;
    const client = await connect({ ...certificateOf(ID), will });
    const end = closed(client);
    await pki.run('revoke', ID);
    await end;
    const other = await connect(certificateOf(OTHER));
    await other.publishAsync(`svitlo/v1/${OTHER}/telemetry`, '{"seq":1}', { qos: 1 });
    await other.endAsync();
    expect(ingest.seqs()).toEqual([1]);
  });

  test('who loses its password while connected is cut off', async () => {
    const id = 'krakivets/power/meter';
    const password = await pki.givePassword(id);
    const login = { ca: pki.ca, username: id, password };
    const client = await until(() => connect(login), { what: 'the password to be known' });
    const end = closed(client);
    await pki.run('password', id, '--renew');
    await end;
    await expect(connect(login)).rejects.toThrow(/not authorized/i);
  });

  test('an identifier of a client belongs to its identity: nobody takes over another’s session', async () => {
    const first = await connect({ ...certificateOf(ID), clientId: 'shared' });
    const second = await connect({ ...certificateOf(OTHER), clientId: 'shared' });
    await first.publishAsync(TOPIC, '{"seq":1}', { qos: 1 });
    await second.publishAsync(`svitlo/v1/${OTHER}/telemetry`, '{"seq":2}', { qos: 1 });
    const end = closed(first);
    const again = await connect({ ...certificateOf(ID), clientId: 'shared' });
    await end;
    await again.publishAsync(TOPIC, '{"seq":3}', { qos: 1 });
    expect(ingest.seqs()).toEqual([1, 2, 3]);
    await again.endAsync();
    await second.endAsync();
  });

  test('the broker’s own certificate, and one of a program that it does not know, let nobody in', async () => {
    const read = (file: string) => readFile(join(pki.folder, file), 'utf8');
    const own = { ca: pki.ca, cert: await read('server.pem'), key: await read('server.key') };
    await expect(connect(own)).rejects.toThrow();
    await pki.run('client', 'grafana');
    await expect(connect(certificateOf('grafana'))).rejects.toThrow(/not authorized/i);
    expect(messages.filter((line) => line.includes('it is nobody known'))).toHaveLength(1);
  });

  test('a password beside a certificate that does not hold opens nothing', async () => {
    const id = 'krakivets/power/meter';
    const password = await pki.givePassword(id);
    await pki.run('revoke', OTHER);
    const both = { ...certificateOf(OTHER), username: id, password };
    const plain = await until(() => connect({ ca: pki.ca, username: id, password }), {
      what: 'the password to be known',
    });
    await plain.endAsync();
    const isRefused = () =>
      connect(certificateOf(OTHER)).then(
        (client) => client.endAsync(true).then(() => false),
        () => true,
      );
    await until(isRefused, { what: 'the revocation to be known' });
    await expect(connect(both)).rejects.toThrow(/not authorized/i);
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('a %s session is not resumed', async (version) => {
    const { port } = new URL(broker.url);
    const options = { host: '127.0.0.1', port: Number(port), ...certificateOf(ID) };
    const limits = { minVersion: version, maxVersion: version };
    const dial = (session?: Buffer) => {
      const socket = connectTls({ ...options, ...limits, ...(session ? { session } : {}) });
      let latest: Buffer | undefined;
      socket.on('session', (given) => {
        latest = given;
      });
      return new Promise<{ socket: TLSSocket; session: () => Buffer | undefined }>(
        (resolve, reject) => {
          socket.once('error', reject);
          socket.once('secureConnect', () => resolve({ socket, session: () => latest }));
        },
      );
    };
    const first = await dial();
    const given = first.session() ?? first.socket.getSession();
    first.socket.destroy();
    const second = await dial(given);
    expect(second.socket.isSessionReused()).toBe(false);
    second.socket.destroy();
  });

  test('a renewed certificate of its own is taken without a restart', async () => {
    const before = await serialOf();
    await pki.run('server', '127.0.0.1', '--renew');
    const after = await until(async () => (await serialOf()) !== before, { what: 'the new one' });
    expect(after).toBe(true);
  });

  test('a wrong one is refused, and the old one goes on', async () => {
    await writeFile(join(pki.folder, 'server.key'), 'no key');
    await until(() => messages.some((line) => line.includes('refused, the old go on')), {
      what: 'the log line',
    });
    const client = await connect(certificateOf(ID));
    await client.endAsync();
  });

  test('it starts on a whole folder alone', async () => {
    await broker.stop();
    await rm(join(pki.folder, 'crl.pem'));
    await expect(open(pki.folder)).rejects.toThrow(
      /SVITLO_BROKER_PKI: expected a folder .*crl.pem/s,
    );
  });

  function serialOf(): Promise<string> {
    const { port } = new URL(broker.url);
    return new Promise((resolve, reject) => {
      const socket: TLSSocket = connectTls(
        { host: '127.0.0.1', port: Number(port), ca: pki.ca },
        () => {
          resolve(socket.getPeerCertificate().serialNumber);
          socket.destroy();
        },
      );
      socket.on('error', reject);
    });
  }
});
