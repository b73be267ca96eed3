import { Duplex } from 'node:stream';
import type { MqttClient } from 'mqtt';
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
  readonly #socket: Duplex;

  constructor(socket: Duplex, { onPublish }: TapOptions) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    const framer = new PublishFramer({
      onPublish,
      onOther: (packet) => this.push(Buffer.from(packet)),
    });
    socket.on('data', (chunk: Buffer) => {
      try {
        framer.push(chunk);
      } catch (error) {
        this.destroy(error as Error);
      }
    });
    socket.once('end', () => this.push(null));
    socket.once('error', (error) => this.destroy(error));
    socket.once('close', () => this.destroy());
  }

  /** Writes whole packets to the broker; nothing happens on a connection that has ended. */
  send(packets: Buffer): void {
    if (this.#socket.writable) this.#socket.write(packets);
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#socket.write(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}

/**
 * Lets `tap` wrap every connection that the client makes from now on. MQTT.js has no public call for
 * it: its version is pinned, and a test holds what is used.
 */
export function tapConnections(client: MqttClient, tap: (socket: Duplex) => PublishTap): void {
  const inner = client as unknown as { streamBuilder(client: MqttClient): Duplex };
  const build = inner.streamBuilder;
  inner.streamBuilder = (of) => tap(build(of));
}
