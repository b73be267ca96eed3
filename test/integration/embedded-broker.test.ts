import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EmbeddedBroker } from '../../collectors/mqtt/embedded-broker.ts';
import { connectDevice, recentTimes } from '../support/device.ts';
import { freePort } from '../support/free-port.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { findDevice, getJson } from '../support/monitor-api.ts';
import { RecordingIngest } from '../support/recording-ingest.ts';
import { runCommand } from '../support/run-command.ts';
import { upsPayload } from '../support/telemetry.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/wait.ts';

const STATE = 'svitlo/v1/site-1/ups/ups-1/state';
const ONLINE = '{"online":true}';

describe('inside a process of its own', () => {
  let folder: TempFolder;
  let ingest: RecordingIngest;
  let broker: EmbeddedBroker;

  const open = async (port = 0) => {
    broker = new EmbeddedBroker({
      port,
      root: 'svitlo/v1',
      retainedFile: join(folder.path, 'retained.db'),
      ingest,
      clock: { now: () => Date.now() },
      log: pino({ level: 'silent' }),
    });
    await broker.start();
  };

  beforeEach(async () => {
    folder = await tempFolder('broker');
    ingest = new RecordingIngest();
    await open();
  });

  afterEach(async () => {
    await broker?.stop();
    await folder?.remove();
  });

  const taken = (count: number) =>
    until(() => ingest.taken.length === count, { what: `${count} messages at ingest` });

  test('the PUBACK comes after the append', async () => {
    ingest.isHeld = true;
    await using device = await connectDevice({ url: broker.url });
    const steps: string[] = [];
    const sent = device.send(upsPayload(Date.now())).then(() => steps.push('PUBACK'));
    await taken(1);
    // A round trip on a connection of its own: a PUBACK that had gone out would be here by now.
    await (await connectDevice({ url: broker.url }))[Symbol.asyncDispose]();
    steps.push('durable');
    expect(broker.deliveries()).toMatchObject({ unacknowledged: 1, redelivered: 0 });
    expect(broker.deliveries().oldestWaitMs).toBeGreaterThan(0);
    ingest.release();
    await sent;
    expect(steps).toEqual(['durable', 'PUBACK']);
    expect(broker.deliveries()).toMatchObject({ unacknowledged: 0, oldestWaitMs: 0 });
  });

  test('what could not be stored gets no PUBACK: the connection ends, and the device sends again', async () => {
    ingest.isHeld = true;
    const device = await connectDevice({ url: broker.url, mqtt: { reconnectPeriod: 20 } });
    const sent = device.send(upsPayload(Date.now(), 'OL', 7));
    await taken(1);
    ingest.taken[0]?.reject(new Error('disk full'));
    await until(() => broker.readiness().state === 'not_durable', { what: 'the state' });
    ingest.isHeld = false;
    await sent;
    expect(ingest.seqs()).toEqual([7, 7]);
    expect(broker.readiness()).toEqual({ isReady: true, state: 'ok' });
    await device[Symbol.asyncDispose]();
  });

  test('a message that its device marked as sent before is counted as such', async () => {
    const client = await connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 });
    for (const dup of [false, true, true]) {
      const topic = 'svitlo/v1/site-1/ups/ups-1/telemetry';
      await client.publishAsync(topic, upsPayload(Date.now()), { qos: 1, dup });
    }
    expect(broker.deliveries().redelivered).toBe(2);
    await client.endAsync();
  });

  test('messages of a device reach ingest in the order of their sending', async () => {
    await using device = await connectDevice({ url: broker.url });
    await device.sendAll(recentTimes(300));
    expect(ingest.seqs()).toEqual(Array.from({ length: 300 }, (_, seq) => seq));
  });

  test('the will of a client that vanished reaches ingest', async () => {
    const device = await connectDevice({ url: broker.url, hasWill: true });
    await device.vanish();
    await taken(1);
    expect(ingest.taken[0]?.decoded.sample).toMatchObject({
      channel: 'state',
      metrics: { online: false },
    });
  });

  test('a client that says goodbye leaves no will behind', async () => {
    const client = await connectAsync(broker.url, {
      protocolVersion: 4,
      reconnectPeriod: 0,
      will: { topic: STATE, payload: Buffer.from('{"online":false}'), qos: 1, retain: true },
    });
    await client.endAsync();
    await using device = await connectDevice({ url: broker.url });
    await device.send(upsPayload(Date.now(), 'OL', 1));
    expect(ingest.seqs()).toEqual([1]);
  });

  test('its own stop is no word about the devices: their wills are not taken', async () => {
    await using _device = await connectDevice({ url: broker.url, hasWill: true });
    await broker.stop();
    expect(ingest.taken).toEqual([]);
  });

  test('a stop waits for what is on its way to the disk, and acknowledges it', async () => {
    ingest.isHeld = true;
    await using device = await connectDevice({ url: broker.url });
    const sent = device.send(upsPayload(Date.now()));
    await taken(1);
    const stopped = broker.stop();
    ingest.release();
    await stopped;
    await sent;
  });

  test('a retained message is kept over a restart, and handed on as retained', async () => {
    await using device = await connectDevice({ url: broker.url });
    await device.send(ONLINE, 'state', true);
    await broker.stop();
    ingest = new RecordingIngest();
    await open();
    expect(ingest.taken.map(({ decoded }) => decoded.sample)).toMatchObject([
      { device: 'ups-1', channel: 'state', isRetained: true, metrics: { online: true } },
    ]);
    expect(await retainedAt(STATE)).toBe(ONLINE);
  });

  test('it listens though nothing can be stored of what was retained', async () => {
    await using device = await connectDevice({ url: broker.url });
    const online = JSON.stringify({ ts: Date.now(), online: true });
    await device.send(online, 'state', true);
    await broker.stop();
    ingest.isHeld = true;
    await open();
    expect(broker.readiness()).toEqual({ isReady: true, state: 'ok' });
    expect(ingest.taken).toHaveLength(2);
    ingest.taken[1]?.reject(new Error('disk full'));
    expect(await retainedAt(STATE)).toBe(online);
  });

  test('an empty retained message removes the one before, over a restart too', async () => {
    await using device = await connectDevice({ url: broker.url });
    await device.send(ONLINE, 'state', true);
    await device.send('', 'state', true);
    await broker.stop();
    ingest = new RecordingIngest();
    await open();
    expect(ingest.taken).toEqual([]);
  });

  test('production announces itself to whoever subscribes', async () => {
    expect(await retainedAt('svitlo/v1/$monitor')).toBe('{"online":true}');
  });

  test('a session that is kept (clean:false) gets what came while its client was away', async () => {
    const kept = { protocolVersion: 4, clientId: 'panel', clean: false } as const;
    const before = await connectAsync(broker.url, { ...kept, reconnectPeriod: 0 });
    await before.subscribeAsync('svitlo/v1/site-1/#', { qos: 1 });
    await before.endAsync();
    await using device = await connectDevice({ url: broker.url });
    await device.send(upsPayload(Date.now(), 'OL', 5));
    expect(await firstMessage(kept)).toMatch(/"seq":5,/);
  });

  test('a device that keeps its session (clean:false) is served like any other', async () => {
    const mqtt = { clientId: 'ups-1', clean: false };
    const device = await connectDevice({ url: broker.url, mqtt });
    await device.send(upsPayload(Date.now(), 'OL', 1));
    await device.vanish();
    await using again = await connectDevice({ url: broker.url, mqtt });
    await again.send(upsPayload(Date.now(), 'OL', 2));
    expect(ingest.seqs()).toEqual([1, 2]);
  });

  test('a QoS 0 message is taken', async () => {
    await publishOnce({ topic: STATE, payload: ONLINE, qos: 0 });
    await taken(1);
  });

  test('a QoS 2 message is taken once', async () => {
    await publishOnce({ topic: STATE, payload: ONLINE, qos: 2 });
    expect(ingest.taken).toHaveLength(1);
  });

  test('an MQTT 5 client is refused by name: unsupported protocol version', async () => {
    const refused = connectAsync(
      broker.url,
      { protocolVersion: 5, reconnectPeriod: 0, connectTimeout: 5000 },
      false,
    );
    await expect(refused).rejects.toThrow(/unsupported protocol version|unacceptable protocol/i);
  });

  test('a client that speaks no MQTT is cut off and disturbs nobody', async () => {
    const port = Number(new URL(broker.url).port);
    await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    await using device = await connectDevice({ url: broker.url });
    await device.send(upsPayload(Date.now()));
    expect(ingest.taken).toHaveLength(1);
  });

  test('what is published under $SYS is refused: the connection ends', async () => {
    const client = await connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 });
    const closed = new Promise<void>((done) => client.once('close', () => done()));
    client.publish('$SYS/a', 'x', { qos: 1 });
    await closed;
    expect(ingest.taken).toEqual([]);
    await client.endAsync(true);
  });

  async function publishOnce(message: { topic: string; payload: string; qos: 0 | 2 }) {
    const client = await connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 });
    await client.publishAsync(message.topic, message.payload, { qos: message.qos });
    await client.endAsync();
  }

  function retainedAt(topic: string): Promise<string> {
    return firstMessage({ protocolVersion: 4 }, topic);
  }

  /** The first message that a client gets, by its session or by a subscription of `topic`. */
  async function firstMessage(
    options: { protocolVersion: 4; clientId?: string; clean?: boolean },
    topic?: string,
  ): Promise<string> {
    const { connect } = await import('mqtt');
    const client = connect(broker.url, { ...options, reconnectPeriod: 0 });
    let text: string | undefined;
    client.on('message', (_topic, payload) => {
      text ??= payload.toString();
    });
    await until(() => client.connected, { what: 'the client to connect' });
    if (topic !== undefined) await client.subscribeAsync(topic, { qos: 1 });
    const first = await until(() => text, { what: 'a message' });
    await client.endAsync();
    return first;
  }
});

