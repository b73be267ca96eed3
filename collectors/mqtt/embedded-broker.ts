import type { EventEmitter } from 'node:events';
import type { Server } from 'node:net';
import {
  Aedes,
  type AedesOptions,
  type AuthenticateError,
  type Client,
  type PublishPacket,
} from 'aedes';
import type { Logger } from 'pino';
import type { Readiness } from '../../src/contract/readiness.ts';
import {
  CLOCK_DONE_TOPIC,
  CLOCK_TOPIC,
  decodeClock,
  encodeClock,
} from '../../src/contract/simulation-clock.ts';
import { decodeTopic, PRODUCTION_ROOT } from '../../src/contract/topic.ts';
import type { Clock, ClockControl, Collector, Deliveries, IngestPort } from '../../src/ports.ts';
import { announcementTopic, encodeAnnouncement } from './announcement.ts';
import { BrokerClients } from './broker-clients.ts';
import { BrokerPki } from './broker-pki.ts';
import { createBrokerServer, listen } from './broker-server.ts';
import { Decoder } from './decoder.ts';
import { ReceiptTimes } from './receipt-times.ts';
import { RetainedStore } from './retained-store.ts';
import { Turns } from './turns.ts';

const LOOPBACK = '127.0.0.1';
/** CONNACK of MQTT 3.1.1 (3.2.2.3): not authorized. */
const NOT_AUTHORIZED = 5;
const DRAIN_MS = 2500;
/** The wills of connections that a stop closes are no word about their devices. */
const STOPS = new Error('the broker stops');

export interface EmbeddedBrokerOptions {
  /** Where it listens; loopback unless told. */
  host?: string;
  /** 0 picks a free one. */
  port: number;
  root: string;
  /** Folder of `npm run pki`: it then speaks TLS, and every client signs in. */
  pkiFolder?: string | undefined;
  /** SQLite file of the retained messages. */
  retainedFile: string;
  ingest: IngestPort;
  clock: Clock;
  log: Logger;
  /** In simulation mode: a simulator's word on the time goes here. */
  clockControl?: ClockControl;
}

/**
 * A broker inside the monitor (MQTT 3.1.1 only). Packets reach ingest from `authorizePublish`, which aedes
 * awaits before its PUBACK and asks for wills too. Who has signed in as a device speaks for it alone.
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
  #unfollow: (() => void) | undefined;
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
    const { host = LOOPBACK, pkiFolder } = this.#options;
    const scheme = pkiFolder === undefined ? 'mqtt' : 'mqtts';
    return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /**
   * Throws `SVT_BROKER_FAILED` where the port is taken or the file of retained messages cannot be used,
   * `SVT_CONFIG_INVALID` where the folder of certificates is not whole.
   */
  async start(): Promise<void> {
    const { port, host = LOOPBACK, pkiFolder, retainedFile, log } = this.#options;
    const pki = pkiFolder === undefined ? undefined : new BrokerPki(pkiFolder);
    const clients = this.#createClients(pki);
    this.#retained = new RetainedStore(retainedFile);
    this.#aedes = await Aedes.createBroker(this.#handlers(clients));
    // Its types leave this event out.
    const events: EventEmitter = this.#aedes;
    events.on('error', (error: Error) => log.error({ err: error }, 'broker: failed'));
    await this.#restoreRetained(this.#aedes, this.#retained);
    const { server, unfollow } = createBrokerServer(this.#aedes.handle, {
      pki,
      log,
      onPeople: () => clients.endWithdrawn(this.#connected()),
    });
    this.#server = server;
    this.#unfollow = unfollow;
    try {
      await listen(this.#server, { host, port });
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
    this.#unfollow?.();
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

  #createClients(pki: BrokerPki | undefined): BrokerClients {
    const { root, log, clock, ingest } = this.#options;
    return new BrokerClients({
      root,
      pki,
      log,
      now: () => clock.now(),
      // Nobody is promised anything for it.
      onForeign: (decoded) => void ingest.accept(decoded)?.catch(() => {}),
    });
  }

  #handlers(clients: BrokerClients): AedesOptions {
    return {
      preConnect: (client, { will }, done) => {
        if (will !== undefined) clients.noteWill(client, will);
        done(null, true);
      },
      authenticate: (client, username, password, done) => {
        const isLetIn = clients.letIn(client, username, password);
        done(isLetIn ? null : refusal(), isLetIn);
      },
      authorizePublish: (client, packet, done) => {
        const refused = this.#isStopping ? STOPS : clients.refusalOf(client, packet);
        if (!clients.mayRetain(client, packet.topic)) packet.retain = false;
        if (refused === undefined) this.#receive(packet, done);
        else done(refused);
      },
      authorizeSubscribe: (client, subscription, done) =>
        done(null, clients.mayRead(client) ? subscription : null),
      authorizeForward: (client, packet) => (clients.mayRead(client) ? packet : null),
    };
  }

  /** Its types leave these out. */
  #connected(): Client[] {
    const { clients } = this.#aedes as unknown as { clients: Record<string, Client> };
    return Object.values(clients);
  }

  /** An error answer closes the connection without a PUBACK: the client sends the message again. */
  #receive(packet: PublishPacket, done: (error?: Error) => void): void {
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

  async #accept(packet: PublishPacket): Promise<void> {
    const { topic, retain } = packet;
    const bytes = bytesOf(packet);
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
  async #advance(packet: PublishPacket, control: ClockControl): Promise<void> {
    const now = decodeClock(bytesOf(packet));
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

function bytesOf({ payload }: PublishPacket): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}

function refusal(): AuthenticateError {
  return Object.assign(new Error('not authorized'), { returnCode: NOT_AUTHORIZED });
}

/** As the broker itself, past `authorizePublish`. */
function publishRetained(aedes: Aedes, topic: string, payload: Buffer): Promise<void> {
  const packet = { cmd: 'publish', topic, payload, qos: 1, retain: true, dup: false } as const;
  return new Promise((resolve, reject) => {
    aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
  });
}
