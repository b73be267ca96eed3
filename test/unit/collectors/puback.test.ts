import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { MqttCollector } from '../../../collectors/mqtt/collector.ts';
import { FakeClock, recordingLog } from '../../support/fake-ports.ts';
import { type RawBroker, type RawBrokerOptions, startRawBroker } from '../../support/raw-broker.ts';
import { RecordingIngest } from '../../support/recording-ingest.ts';
import { START } from '../../support/sample.ts';
import { until } from '../../support/wait.ts';

const TOPIC = 'svitlo-sim/v1/krakivets/ups/ups-1/telemetry';
let broker: RawBroker;
let ingest: RecordingIngest;
let collector: MqttCollector;
let messages: string[];
let waits: number[];

async function connect(options: RawBrokerOptions = {}) {
  broker = await startRawBroker(options);
  await start();
}

async function start() {
  const recorded = recordingLog();
  messages = recorded.messages;
  waits = [];
  collector = new MqttCollector({
    url: broker.url,
    root: 'svitlo-sim/v1',
    clientId: 'monitor',
    ingest,
    clock: new FakeClock(START),
    log: recorded.log,
    meter: {
      spoolCommitted: () => {},
      journalCommitted: () => {},
      pageWritten: () => {},
      acknowledged: (waitMs) => waits.push(waitMs),
    },
    retryMs: 20,
    reconnectMs: 20,
  });
  await collector.start();
}

const ready = () => until(() => collector.readiness().isReady, { what: 'the subscription' });
const taken = (count: number) =>
  until(() => ingest.taken.length === count, { what: `${count} messages` });
const send = (messageId: number) =>
  broker.publish(messageId, TOPIC, JSON.stringify({ ts: START, seq: messageId }));
const acknowledged = () => broker.pubacks.map(({ messageId }) => messageId);

beforeEach(() => {
  ingest = new RecordingIngest();
});

afterEach(async () => {
  await collector.stop();
  await broker[Symbol.asyncDispose]();
});

test('the broker is the one that the URL names, on whatever host', async () => {
  await connect({ host: '127.0.0.2' });
  await ready();
  expect(broker.connections()).toBe(1);
});

test('a message at QoS 0 that cannot be kept is let go, and those after it are taken', async () => {
  await connect();
  await ready();
  ingest.isHeld = true;
  broker.publishOnce(TOPIC, JSON.stringify({ ts: START, seq: 1 }));
  await taken(1);
  ingest.taken[0]?.reject(new Error('nothing can be written'));
  ingest.isHeld = false;
  send(2);
  await until(() => acknowledged().length === 1, { what: 'the next message' });
  expect(broker.connections()).toBe(1);
});

describe('deferring the PUBACK', () => {
  it('rests on a private member of the pinned MQTT.js: a change of the version is checked against these tests', async () => {
    const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
    const pinned = (JSON.parse(text) as { dependencies: { mqtt: string } }).dependencies.mqtt;
    expect(pinned).toMatch(/^\d+\.\d+\.\d+$/);
    const client = new MqttClient(() => new PassThrough(), { manualConnect: true });
    expect(client).toHaveProperty('streamBuilder', expect.any(Function));
    await connect();
  });

  it('acknowledges in the order of receipt, whichever is durable first', async () => {
    await connect();
    await ready();
    ingest.isHeld = true;
    for (const id of [1, 2, 3]) send(id);
    await taken(3);
    ingest.taken[2]?.resolve();
    ingest.taken[1]?.resolve();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(acknowledged()).toEqual([]);
    ingest.taken[0]?.resolve();
    await until(() => acknowledged().length === 3, { what: 'three PUBACKs' });
    expect(acknowledged()).toEqual([1, 2, 3]);
  });

  it('goes on reading while a message waits for the disk', async () => {
    await connect();
    await ready();
    ingest.isHeld = true;
    for (let id = 1; id <= 500; id += 1) send(id);
    await taken(500);
    expect(acknowledged()).toEqual([]);
    ingest.release();
    await until(() => acknowledged().length === 500, { what: '500 PUBACKs' });
  });

  it('never acknowledges on another connection than the message came by', async () => {
    await connect();
    await ready();
    ingest.isHeld = true;
    send(1);
    await taken(1);
    broker.drop();
    await until(() => broker.connections() === 2 && collector.readiness().isReady, {
      what: 'the next connection',
    });
    ingest.taken[0]?.resolve();
    ingest.isHeld = false;
    send(2);
    await until(() => acknowledged().length > 0, { what: 'a PUBACK' });
    expect(broker.pubacks).toEqual([{ connection: 2, messageId: 2 }]);
  });

  it('acknowledges nothing that was durable only while the connection was away', async () => {
    await connect();
    await ready();
    ingest.isHeld = true;
    send(1);
    await taken(1);
    broker.drop();
    await until(() => !collector.readiness().isReady, { what: 'the loss to be seen' });
    ingest.release();
    await until(() => collector.readiness().isReady, { what: 'the next connection' });
    send(2);
    await until(() => acknowledged().length > 0, { what: 'a PUBACK' });
    expect(acknowledged()).toEqual([2]);
  });

  it('leaves a message that could not be stored unacknowledged, and connects afresh for it', async () => {
    await connect();
    await ready();
    ingest.isHeld = true;
    send(7);
    await taken(1);
    ingest.taken[0]?.reject(new Error('disk full'));
    await until(() => collector.readiness().state === 'not_durable', { what: 'the state' });
    expect(collector.readiness()).toEqual({
      isReady: false,
      state: 'not_durable',
      detail: 'disk full',
    });
    ingest.isHeld = false;
    await until(() => broker.connections() === 2 && collector.readiness().isReady, {
      what: 'the next connection',
    });
    expect(acknowledged()).toEqual([]);
    send(7);
    await until(() => acknowledged().length === 1, { what: 'the PUBACK' });
    expect(broker.pubacks).toEqual([{ connection: 2, messageId: 7 }]);
  });

  it('waits at its stop for what is on its way to the disk', async () => {
    await connect();
    await ready();
    ingest.isHeld = true;
    send(1);
    await taken(1);
    const stopped = collector.stop();
    ingest.release();
    await stopped;
    await until(() => acknowledged().length === 1, { what: 'the PUBACK' });
  });
});

