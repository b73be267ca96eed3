import { InfluxDB, type IPoint } from 'influx';
import { connectAsync } from 'mqtt';
import { z } from 'zod';
import { METRICS, metricValueSchema } from '../../../src/contract/metric.ts';

/**
 * The bare reference: what a program does that keeps no promise. MQTT.js acknowledges on arrival,
 * `JSON.parse`, zod, a point, batches to InfluxDB through `influx`. Nothing is kept on disk, no
 * state, no alarm. Arguments: URL of the broker, URL of InfluxDB.
 */
const [brokerUrl = '', influxUrl = ''] = process.argv.slice(2);
const BATCH = 5000;
const FLUSH_MS = 250;

const metrics = [...METRICS.values()].filter(({ kinds }) => kinds.includes('ups'));
const schema = z.strictObject({
  ts: z.int(),
  seq: z.int().optional(),
  ...Object.fromEntries(metrics.map((one) => [one.key, metricValueSchema(one).optional()])),
});

const influx = new InfluxDB(`${influxUrl}/svitlo`);
await influx.createDatabase('svitlo');
const client = await connectAsync(brokerUrl, {
  protocolVersion: 5,
  clientId: 'reference',
  clean: false,
  properties: { sessionExpiryInterval: 3600, receiveMaximum: 1000 },
});

let points: IPoint[] = [];
let writing: Promise<unknown> = Promise.resolve();
function flush(): void {
  const batch = points;
  points = [];
  if (batch.length === 0) return;
  writing = writing.then(() => influx.writePoints(batch, { precision: 'ms' }));
}

client.on('message', (topic, payload) => {
  const [, , site = '', kind = '', device = ''] = topic.split('/');
  const { ts, seq, ...fields } = schema.parse(JSON.parse(payload.toString()));
  points.push({ measurement: kind, tags: { site, device }, fields, timestamp: new Date(ts) });
  if (points.length >= BATCH) flush();
});
setInterval(flush, FLUSH_MS);
await client.subscribeAsync('svitlo/v1/+/+/+/+', { qos: 1 });
process.stdout.write('ready\n');
