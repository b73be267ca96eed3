/** As the reference batches, so that only what stands around the batches differs. */
const BATCH = 5000;
const FLUSH_MS = 250;

/** Runs when the flow is deployed: what has gathered goes out now and then, a full batch or not. */
const INITIALIZE = `
context.set('points', []);
setInterval(() => {
  const points = context.get('points');
  if (points.length === 0) return;
  context.set('points', []);
  node.send({ payload: points }, false);
}, ${FLUSH_MS});`;

/** Runs for each message, whose JSON the node before has parsed. */
const ON_MESSAGE = `
const [, , site, kind, device] = msg.topic.split('/');
const { ts, seq, ...fields } = msg.payload;
const points = context.get('points');
points.push({ measurement: kind, tags: { site, device }, fields, timestamp: new Date(ts) });
if (points.length < ${BATCH}) return null;
context.set('points', []);
return { payload: points };`;

/** The flow `mqtt in → function → influxdb batch`, as Node-RED's flow file has it. */
export function nodeRedFlow(broker: URL, influx: URL): unknown[] {
  const place = { type: 'tab', id: 'tab', label: 'ingest' };
  return [
    place,
    {
      id: 'broker',
      type: 'mqtt-broker',
      broker: broker.hostname,
      port: broker.port,
      clientid: 'node-red',
      protocolVersion: '5',
      keepalive: '60',
      cleansession: false,
      autoConnect: true,
      sessionExpiry: '3600',
    },
    {
      id: 'influx',
      type: 'influxdb',
      hostname: influx.hostname,
      port: influx.port,
      database: 'svitlo',
      influxdbVersion: '1.x',
    },
    {
      id: 'in',
      type: 'mqtt in',
      z: 'tab',
      topic: 'svitlo/v1/+/+/+/+',
      qos: '1',
      datatype: 'json',
      broker: 'broker',
      wires: [['gather']],
    },
    {
      id: 'gather',
      type: 'function',
      z: 'tab',
      func: ON_MESSAGE,
      initialize: INITIALIZE,
      outputs: 1,
      wires: [['out']],
    },
    { id: 'out', type: 'influxdb batch', z: 'tab', influxdb: 'influx', precision: 'ms', wires: [] },
  ];
}
