import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { connect, connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Mosquitto, runAsCaller, startMosquitto } from '../support/mosquitto.ts';
import { mosquittoPub, type Publish } from '../support/mosquitto-pub.ts';
import { until } from '../support/wait.ts';

const deploy = resolve(import.meta.dirname, '../../deploy/mosquitto');
const users = {
  monitor: 'monitor-secret',
  'krakivets/ups/ups-1': 'ups-secret',
  'krakivets/ups/ups-10': 'ups-10-secret',
};

let broker: Mosquitto;
let monitor: MqttClient;
let heard: { topic: string; text: string }[] = [];

/** The shipped mosquitto.conf, with its paths and its listener moved into a folder of the test. */
async function shippedConfig() {
  const shipped = await readFile(resolve(deploy, 'mosquitto.conf'), 'utf8');
  return ({ folder, port }: { folder: string; port: number }) => {
    const moved = shipped
      .replace(/^listener 1883$/m, `listener ${port} 127.0.0.1`)
      .replace('/run/secrets/mosquitto_passwd', `${folder}/passwd`)
      .replace('/mosquitto/config/acl', `${folder}/acl`)
      .replace('/mosquitto/data/', `${folder}/`);
    return `${runAsCaller()}\n${moved}`;
  };
}

/** The listener is in place before the CONNACK: a kept session delivers at once. */
async function connectMonitor(): Promise<MqttClient> {
  const client = connect(broker.url, {
    protocolVersion: 5,
    clientId: 'monitor',
    clean: false,
    properties: { sessionExpiryInterval: 86_400 },
    username: 'monitor',
    password: users.monitor,
    reconnectPeriod: 0,
  });
  client.on('message', (topic, payload) => heard.push({ topic, text: payload.toString() }));
  await until(() => client.connected, { what: 'the monitor to connect' });
  return client;
}

function asDevice(message: Pick<Publish, 'topic' | 'payload'> & Partial<Publish>): Promise<void> {
  const username = 'krakivets/ups/ups-1';
  return mosquittoPub({ port: broker.port, username, password: users[username], ...message });
}

/** Publishes as the device itself, and waits until the monitor has heard it: all earlier is through. */
async function heardUntilMark(): Promise<string[]> {
  const mark = `mark-${heard.length}`;
  await asDevice({ topic: 'svitlo/v1/krakivets/ups/ups-1/telemetry', payload: mark });
  await until(() => heard.some(({ text }) => text === mark), { what: 'the mark to be heard' });
  return heard.filter(({ text }) => text !== mark).map(({ topic }) => topic);
}

beforeAll(async () => {
  const acl = await readFile(resolve(deploy, 'acl'), 'utf8');
  broker = await startMosquitto({ users, acl, wholeConfig: await shippedConfig() });
  monitor = await connectMonitor();
  await monitor.subscribeAsync('svitlo/v1/+/+/+/+', { qos: 1 });
});

beforeEach(() => {
  heard = [];
});

afterAll(async () => {
  await monitor?.endAsync(true);
  await broker?.[Symbol.asyncDispose]();
});

test('a device publishes as itself', async () => {
  await asDevice({ topic: 'svitlo/v1/krakivets/ups/ups-1/telemetry', payload: { seq: 1 } });
  await asDevice({ topic: 'svitlo/v1/krakivets/ups/ups-1/state', payload: { online: true } });
  expect(await heardUntilMark()).toEqual([
    'svitlo/v1/krakivets/ups/ups-1/telemetry',
    'svitlo/v1/krakivets/ups/ups-1/state',
  ]);
});

test.each([
  'svitlo/v1/krakivets/ups/ups-10/telemetry',
  'svitlo/v1/krakivets/ups/ups-2/telemetry',
  'svitlo/v1/krakivets/scanner/ups-1/telemetry',
  'svitlo/v1/shehyni/ups/ups-1/telemetry',
])('what a device publishes as another, %s, is not delivered', async (topic) => {
  await asDevice({ topic, payload: { seq: 1 } });
  expect(await heardUntilMark()).toEqual([]);
});

test('a device may not speak for the monitor', async () => {
  await monitor.subscribeAsync('svitlo/v1/$monitor', { qos: 1 });
  await asDevice({ topic: 'svitlo/v1/$monitor', payload: { ts: 1 } });
  expect(await heardUntilMark()).toEqual([]);
});

test('a device hears nothing of the others', async () => {
  const device = await connectAsync(broker.url, {
    protocolVersion: 5,
    username: 'krakivets/ups/ups-10',
    password: users['krakivets/ups/ups-10'],
    reconnectPeriod: 0,
  });
  const overheard: string[] = [];
  device.on('message', (topic) => overheard.push(topic));
  await device.subscribeAsync('svitlo/v1/#', { qos: 1 }).catch(() => undefined);
  await heardUntilMark();
  // The broker answers in order: after this PUBACK nothing that came before is still on its way.
  await device.publishAsync('svitlo/v1/krakivets/ups/ups-10/telemetry', 'x', { qos: 1 });
  await device.endAsync();
  expect(overheard).toEqual([]);
});

test('the monitor announces itself, and publishes as no device', async () => {
  await monitor.publishAsync('svitlo/v1/$monitor', '{"ts":1}', { qos: 1, retain: true });
  await until(() => heard.some(({ topic }) => topic === 'svitlo/v1/$monitor'), {
    what: 'the announcement',
  });
  heard = [];
  const asAnother = 'svitlo/v1/krakivets/ups/ups-1/telemetry';
  await monitor.publishAsync(asAnother, 'forged', { qos: 1 }).catch(() => undefined);
  expect(await heardUntilMark()).toEqual([]);
});

test('anonymous clients and wrong passwords are refused', async () => {
  const message = { port: broker.port, topic: 'svitlo/v1/krakivets/ups/ups-1/telemetry' };
  await expect(mosquittoPub({ ...message, payload: 'x' })).rejects.toThrow(/not authori[sz]ed/i);
  const wrong = asDevice({ topic: message.topic, payload: 'x', password: 'wrong' });
  await expect(wrong).rejects.toThrow(/not authori[sz]ed/i);
});

test('what came while the monitor was away survives a restart of the broker', async () => {
  await monitor.endAsync();
  const numbers = Array.from({ length: 25 }, (_, index) => index);
  const topic = 'svitlo/v1/krakivets/ups/ups-1/telemetry';
  for (const seq of numbers) await asDevice({ topic, payload: { seq } });
  await broker.restart();

  monitor = await connectMonitor();
  await until(() => heard.length >= numbers.length, { what: 'the queued messages' });
  expect(heard.map(({ text }) => JSON.parse(text).seq)).toEqual(numbers);
});
