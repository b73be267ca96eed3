import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { startInfluxd } from '../support/influxd.ts';
import { startMonitor } from '../support/monitor.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { upsPayload } from '../support/telemetry.ts';
import { until } from '../support/wait.ts';
import { report } from './figures.ts';

const MESSAGES = 100_000;
const DEVICES = 100;

test('100,000 QoS 1 messages through Mosquitto are in InfluxDB, every one', async () => {
  await using broker = await startMosquitto();
  await using influxd = await startInfluxd();
  await using _monitor = await startMonitor({
    SVITLO_MQTT_URL: broker.url,
    SVITLO_INFLUX_URL: `${influxd.url}/svitlo`,
  });
  const client = await connectAsync(broker.url, { protocolVersion: 5 });
  const startedAt = Date.now();
  const firstTs = startedAt - MESSAGES / DEVICES;
  let acknowledged = 0;
  const count = (error?: Error | null) => {
    if (!error) acknowledged += 1;
  };
  for (let index = 0; index < MESSAGES; index += 1) {
    const topic = `svitlo/v1/site-${index % DEVICES}/ups/ups-1/telemetry`;
    const ts = firstTs + Math.floor(index / DEVICES);
    client.publish(topic, upsPayload(ts, 'OL', index), { qos: 1 }, count);
    if (index % 1000 === 999) {
      await until(() => index - acknowledged < 2000, { what: 'PUBACKs', timeoutMs: 60_000 });
    }
  }
  await until(() => acknowledged === MESSAGES, { what: 'all PUBACKs', timeoutMs: 60_000 });
  await client.endAsync();
  let stored = 0;
  await until(
    async () => {
      const rows = await influxd.query('svitlo', 'SELECT count("ups.load") AS n FROM ups');
      stored = Number(rows[0]?.n ?? 0);
      return stored >= MESSAGES;
    },
    { what: 'every point in InfluxDB', timeoutMs: 120_000 },
  );
  expect(stored).toBe(MESSAGES);
  report('ingest', { stored: `${stored}`, 'msg/s': (MESSAGES / (Date.now() - startedAt)) * 1000 });
});
