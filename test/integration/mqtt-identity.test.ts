import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { readClientTls } from '../../collectors/mqtt/client-tls.ts';
import { IDENTITY_BROKERS, MONITOR } from '../support/identity-broker.ts';
import { startMonitor } from '../support/monitor.ts';
import { findDevice, rejectsOf, untilDependency } from '../support/monitor-api.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { createPki } from '../support/pki.ts';
import { until } from '../support/wait.ts';

const ID = 'site-1/ups/ups-1';
const TOPIC = `svitlo/v1/${ID}/telemetry`;

test('the monitor reads a broker by TLS with a certificate of its own', async () => {
  await using pki = await createPki();
  const [, start] = IDENTITY_BROKERS[0] ?? [];
  if (start === undefined) throw new Error('no broker');
  await using broker = await start(pki, [ID]);
  await using monitor = await startMonitor({
    SVITLO_MQTT_URL: broker.url,
    SVITLO_MQTT_CA: join(pki.folder, 'ca.pem'),
    SVITLO_MQTT_CERT: join(pki.folder, 'clients', `${MONITOR}.pem`),
    SVITLO_MQTT_KEY: join(pki.folder, 'clients', `${MONITOR}.key`),
    SVITLO_LOG_LEVEL: 'trace',
  });
  const device = await connectAsync(broker.url, { ...broker.signIn(ID), reconnectPeriod: 0 });
  await device.publishAsync(TOPIC, '{"ups.status":"OL"}', { qos: 1 });
  await device.endAsync();
  await until(async () => (await findDevice(monitor, 'site-1', 'ups-1'))?.freshness === 'live', {
    what: 'the device to be live',
  });
  const secret = pki.certificateOf(MONITOR).key.split('\n')[1] ?? 'no key';
  expect(monitor.output()).toContain('connected and subscribed');
  expect(monitor.output()).not.toContain(secret);
});

test('a broker of another authority is not spoken to', async () => {
  await using pki = await createPki();
  await using other = await createPki();
  const [, start] = IDENTITY_BROKERS[1] ?? [];
  if (start === undefined) throw new Error('no broker');
  await using broker = await start(pki, [ID]);
  const login = broker.signIn(MONITOR);
  await using monitor = await startMonitor(
    {
      SVITLO_MQTT_URL: broker.url,
      SVITLO_MQTT_CA: join(other.folder, 'ca.pem'),
      SVITLO_MQTT_USERNAME: MONITOR,
      SVITLO_MQTT_PASSWORD: `${login.password}`,
      SVITLO_LOG_LEVEL: 'trace',
    },
    '/healthz',
  );
  await untilDependency(monitor, 'broker', 'unreachable');
  expect(monitor.output()).not.toContain(`${login.password}`);
});

test('a publisher that the broker names as another than its topic’s device is rejected', async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor({
    SVITLO_MQTT_URL: broker.url,
    SVITLO_MQTT_IDENTITY_PROPERTY: 'publisher',
  });
  const client = await connectAsync(broker.url, { protocolVersion: 5, reconnectPeriod: 0 });
  const send = (status: string, publisher?: string | string[], retain = false) =>
    client.publishAsync(TOPIC, JSON.stringify({ 'ups.status': status }), {
      qos: 1,
      retain,
      properties: publisher === undefined ? {} : { userProperties: { publisher } },
    });
  await send('OL', ID);
  await send('OB', 'site-1/ups/ups-2');
  await send('OB', 'site-1/ups/ups-2', true);
  await send('OB');
  await send('OB', [ID, 'site-1/ups/ups-2']);
  await until(async () => (await rejectsOf(monitor)).counts.foreign_identity === 4, {
    what: 'four rejects',
  });
  expect((await findDevice(monitor, 'site-1', 'ups-1'))?.metrics['ups.status']?.value).toBe('OL');
  await monitor.stop();
  await monitor.restart();
  // What is retained comes again, all else was acknowledged.
  await until(async () => (await rejectsOf(monitor)).counts.foreign_identity === 1, {
    what: 'the retained one',
  });
  await client.endAsync();
});

test('files that are not what they should be end the start with what was expected', async () => {
  await using pki = await createPki();
  await pki.run('device', ID, 'site-1/ups/ups-2');
  const file = (name: string) => join(pki.folder, name);
  const device = (ending: string) => file(`devices/${ID}.${ending}`);
  const read =
    (files: Record<string, string>, url = 'mqtts://broker:8883') =>
    () =>
      readClientTls(url, files);
  const whole = { ca: file('ca.pem'), cert: device('pem'), key: device('key') };
  expect(Object.keys(read(whole)())).toEqual(['ca', 'cert', 'key']);
  expect(read({}, 'mqtt://broker')()).toEqual({});
  expect(read(whole, 'wss://broker')).not.toThrow();
  expect(read(whole, 'mqtt://broker')).toThrow(/expected SVITLO_MQTT_URL to begin with mqtts/);
  expect(read({ cert: whole.cert })).toThrow(/SVITLO_MQTT_KEY: expected both or neither/);
  expect(read({ ...whole, ca: file('none.pem') })).toThrow(/SVITLO_MQTT_CA: .*ENOENT/s);
  await writeFile(file('text.pem'), 'no certificate');
  expect(read({ ...whole, ca: file('text.pem') })).toThrow(
    /SVITLO_MQTT_CA: expected a certificate/,
  );
  const mixed = { ...whole, key: file('devices/site-1/ups/ups-2.key') };
  expect(read(mixed)).toThrow(/SVITLO_MQTT_CERT, SVITLO_MQTT_KEY: expected a certificate/);
});
