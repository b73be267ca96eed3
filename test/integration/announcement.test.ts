import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FleetPublisher, ProductionBrokerError } from '../../simulators/publisher.ts';
import { type Monitor, startMonitor } from '../support/monitor.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { mosquittoPub } from '../support/mosquitto-pub.ts';
import { until } from '../support/wait.ts';

const TOPIC = 'svitlo/v1/$monitor';

let broker: Mosquitto;
let monitor: Monitor | undefined;
let listener: MqttClient;
let announced: string[];

beforeEach(async () => {
  broker = await startMosquitto();
  monitor = undefined;
  announced = [];
  listener = await connectAsync(broker.url, { protocolVersion: 5 }, false);
  listener.on('message', (_topic, payload) => announced.push(payload.toString()));
  await listener.subscribeAsync('+/v1/$monitor', { qos: 1 });
});

afterEach(async () => {
  await listener?.endAsync(true);
  await monitor?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
});

const newest = (text: string) =>
  until(() => announced.at(-1) === text, { what: `the announcement ${text}` });

async function startAt(settings: Record<string, string> = {}): Promise<Monitor> {
  monitor = await startMonitor({ SVITLO_MQTT_URL: broker.url, ...settings });
  return monitor;
}

describe('a production monitor', () => {
  test('says that it is there, and that it ended', async () => {
    const started = await startAt();
    await newest('{"online":true}');
    await started.stop();
    await newest('{"online":false}');
  });

  test('is said to be gone by its last will after kill -9', async () => {
    const started = await startAt();
    await newest('{"online":true}');
    await started.kill();
    await newest('{"online":false}');
  });

  test.each(['{"online":true}', '{"online":false}'])(
    'keeps simulators off its broker, there or away: %s',
    async (payload) => {
      await mosquittoPub({ port: broker.port, topic: TOPIC, payload, isRetained: true });
      const publisher = new FleetPublisher({ url: broker.url });
      await expect(publisher.start()).rejects.toThrow(ProductionBrokerError);
    },
  );
});

test('a monitor of simulated devices announces nothing, and simulators may publish', async () => {
  await startAt({ SVITLO_TOPIC_ROOT: 'svitlo-sim/v1' });
  const publisher = new FleetPublisher({ url: broker.url });
  await publisher.start();
  await publisher.stop();
  expect(announced).toEqual([]);
});
