import { connect, connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { IDENTITY_BROKERS, type IdentityBroker, MONITOR } from '../support/identity-broker.ts';
import { createPki, type Pki } from '../support/pki.ts';
import { until } from '../support/wait.ts';

const ROOT = 'svitlo/v1';
const VICTIM = 'krakivets/ups/ups-1';
const OTHER = 'krakivets/ups/ups-10';
const COMMON = { protocolVersion: 4, reconnectPeriod: 0 } as const;

const FOREIGN = [
  `${ROOT}/${VICTIM}/telemetry`,
  `${ROOT}/${VICTIM}/state`,
  `${ROOT}/krakivets/scanner/ups-10/telemetry`,
  `${ROOT}/shehyni/ups/ups-10/telemetry`,
  `${ROOT}/$monitor`,
];

describe.each(IDENTITY_BROKERS)('at %s', (_name, start, isOfAuthority) => {
  let pki: Pki;
  let broker: IdentityBroker;
  let monitor: MqttClient;
  let heard: { topic: string; text: string }[] = [];

  beforeAll(async () => {
    pki = await createPki();
    broker = await start(pki, [VICTIM, OTHER]);
    monitor = connect(broker.url, { ...COMMON, ...broker.signIn(MONITOR) });
    monitor.on('message', (topic, payload, { retain }) => {
      if (!retain) heard.push({ topic, text: payload.toString() });
    });
    await until(() => monitor.connected, { what: 'the monitor to connect' });
    await monitor.subscribeAsync(`${ROOT}/#`, { qos: 1 });
  });

  beforeEach(() => {
    heard = [];
  });

  afterAll(async () => {
    await monitor?.endAsync(true);
    await broker?.[Symbol.asyncDispose]();
    await pki?.[Symbol.asyncDispose]();
  });

  const connectAs = async (id: string, options: IClientOptions = {}) => {
    const client = await connectAsync(
      broker.url,
      { ...COMMON, ...broker.signIn(id), ...options },
      false,
    );
    client.on('error', () => undefined);
    return client;
  };

  /** Says something as itself: what came before is through by the time that it is heard. */
  const mark = async (id: string): Promise<void> => {
    const text = `{"seq":${heard.length + 1}}`;
    const client = await connectAs(id);
    await client.publishAsync(`${ROOT}/${id}/telemetry`, text, { qos: 1 });
    await client.endAsync();
    await until(() => heard.some((one) => one.text === text), { what: 'the mark to be heard' });
    heard = heard.filter((one) => one.text !== text);
  };

  /** Publishes, and resolves once the broker has dealt with it: by what it answers to the next, or by the end. */
  const tryToPublish = async (topic: string, options: { qos: 0 | 1; retain: boolean }) => {
    const client = await connectAs(OTHER);
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.publish(topic, '{"online":true}', options);
    const next = client.publishAsync(`${ROOT}/${OTHER}/other`, 'x', { qos: 1 });
    await Promise.race([closed, next.catch(() => closed)]);
    await client.endAsync(true);
    heard = heard.filter((one) => one.topic !== `${ROOT}/${OTHER}/other`);
  };

  /** What a new subscriber finds retained. */
  const retained = async (): Promise<string[]> => {
    const client = connect(broker.url, { ...COMMON, ...broker.signIn(MONITOR) });
    const topics: string[] = [];
    client.on('message', (topic, _payload, { retain }) => {
      if (retain) topics.push(topic);
    });
    await until(() => client.connected, { what: 'another subscriber' });
    await client.subscribeAsync(`${ROOT}/+/+/+/+`, { qos: 1 });
    const own = await connectAs(VICTIM);
    await own.publishAsync(`${ROOT}/${VICTIM}/state`, '{"online":true}', { qos: 1, retain: true });
    await own.endAsync();
    await client.endAsync();
    return topics;
  };

  test('a device is heard as itself', async () => {
    await mark(VICTIM);
    await mark(OTHER);
    expect(heard).toEqual([]);
  });

  describe.each(FOREIGN)('a device is not heard on %s', (topic) => {
    test.each([
      { qos: 0, retain: false },
      { qos: 1, retain: false },
      { qos: 1, retain: true },
    ] as const)('by %j', async (options) => {
      await tryToPublish(topic, options);
      await mark(VICTIM);
      expect(heard).toEqual([]);
      const taken = broker.ingest?.taken.splice(0).map(({ decoded }) => decoded.rejects[0]?.reason);
      expect(
        taken?.filter((reason) => reason === 'foreign_identity') ?? ['foreign_identity'],
      ).toEqual(['foreign_identity']);
    });
  });

  test('nor is its will on the topic of another', async () => {
    const topic = `${ROOT}/${VICTIM}/state`;
    const will = { topic, payload: Buffer.from('{"online":false}'), qos: 1, retain: true } as const;
    // A broker may refuse such a client already when it connects.
    const client = await connectAs(OTHER, { will }).catch(() => undefined);
    client?.stream.destroy();
    await client?.endAsync(true);
    const own = { ...will, topic: `${ROOT}/${OTHER}/state` };
    const last = await connectAs(OTHER, { will: own });
    last.stream.destroy();
    await last.endAsync(true);
    await until(() => heard.some((one) => one.topic === own.topic), { what: 'its own will' });
    await mark(VICTIM);
    expect(heard.map((one) => one.topic)).toEqual([own.topic]);
  });

  test('nothing of it was retained', async () => {
    await tryToPublish(`${ROOT}/${VICTIM}/telemetry`, { qos: 1, retain: true });
    expect(await retained()).not.toContain(`${ROOT}/${VICTIM}/telemetry`);
  });

  test('a device hears nothing, neither of others nor of itself', async () => {
    const client = await connectAs(OTHER);
    const overheard: string[] = [];
    client.on('message', (topic) => overheard.push(topic));
    await client.subscribeAsync(`${ROOT}/#`, { qos: 1 }).catch(() => undefined);
    await mark(VICTIM);
    await client.publishAsync(`${ROOT}/${OTHER}/telemetry`, '{}', { qos: 1 });
    await client.endAsync();
    expect(overheard).toEqual([]);
  });

  test('who does not sign in, or shows a certificate of another authority, is refused', async () => {
    const anonymous = connectAsync(broker.url, { ...COMMON, ca: pki.ca }, false);
    await expect(anonymous).rejects.toThrow();
    const named = { ...COMMON, ca: pki.ca, username: VICTIM, password: 'wrong' };
    await expect(connectAsync(broker.url, named, false)).rejects.toThrow();
    await using other = await createPki();
    await other.run('device', VICTIM);
    const foreign = { ...COMMON, ca: pki.ca, ...other.certificateOf(VICTIM) };
    await expect(connectAsync(broker.url, foreign, false)).rejects.toThrow();
  });

  test.runIf(isOfAuthority)(
    'whose certificate or password was revoked is refused, and the others go on',
    async () => {
      expect(await pki.run('revoke', OTHER)).toMatchObject({ status: 0 });
      await broker.restart?.();
      await until(() => connectAs(OTHER).then(leave, () => true), { what: 'the refusal' });
      const client = await until(() => connectAs(VICTIM), { what: 'the other device' });
      await client.publishAsync(`${ROOT}/${VICTIM}/telemetry`, '{}', { qos: 1 });
      await client.endAsync();
    },
  );
});

async function leave(client: MqttClient): Promise<false> {
  await client.endAsync(true);
  return false;
}
