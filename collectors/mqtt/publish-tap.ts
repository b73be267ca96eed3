import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { MqttClient } from 'mqtt';
import { connectPlain } from './plain-connection.ts';
import { type Publish, PublishFramer } from './publish-framer.ts';

interface TapOptions {
  /** Called for each PUBLISH; must not throw. */
  onPublish(publish: Publish): void;
}

/**
 * Stands between MQTT.js and its socket: PUBLISH packets go to `onPublish`, all others to MQTT.js,
 * which keeps the connection, the subscription and the session. Their acknowledgements are written
 * with `send`. Writes are handed on at once and whole, so that no packet is torn by another.
 */
export class PublishTap extends Duplex {
  readonly #framer: PublishFramer;
  #socket: Duplex | undefined;

  constructor({ onPublish }: TapOptions) {
    super({ allowHalfOpen: false });
    this.#framer = new PublishFramer({
      onPublish,
      onOther: (packet) => this.push(Buffer.from(packet)),
    });
  }

  /** What it writes goes to the socket; what that reads is brought by `receive`. */
  attach(socket: Duplex): this {
    this.#socket = socket;
    // A PUBACK must not wait for the ACK of the packet before (Nagle's algorithm).
    if (socket instanceof Socket) socket.setNoDelay(true);
    socket.once('end', () => this.push(null));
    socket.once('error', (error) => this.destroy(error));
    socket.once('close', () => this.destroy());
    return this;
  }

  /** Bytes as they were read; they are the caller's again afterwards. */
  receive(bytes: Buffer): void {
    try {
      this.#framer.push(bytes);
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  /** Writes whole packets to the broker; nothing happens on a connection that has ended. */
  send(packets: Buffer): void {
    if (this.#socket?.writable) this.#socket.write(packets);
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#socket?.write(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.#socket?.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket?.destroy();
    done(error);
  }
}

/**
 * Lets a tap stand in every connection that the client makes from now on. MQTT.js has no public call for
 * it: its version is pinned, and a test holds what is used.
 */
export function tapConnections(client: MqttClient, createTap: () => PublishTap): void {
  const inner = client as unknown as { streamBuilder(client: MqttClient): Duplex };
  const build = inner.streamBuilder;
  inner.streamBuilder = (of) => {
    const tap = createTap();
    const { protocol, host = 'localhost', port = 1883, socksProxy } = of.options;
    if (protocol === 'mqtt' && !socksProxy) {
      const onBytes = (bytes: Buffer) => tap.receive(bytes);
      return tap.attach(connectPlain({ host: host.replace(/^\[(.*)\]$/, '$1'), port }, onBytes));
    }
    const socket = build(of);
    socket.on('data', (bytes: Buffer) => tap.receive(bytes));
    return tap.attach(socket);
  };
}
