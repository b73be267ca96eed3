import { Duplex } from 'node:stream';
import type { MqttClient } from 'mqtt';
import { type Publish, PublishFramer } from './publish-framer.ts';

/** Reads that follow each other within this (ms) are a stream, not single messages. */
const STREAM_MS = 0.5;
/** A read of less than this (bytes) costs more than what it brings. */
const SMALL_READ_BYTES = 32 * 1024;
/** How long a stream is left to gather (ms): alarms wait no longer than that. */
const GATHER_MS = 1;

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
  #readAt = 0;

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
      this.#gather(chunk.length);
    });
    socket.once('end', () => this.push(null));
    socket.once('error', (error) => this.destroy(error));
    socket.once('close', () => this.destroy());
  }

  /** Writes whole packets to the broker; nothing happens on a connection that has ended. */
  send(packets: Buffer): void {
    if (this.#socket.writable) this.#socket.write(packets);
  }

  /** Under load, lets some hundred messages come together before it reads again. */
  #gather(length: number): void {
    const now = performance.now();
    const isStream = now - this.#readAt < STREAM_MS + GATHER_MS;
    this.#readAt = now;
    if (!isStream || length > SMALL_READ_BYTES) return;
    this.#socket.pause();
    setTimeout(() => this.#socket.resume(), GATHER_MS);
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
