import { createServer, type Server } from 'node:net';
import { Aedes, type Client, type PublishPacket } from 'aedes';
import type { Logger } from 'pino';
import { SvitloError } from '../../src/errors.ts';
import type { Clock, Collector, IngestPort, Readiness } from '../../src/ports.ts';
import { decodeMessage } from './decode.ts';
import { RetainedStore } from './retained-store.ts';

const HOST = '127.0.0.1';

export interface EmbeddedBrokerOptions {
  port: number;
  root: string;
  /** SQLite file of the retained messages. */
  retainedFile: string;
  ingest: IngestPort;
  clock: Clock;
  log: Logger;
}

/**
 * A broker inside the monitor (MQTT 3.1.1 only), on loopback. Packets reach ingest from
 * `authorizePublish`, which aedes awaits before its PUBACK and asks for wills too.
 */
export class EmbeddedBroker implements Collector {
  readonly name = 'broker';
  readonly #options: EmbeddedBrokerOptions;
  #server: Server | undefined;
  #aedes: Aedes | undefined;
  #retained: RetainedStore | undefined;
  #readiness: Readiness = { isReady: false, state: 'starting' };

  constructor(options: EmbeddedBrokerOptions) {
    this.#options = options;
  }

  get url(): string {
    const address = this.#server?.address();
    const port =
      typeof address === 'object' && address !== null ? address.port : this.#options.port;
    return `mqtt://${HOST}:${port}`;
  }

  async start(): Promise<void> {
    this.#retained = new RetainedStore(this.#options.retainedFile);
    this.#aedes = await Aedes.createBroker({
      authorizePublish: (client, packet, done) => this.#authorize(client, packet, done),
    });
    await this.#restoreRetained(this.#aedes, this.#retained);
    this.#server = createServer(this.#aedes.handle);
    await listen(this.#server, this.#options.port);
    this.#readiness = { isReady: true, state: 'ok' };
    this.#options.log.info({ url: this.url }, 'broker: the embedded one listens');
  }

  readiness(): Readiness {
    return this.#readiness;
  }

  async stop(): Promise<void> {
    this.#server?.close();
    await new Promise<void>((resolve) => {
      if (this.#aedes === undefined) resolve();
      else this.#aedes.close(() => resolve());
    });
    this.#retained?.close();
  }

  #authorize(
    _client: Client | null,
    packet: PublishPacket,
    done: (error?: Error | null) => void,
  ): void {
    const { root, ingest, clock, log } = this.#options;
    const payload = Buffer.from(packet.payload);
    const receivedAt = clock.now();
    const message = { root, topic: packet.topic, payload, receivedAt, isRetained: false };
    ingest.accept(decodeMessage(message)).then(
      () => {
        if (packet.retain) this.#retained?.put(packet.topic, payload);
        done(null);
      },
      (error: unknown) => {
        log.error({ err: error }, 'broker: message not durable, not acknowledged');
        done(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }

  async #restoreRetained(aedes: Aedes, retained: RetainedStore): Promise<void> {
    const { root, ingest, clock } = this.#options;
    for (const { topic, payload } of retained.all()) {
      const packet = { cmd: 'publish', topic, payload, qos: 1, retain: true, dup: false } as const;
      await new Promise<void>((resolve, reject) => {
        aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
      });
      const message = { root, topic, payload, receivedAt: clock.now(), isRetained: true };
      await ingest.accept(decodeMessage(message));
    }
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const advice =
        'set SVITLO_BROKER_PORT to a free port, or SVITLO_MQTT_URL to the broker there';
      const message = `cannot listen on ${HOST}:${port} (${error.code}): ${advice}`;
      reject(new SvitloError('SVT_BROKER_FAILED', message, { cause: error }));
    });
    server.listen(port, HOST, () => resolve());
  });
}