describe('as part of the monitor', () => {
  let monitor: Monitor;
  let url: string;

  beforeEach(async () => {
    const port = await freePort();
    url = `mqtt://127.0.0.1:${port}`;
    monitor = await startMonitor({ SVITLO_BROKER_PORT: `${port}` });
  });

  afterEach(() => monitor?.[Symbol.asyncDispose]());

  const untilFreshness = (expected: string) =>
    until(async () => (await findDevice(monitor, 'site-1', 'ups-1'))?.freshness === expected, {
      what: `the device to be ${expected}`,
    });

  test('what was acknowledged is in the series after kill -9', async () => {
    const last = Math.floor(Date.now() / 1000) * 1000;
    const times = Array.from({ length: 100 }, (_, index) => last - (99 - index) * 1000);
    await using device = await connectDevice({ url });
    await device.sendAll(times);
    await monitor.kill();
    await monitor.restart();
    await using again = await connectDevice({ url });
    await again.send(upsPayload(last + 1000));
    const stored = () => bucketTimes(times[0] ?? 0, last + 1000);
    await until(async () => (await stored()).length >= times.length, { what: 'the points' });
    expect(await stored()).toEqual(times);
  });

  test('a device that vanished is offline at once, and after a restart too', async () => {
    const device = await connectDevice({ url, hasWill: true });
    await device.send(ONLINE, 'state', true);
    await device.send(upsPayload(Date.now()));
    await untilFreshness('live');
    await device.vanish();
    await untilFreshness('offline');
    await monitor.stop();
    await monitor.restart();
    await untilFreshness('offline');
  });

  test('a retained online:true proves nothing after kill -9', async () => {
    await using device = await connectDevice({ url, hasWill: true });
    await device.send(ONLINE, 'state', true);
    await untilFreshness('live');
    await monitor.kill();
    await monitor.restart();
    await untilFreshness('offline');
  });

  /** Seconds of `[from, to)` with a point (ms since 1970 UTC). */
  async function bucketTimes(from: number, to: number): Promise<number[]> {
    const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
    const path = `/api/v1/devices/site-1/ups-1/series?metric=battery.charge&points=500&${range}`;
    const { buckets } = await getJson<{ buckets: { ts: string }[] }>(monitor, path);
    return buckets.map(({ ts }) => Date.parse(ts));
  }
});

test('a taken port ends the start with what to set instead', async () => {
  const other = createServer();
  const port = await freePort();
  await new Promise<void>((done) => other.listen(port, '127.0.0.1', done));
  const folder = await tempFolder('taken');
  const main = resolve(import.meta.dirname, '../../src/main.ts');
  const { status, stderr } = await runCommand(process.execPath, [main], {
    cwd: folder.path,
    env: { SVITLO_BROKER_PORT: `${port}`, SVITLO_HTTP_PORT: '0', SVITLO_LOG_LEVEL: 'silent' },
  });
  expect(status).toBe(1);
  expect(stderr).toContain(`cannot listen on 127.0.0.1:${port} (EADDRINUSE)`);
  expect(stderr).toContain('set SVITLO_BROKER_PORT to a free port, or SVITLO_MQTT_URL');
  await new Promise((done) => other.close(done));
  await folder.remove();
});
