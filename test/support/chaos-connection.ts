import { connect, type Socket } from 'node:net';

export interface ChaosConnectionOptions {
  port: number;
  /** The broker keeps a session of this name: what it has seen with DUP it must not lose. */
  clientId: string;
  /** The message with this number on this connection, from 0. */
  messageOf(number: number): { topic: string; payload: string };
}

/** Messages that may be without a PUBACK at once; well below the 65,535 packet identifiers. */
const WINDOW = 4000;
const RETRY_MS = 100;
const PUBLISH_QOS1 = 0x32;
const DUP = 0x08;
const CONNACK = 0x20;
const PUBACK = 0x40;
/** CONNACK and PUBACK of MQTT 3.1.1 are both of four bytes, and nothing else comes to a publisher. */
const ANSWER_BYTES = 4;

/**
 * One publisher's connection: MQTT 3.1.1 in bytes, QoS 1, on a persistent session. After each reconnection
 * it repeats, with DUP and in order, every message that it has no PUBACK for.
 */
export class ChaosConnection {
  readonly #options: ChaosConnectionOptions;
  /** Numbers of the messages without a PUBACK, in order, by packet identifier. */
  readonly #waiting = new Map<number, number>();
  #socket: Socket | undefined;
  #isConnected = false;
  #isDestroyed = false;
  #unread: Buffer = Buffer.alloc(0);
  sent = 0;
  repeated = 0;

  constructor(options: ChaosConnectionOptions) {
    this.#options = options;
    this.#connect();
  }

  get acknowledged(): number {
    return this.sent - this.#waiting.size;
  }

  get isSettled(): boolean {
    return this.#waiting.size === 0;
  }

  unacknowledged(): number[] {
    return [...this.#waiting.values()];
  }

  /** Sends what is due, as far as connection and window let it. */
  sendUntil(due: number): void {
    if (!this.#isConnected || this.#socket?.writableNeedDrain) return;
    const packets: Buffer[] = [];
    while (this.sent < due && this.#waiting.size < WINDOW) {
      const id = (this.sent % 65_535) + 1;
      this.#waiting.set(id, this.sent);
      packets.push(this.#packet(id, this.sent, PUBLISH_QOS1));
      this.sent += 1;
    }
    if (packets.length > 0) this.#socket?.write(Buffer.concat(packets));
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#socket?.destroy();
  }

  #connect(): void {
    const socket = connect(this.#options.port, '127.0.0.1');
    this.#socket = socket;
    this.#unread = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.on('connect', () => socket.write(connectPacket(this.#options.clientId)));
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#isConnected = false;
      if (!this.#isDestroyed) setTimeout(() => this.#connect(), RETRY_MS);
    });
  }

  #read(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#unread, chunk]);
    let at = 0;
    for (; at + ANSWER_BYTES <= bytes.length; at += ANSWER_BYTES) {
      const type = bytes[at];
      if (type === PUBACK) this.#waiting.delete(bytes.readUInt16BE(at + 2));
      else if (type === CONNACK && bytes[at + 3] === 0) this.#repeat();
      else this.#socket?.destroy();
    }
    this.#unread = bytes.subarray(at);
  }

  #repeat(): void {
    this.#isConnected = true;
    const packets = [...this.#waiting].map(([id, number]) =>
      this.#packet(id, number, PUBLISH_QOS1 | DUP),
    );
    this.repeated += packets.length;
    if (packets.length > 0) this.#socket?.write(Buffer.concat(packets));
  }

  #packet(id: number, number: number, header: number): Buffer {
    const { topic, payload } = this.#options.messageOf(number);
    const length = 2 + topic.length + 2 + payload.length;
    const packet = Buffer.allocUnsafe(3 + length);
    packet[0] = header;
    // Two bytes of length: a message is longer than 127 bytes and shorter than 16,384.
    packet[1] = (length & 0x7f) | 0x80;
    packet[2] = length >> 7;
    packet.writeUInt16BE(topic.length, 3);
    packet.write(topic, 5, 'latin1');
    packet.writeUInt16BE(id, 5 + topic.length);
    packet.write(payload, 7 + topic.length, 'latin1');
    return packet;
  }
}

/** CONNECT of MQTT 3.1.1 without Clean Session; no keepalive (section 3.1). */
function connectPacket(clientId: string): Buffer {
  const name = Buffer.from(clientId);
  const head = [0x10, 12 + name.length, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0, 0, 0, 0, name.length];
  return Buffer.concat([Buffer.from(head), name]);
}
