import { createServer, type Server } from 'node:net';
import { Aedes, type AedesPublishPacket } from 'aedes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FleetPublisher, ProductionBrokerError } from '../../../simulators/publisher.ts';

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
      topic: 'svitlo-sim/v1/reni/ups/ups-1/telemetry',
      payload: `{"seq":${seq}}`,
      qos: 1 as const,
      retain: false,
    }));
    const state = {
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
