import { createServer, type Server } from 'node:net';
import { Aedes, type AedesPublishPacket } from 'aedes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FleetPublisher, ProductionBrokerError } from '../../../simulators/publisher.ts';
import { until } from '../../support/wait.ts';

let broker: Aedes;
let server: Server;
let url: string;

beforeEach(async () => {
  broker = await Aedes.createBroker();
  server = createServer(broker.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `mqtt://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});

afterEach(async () => {
  await new Promise<void>((resolve) => broker.close(() => resolve()));
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

function announceProduction(): Promise<void> {
  const packet = {
    cmd: 'publish',
    topic: 'svitlo/v1/$monitor',
    payload: Buffer.from('{}'),
    qos: 1,
    retain: true,
    dup: false,
  } as const;
  return new Promise((resolve, reject) => {
    broker.publish(packet, (error) => (error ? reject(error) : resolve()));
  });
}

function received(): AedesPublishPacket[] {
  const packets: AedesPublishPacket[] = [];
  broker.on('publish', (packet, client) => {
    if (client) packets.push(packet);
  });
  return packets;
}

describe('fleet publisher', () => {
  it('publishes at QoS 1, retains what is to be retained, and keeps a device’s order', async () => {
    const packets = received();
    const publisher = new FleetPublisher({ url, connections: 3 });
    await publisher.start();
    const telemetry = Array.from({ length: 50 }, (_, seq) => ({
      device: 'reni/ups-1',
      at: 0,
      topic: 'svitlo-sim/v1/reni/ups/ups-1/telemetry',
      payload: `{"seq":${seq}}`,
      qos: 1 as const,
      retain: false,
    }));
    const state = {
      device: 'reni/ups-1',
      at: 0,
      topic: 'svitlo-sim/v1/reni/ups/ups-1/state',
      payload: '{"online":true}',
      qos: 1 as const,
      retain: true,
    };
    publisher.send([state, ...telemetry]);
    await publisher.stop();
    expect(packets.map(({ payload }) => payload.toString())).toEqual(
      [state, ...telemetry].map(({ payload }) => payload),
    );
    expect(packets.every(({ qos }) => qos === 1)).toBe(true);
    expect(packets.map(({ retain }) => retain).indexOf(true)).toBe(0);
    expect(publisher.publishedCount).toBe(51);
    expect(publisher.droppedCount).toBe(0);
  });

  const topic = 'svitlo-sim/v1/reni/ups/ups-1/state';
  const device = 'reni/ups-1';
  const online = {
    device,
    topic,
    payload: '{"online":true}',
    qos: 1,
    retain: true,
    at: 0,
  } as const;
  const drop = { device, topic, connection: 'drop' } as const;
  const connect = { device, topic, connection: 'connect' } as const;

  it('lets the broker speak for a device that drops its own connection, after its last word', async () => {
    const words: string[] = [];
    broker.on('publish', (packet) => {
      if (packet.topic === topic) words.push(packet.payload.toString());
    });
    const publisher = new FleetPublisher({ url, own: [{ device, topic }] });
    await publisher.start();
    publisher.send([online, drop]);
    await publisher.barrier();
    await until(() => words.length === 2, { what: 'the will' });
    expect(words).toEqual(['{"online":true}', '{"online":false}']);
    publisher.send([connect, online, drop, connect, online]);
    await publisher.barrier();
    await until(() => words.length === 5, { what: 'the second will and return' });
    expect(words.slice(2)).toEqual(['{"online":true}', '{"online":false}', '{"online":true}']);
    await publisher.stop();
    expect(publisher.droppedCount).toBe(0);
  });

  it('says it in the broker’s words where the connection is shared', async () => {
    const packets = received();
    const publisher = new FleetPublisher({ url });
    await publisher.start();
    publisher.send([online, drop, connect, online]);
    await publisher.stop();
    expect(packets.map(({ payload }) => payload.toString())).toEqual([
      '{"online":true}',
      '{"online":false}',
      '{"online":true}',
    ]);
  });

  it('notes how long after its due time each message was written', async () => {
    const dueAt = (at: number) => performance.now() - at;
    const publisher = new FleetPublisher({ url, dueAt });
    await publisher.start();
    publisher.send([
      { ...online, at: 3000 },
      { ...online, at: 20 },
    ]);
    await publisher.stop();
    const { count, lateCount, maxMs } = publisher.punctuality;
    expect({ count, lateCount }).toEqual({ count: 2, lateCount: 1 });
    expect(maxMs).toBeGreaterThanOrEqual(3000);
  });

  it('refuses a broker that production announces itself on', async () => {
    await announceProduction();
    const publisher = new FleetPublisher({ url });
    await expect(publisher.start()).rejects.toThrow(ProductionBrokerError);
  });

  it('does not ask its own private broker', async () => {
    await announceProduction();
    const publisher = new FleetPublisher({ url, isPrivateBroker: true });
    await publisher.start();
    await publisher.stop();
  });

  it('fails when nothing listens', async () => {
    const publisher = new FleetPublisher({ url: 'mqtt://127.0.0.1:1' });
    await expect(publisher.start()).rejects.toThrow(/ECONNREFUSED|connect/);
  });
});