describe('what is told of deliveries', () => {
  it('is how many messages wait and since when, until their PUBACKs are sent', async () => {
    await connect();
    await ready();
    expect(collector.deliveries()).toEqual({ unacknowledged: 0, oldestWaitMs: 0, redelivered: 0 });
    ingest.isHeld = true;
    for (const id of [1, 2, 3]) send(id);
    await taken(3);
    await until(() => collector.deliveries().unacknowledged === 3, { what: 'three that wait' });
    const waited = collector.deliveries().oldestWaitMs;
    await until(() => collector.deliveries().oldestWaitMs > waited, { what: 'time to pass' });
    ingest.taken[0]?.resolve();
    await until(() => collector.deliveries().unacknowledged === 2, { what: 'two that wait' });
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(waited);
    ingest.release();
    await until(() => collector.deliveries().unacknowledged === 0, { what: 'none that waits' });
    expect(collector.deliveries().oldestWaitMs).toBe(0);
  });

  it('is how many the broker sent before', async () => {
    await connect();
    await ready();
    send(1);
    broker.publish(2, TOPIC, JSON.stringify({ ts: START, seq: 2 }), true);
    await taken(2);
    expect(collector.deliveries().redelivered).toBe(1);
  });

  it('is nothing before the first connection', () => {
    const { log } = recordingLog();
    const clock = new FakeClock(START);
    const root = 'svitlo-sim/v1';
    const idle = new MqttCollector({ url: broker.url, root, clientId: 'idle', ingest, clock, log });
    expect(idle.deliveries()).toEqual({ unacknowledged: 0, oldestWaitMs: 0, redelivered: 0 });
  });
});

describe('readiness', () => {
  it('says that the broker refused the subscription, and asks again', async () => {
    await connect({ subscribeReason: 0x87 });
    await until(() => collector.readiness().state === 'refused', { what: 'the refusal' });
    expect(collector.readiness().detail).toMatch(/not authorized/i);
    broker.setReasons({});
    await ready();
    expect(collector.readiness()).toEqual({ isReady: true, state: 'ok' });
  });

  it('goes on trying when the broker refuses the connection', async () => {
    await connect({ connectReason: 0x86 });
    await until(() => collector.readiness().state === 'unreachable', { what: 'the refusal' });
    expect(collector.readiness().detail).toMatch(/user name or password/i);
    broker.setReasons({});
    await ready();
  });

  it('logs a broker that is away once, not at every attempt', async () => {
    await connect();
    await ready();
    await broker[Symbol.asyncDispose]();
    await until(() => collector.readiness().detail !== undefined, { what: 'a failed attempt' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(messages.filter((message) => message === 'broker: not at work').length).toBeLessThan(3);
  });
});
