import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Publishes UPS messages at QoS 1 as fast as the broker acknowledges them, or at a rate: MQTT 3.1.1 in
 * bytes, so that the load costs the machine as little as it can. Arguments: port, messages, devices,
 * time of the first message (ms), messages a second (0: no limit), the first message's number.
 */
const [port = 0, messages = 0, devices = 1, firstTs = 0, perSecond = 0, from = 0] = process.argv
  .slice(2)
  .map(Number);

const WINDOW = 20_000;
const CHUNK = 200;
const CONNECT = Buffer.from([0x10, 16, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 4, 108, 111, 97, 100]);

function payloadOf(index: number): string {
  const a = index % 97;
  const b = index % 89;
  const tenth = (value: number) => value.toFixed(1);
  return `{"ts":${firstTs + Math.floor(index / devices)},"seq":${index},"ups.status":"OL CHRG","ups.load":${tenth(40 + a / 10)},"ups.temperature":${tenth(30 + b / 10)},"ups.realpower":${16_000 + a * 10},"battery.charge":98.5,"battery.runtime":${1800 + b},"battery.voltage":${tenth(270 + a / 10)},"battery.temperature":24.1,"input.voltage":${tenth(228 + b / 10)},"input.frequency":${(49.9 + a / 1000).toFixed(2)},"output.voltage":230.1,"output.current":${tenth(30 + b / 10)}}`;
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

const startedAt = performance.now();
for (let sent = 0; sent < messages; ) {
  const due =
    perSecond === 0 ? messages : Math.floor(((performance.now() - startedAt) / 1000) * perSecond);
  const until = Math.min(messages, due, acknowledged() + WINDOW, sent + CHUNK);
  const packets: Buffer[] = [];
  for (; sent < until; sent += 1) packets.push(publishPacket(from + sent));
  if (packets.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  else if (!socket.write(Buffer.concat(packets))) await once(socket, 'drain');
  else await new Promise((resolve) => setImmediate(resolve));
}
while (acknowledged() < messages) await once(socket, 'data');
socket.end(Buffer.from([0xe0, 0]));
