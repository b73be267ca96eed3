import { once } from 'node:events';
import { connect } from 'node:net';
import { parseArgs } from 'node:util';

/**
 * Publishes UPS messages at QoS 1 as fast as the broker acknowledges them, or at a rate: MQTT 3.1.1 in
 * bytes, so that the load costs the machine as little as it can. Each device's times grow by 1 ms at
 * least, so that every message is a point of its own. It ends after its last message, or at SIGTERM
 * after the acknowledgement of what it sent. Says `sent N` each second and at its end.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '1883' },
    messages: { type: 'string', default: 'Infinity' },
    devices: { type: 'string', default: '500' },
    /** ms since 1970 UTC; without it a message has the time it is made at. */
    firstTs: { type: 'string', default: '0' },
    /** 0: no limit */
    perSecond: { type: 'string', default: '0' },
    /** The first message's number. */
    from: { type: 'string', default: '0' },
  },
});
const port = Number(values.port);
const messages = Number(values.messages);
const devices = Number(values.devices);
const firstTs = Number(values.firstTs);
const perSecond = Number(values.perSecond);
const from = Number(values.from);

const WINDOW = 20_000;
const CHUNK = 200;
const CONNECT = Buffer.from([0x10, 16, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 4, 108, 111, 97, 100]);
const newestTs = new Float64Array(devices);

function tsOf(index: number): number {
  if (firstTs > 0) return firstTs + Math.floor(index / devices);
  const device = index % devices;
  const ts = Math.max(Date.now(), (newestTs[device] ?? 0) + 1);
  newestTs[device] = ts;
  return ts;
}

function payloadOf(index: number): string {
  const a = index % 97;
  const b = index % 89;
  const tenth = (value: number) => value.toFixed(1);
  return `{"ts":${tsOf(index)},"seq":${index},"ups.status":"OL CHRG","ups.load":${tenth(40 + a / 10)},"ups.temperature":${tenth(30 + b / 10)},"ups.realpower":${16_000 + a * 10},"battery.charge":98.5,"battery.runtime":${1800 + b},"battery.voltage":${tenth(270 + a / 10)},"battery.temperature":24.1,"input.voltage":${tenth(228 + b / 10)},"input.frequency":${(49.9 + a / 1000).toFixed(2)},"output.voltage":230.1,"output.current":${tenth(30 + b / 10)}}`;
}

function publishPacket(index: number): Buffer {
  const topic = `svitlo/v1/site-${index % devices}/ups/ups-1/telemetry`;
  const payload = payloadOf(index);
  const length = 2 + topic.length + 2 + payload.length;
  const packet = Buffer.allocUnsafe(3 + length);
  packet[0] = 0x32;
  packet[1] = (length & 0x7f) | 0x80;
  packet[2] = length >> 7;
  packet.writeUInt16BE(topic.length, 3);
  packet.write(topic, 5, 'latin1');
  packet.writeUInt16BE((index % 65_535) + 1, 5 + topic.length);
  packet.write(payload, 7 + topic.length, 'latin1');
  return packet;
}

const socket = connect(port, '127.0.0.1');
await once(socket, 'connect');
socket.setNoDelay(true);
let received = 0;
socket.on('data', (chunk) => {
  received += chunk.length;
});
socket.write(CONNECT);
const acknowledged = () => Math.floor((received - 4) / 4);
while (received < 4) await once(socket, 'data');

let isStopped = false;
process.once('SIGTERM', () => {
  isStopped = true;
});
let sent = 0;
const say = () => process.stdout.write(`sent ${sent}\n`);
const saying = setInterval(say, 1000);
const startedAt = performance.now();
while (sent < messages && !isStopped) {
  const elapsedMs = performance.now() - startedAt;
  const due = perSecond === 0 ? messages : Math.floor((elapsedMs / 1000) * perSecond);
  const until = Math.min(messages, due, acknowledged() + WINDOW, sent + CHUNK);
  const packets: Buffer[] = [];
  for (; sent < until; sent += 1) packets.push(publishPacket(from + sent));
  if (packets.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  else if (!socket.write(Buffer.concat(packets))) await once(socket, 'drain');
  else await new Promise((resolve) => setImmediate(resolve));
}
while (acknowledged() < sent) await once(socket, 'data');
clearInterval(saying);
say();
socket.end(Buffer.from([0xe0, 0]));
