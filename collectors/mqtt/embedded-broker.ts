import type { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Aedes, type Client, type PublishPacket } from 'aedes';
import type { Logger } from 'pino';
import type { Readiness } from '../../src/contract/readiness.ts';
import {
  CLOCK_DONE_TOPIC,
  CLOCK_TOPIC,
  decodeClock,
  encodeClock,
} from '../../src/contract/simulation-clock.ts';
import { decodeTopic, PRODUCTION_ROOT } from '../../src/contract/topic.ts';
import { SvitloError } from '../../src/errors.ts';
import type { Clock, ClockControl, Collector, Deliveries, IngestPort } from '../../src/ports.ts';
import { announcementTopic, encodeAnnouncement } from './announcement.ts';
import { Decoder } from './decoder.ts';
import { ReceiptTimes } from './receipt-times.ts';
import { RetainedStore } from './retained-store.ts';
import { Turns } from './turns.ts';

const HOST = '127.0.0.1';
const DRAIN_MS = 2500;

export interface EmbeddedBrokerOptions {
  /** 0 picks a free one. */
  port: number;
  root: string;
  /** SQLite file of the retained messages. */
  retainedFile: string;
  ingest: IngestPort;
  clock: Clock;
  log: Logger;
  /** In simulation mode: a simulator's word on the time goes here. */
  clockControl?: ClockControl;
}

/**
 * A broker inside the monitor (MQTT 3.1.1 only), on loopback. Packets reach ingest from
 * `authorizePublish`, which aedes awaits before its PUBACK and asks for wills too.
 */
export class EmbeddedBroker implements Collector {
  readonly name = 'broker';
  readonly #options: EmbeddedBrokerOptions;
  readonly #decoder: Decoder;
  readonly #receipts = new ReceiptTimes();
  readonly #turns = new Turns();
  /** Messages on their way to the disk, the oldest first, with when each came by `performance.now()`. */
  readonly #pending = new Map<Promise<void>, number>();
  #server: Server | undefined;
  #aedes: Aedes | undefined;
  #retained: RetainedStore | undefined;
  #isStopping = false;
  #redelivered = 0;
  #readiness: Readiness = { isReady: false, state: 'connecting' };

  constructor(options: EmbeddedBrokerOptions) {
    this.#options = options;
    this.#decoder = new Decoder(options.root);
  }

  get url(): string {
    const address = this.#server?.address();
    const port =
      typeof address === 'object' && address !== null ? address.port : this.#options.port;
    return `mqtt://${HOST}:${port}`;
  }

