import { createServer, type Socket } from 'node:net';
import { freePort } from './free-port.ts';
import { until } from './wait.ts';

/** CONNACK and SUBACK reason codes of MQTT 5, and what the client is sent. */
export interface RawBrokerOptions {
  connectReason?: number;
  subscribeReason?: number;
  /** Where it listens, on loopback; 127.0.0.1 unless told. */
  host?: string;
}

export interface RawBroker {
  url: string;
  /** Packet identifiers of the PUBACKs received, with the connection each came by, from 1. */
  pubacks: { connection: number; messageId: number }[];
  /** How many connections were accepted so far. */
  connections(): number;
  /** How many subscriptions were answered so far. */
  subscriptions(): number;
  setReasons(reasons: RawBrokerOptions): void;
  /** Sends a QoS 1 PUBLISH on the newest connection, marked as sent before where told so. */
  publish(messageId: number, topic: string, payload: string, isDuplicate?: boolean): void;
  /** Sends a QoS 0 PUBLISH on the newest connection. */
  publishOnce(topic: string, payload: string): void;
  /** Breaks the newest connection off. */
  drop(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

const CONNECT = 1;
const PUBACK = 4;
const SUBSCRIBE = 8;
const PUBLISH_QOS0 = 0x30;
const PUBLISH_QOS1 = 0x32;
const DUP = 8;

/** A broker that does only what it is told: MQTT 5 in bytes, to see what a client sends and when. */
export async function startRawBroker(options: RawBrokerOptions = {}): Promise<RawBroker> {
  let reasons = options;
  const { host = '127.0.0.1' } = options;
  const port = await freePort();
  const sockets: Socket[] = [];
  const pubacks: RawBroker['pubacks'] = [];
  let subscribed = 0;
  const server = createServer((socket) => {
    const connection = sockets.push(socket);
    socket.on('error', () => {});
    let unread: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      const { packets, rest } = splitPackets(Buffer.concat([unread, chunk]));
      unread = rest;
      for (const { type, body } of packets) {
        if (type === CONNECT) {
          socket.write(Buffer.from([0x20, 3, 0, reasons.connectReason ?? 0, 0]));
        } else if (type === SUBSCRIBE) {
          const id = [body[0] ?? 0, body[1] ?? 0];
          socket.write(Buffer.from([0x90, 4, ...id, 0, reasons.subscribeReason ?? 1]));
          subscribed += 1;
        } else if (type === PUBACK) pubacks.push({ connection, messageId: body.readUInt16BE(0) });
      }
    });
  });
  server.listen(port, host);
  await until(() => server.listening, { what: 'the raw broker to listen' });
  return {
    url: `mqtt://${host}:${port}`,
    pubacks,
    connections: () => sockets.length,
    subscriptions: () => subscribed,
    setReasons: (next) => {
      reasons = next;
    },
    publish: (messageId, topic, payload, isDuplicate = false) => {
      const packet = publishPacket(messageId, topic, payload);
      if (isDuplicate) packet[0] = PUBLISH_QOS1 | DUP;
      sockets.at(-1)?.write(packet);
    },
    publishOnce: (topic, payload) => {
      sockets.at(-1)?.write(publishPacket(undefined, topic, payload));
    },
    drop: () => sockets.at(-1)?.destroy(),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** At QoS 0 without an identifier, else at QoS 1. */
function publishPacket(messageId: number | undefined, topic: string, payload: string): Buffer {
  const topicBytes = Buffer.from(topic);
  const head = Buffer.from([topicBytes.length >> 8, topicBytes.length & 0xff]);
  const rest = Buffer.from(messageId === undefined ? [0] : [messageId >> 8, messageId & 0xff, 0]);
  const body = Buffer.concat([head, topicBytes, rest, Buffer.from(payload)]);
  const type = messageId === undefined ? PUBLISH_QOS0 : PUBLISH_QOS1;
  return Buffer.concat([Buffer.from([type, ...encodeLength(body.length)]), body]);
}

/** Variable Byte Integer (MQTT 5, 1.5.5). */
function encodeLength(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  do {
    bytes.push((rest % 128) | (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return bytes;
}

export interface RawPacket {
  type: number;
  body: Buffer;
}

/** The whole packets at the beginning, and the bytes of the one that is still to come. */
export function splitPackets(bytes: Buffer): { packets: RawPacket[]; rest: Buffer } {
  const packets: RawPacket[] = [];
  let rest = bytes;
  for (let next = firstPacket(rest); next !== undefined; next = firstPacket(rest)) {
    packets.push({ type: (rest[0] ?? 0) >> 4, body: rest.subarray(next.start, next.end) });
    rest = rest.subarray(next.end);
  }
  return { packets, rest };
}

function firstPacket(bytes: Buffer): { start: number; end: number } | undefined {
  let length = 0;
  for (let at = 1; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    length += (byte & 127) * 128 ** (at - 1);
    if (byte >= 128) continue;
    const end = at + 1 + length;
    return end <= bytes.length ? { start: at + 1, end } : undefined;
  }
  return undefined;
}