  /** Throws `SVT_BROKER_FAILED` where the port is taken or the file of retained messages cannot be used. */
  async start(): Promise<void> {
    const { port, retainedFile, log } = this.#options;
    this.#retained = new RetainedStore(retainedFile);
    this.#aedes = await Aedes.createBroker({
      authorizePublish: (client, packet, done) => this.#authorize(client, packet, done),
    });
    // Its types leave this event out.
    const events: EventEmitter = this.#aedes;
    events.on('error', (error: Error) => log.error({ err: error }, 'broker: failed'));
    await this.#restoreRetained(this.#aedes, this.#retained);
    this.#server = createServer({ noDelay: true }, this.#aedes.handle);
    try {
      await listen(this.#server, port);
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#server.on('error', (error) => log.error({ err: error }, 'broker: listening failed'));
    this.#readiness = { isReady: true, state: 'ok' };
    log.info({ url: this.url }, 'broker: the embedded one listens');
  }

  readiness(): Readiness {
    return this.#readiness;
  }

  deliveries(): Deliveries {
    const now = performance.now();
    const oldestWaitMs = now - (this.#pending.values().next().value ?? now);
    return { unacknowledged: this.#pending.size, oldestWaitMs, redelivered: this.#redelivered };
  }

  /** Takes no more messages, waits for those on their way to the disk, then closes every connection. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#readiness = { isReady: false, state: 'stopped' };
    this.#server?.close();
    const timeout = new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref());
    await Promise.race([Promise.all(this.#pending.keys()), timeout]);
    // Their PUBACKs are corked until the next turn, and closing would drop them.
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => {
      if (this.#aedes === undefined) resolve();
      else this.#aedes.close(() => resolve());
    });
    this.#retained?.close();
    this.#retained = undefined;
  }

  /** An error answer closes the connection without a PUBACK: the client sends the message again. */
  #authorize(_client: Client | null, packet: PublishPacket, done: (error?: Error) => void): void {
    if (packet.topic.startsWith('$SYS/')) {
      done(new Error('$SYS is the broker’s own'));
      return;
    }
    // The wills of connections that this stop closes are no word about their devices.
    if (this.#isStopping) {
      done(new Error('the broker stops'));
      return;
    }
    const { clockControl } = this.#options;
    if (clockControl !== undefined && packet.topic === CLOCK_TOPIC) {
      void this.#advance(packet, clockControl);
      done();
      return;
    }
    if (packet.dup) this.#redelivered += 1;
    const accepted = this.#accept(packet).then(
      () => this.#accepted(),
      (error: unknown) => this.#failed(error),
    );
    const settled = accepted.then((error) => {
      this.#pending.delete(settled);
      done(error);
    });
    this.#pending.set(settled, performance.now());
  }

  async #accept({ topic, payload, retain }: PublishPacket): Promise<void> {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    await this.#turns.take(() => this.#take(topic, bytes, false));
    if (retain) this.#retained?.put(topic, bytes);
  }

  #take(topic: string, bytes: Buffer, isRetained: boolean): Promise<void> | undefined {
    const { ingest, clock } = this.#options;
    const { length } = bytes;
    const place = { bytes, payloadStart: 0, payloadEnd: length, payloadLength: length };
    const receivedAt = clock.now();
    const decoded = this.#decoder.decode({ topic, ...place, receivedAt, isRetained });
    return ingest.accept(this.#receipts.apart(decoded));
  }

  /** Answered out of turn: the simulator waits for this word, not for its PUBACK. */
  async #advance({ payload }: PublishPacket, control: ClockControl): Promise<void> {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const now = decodeClock(bytes);
    if (now === undefined) return;
    await this.#turns.drained();
    await control.advance(now);
    this.#aedes?.publish(
      {
        cmd: 'publish',
        topic: CLOCK_DONE_TOPIC,
        payload: encodeClock(now),
        qos: 1,
        retain: false,
        dup: false,
      },
      () => undefined,
    );
  }

  #accepted(): undefined {
    if (this.#readiness.state === 'not_durable') this.#readiness = { isReady: true, state: 'ok' };
    return undefined;
  }

  #failed(cause: unknown): Error {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    if (this.#readiness.state === 'ok') {
      this.#options.log.error({ err: error }, 'broker: messages not durable, not acknowledged');
      this.#readiness = { isReady: false, state: 'not_durable', detail: error.message };
    }
    return error;
  }

  /** Waits for no disk: nobody awaits a PUBACK of these, and the file that they came from keeps them. */
  async #restoreRetained(aedes: Aedes, retained: RetainedStore): Promise<void> {
    const { root, log } = this.#options;
    if (root === PRODUCTION_ROOT) {
      const payload = Buffer.from(encodeAnnouncement(true));
      await publishRetained(aedes, announcementTopic(root), payload);
    }
    for (const { topic, payload } of retained.all()) {
      await publishRetained(aedes, topic, payload);
      if (decodeTopic(root, topic) === undefined) continue;
      this.#take(topic, payload, true)?.catch((error: unknown) => {
        log.warn({ err: error, topic }, 'broker: a retained message was not stored again');
      });
    }
  }
}

/** As the broker itself, past `authorizePublish`. */
function publishRetained(aedes: Aedes, topic: string, payload: Buffer): Promise<void> {
  const packet = { cmd: 'publish', topic, payload, qos: 1, retain: true, dup: false } as const;
  return new Promise((resolve, reject) => {
    aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      const advice =
        'set SVITLO_BROKER_PORT to a free port, or SVITLO_MQTT_URL to the broker there';
      const message = `cannot listen on ${HOST}:${port} (${error.code}): ${advice}`;
      reject(new SvitloError('SVT_BROKER_FAILED', message, { cause: error }));
    };
    server.once('error', onError);
    server.listen(port, HOST, () => {
      server.off('error', onError);
      resolve();
    });
  });
}
