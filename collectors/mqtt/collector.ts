import mqtt, { type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import type { Readiness } from '../../src/contract/readiness.ts';
import {
  CLOCK_DONE_TOPIC,
  CLOCK_TOPIC,
  decodeClock,
  encodeClock,
} from '../../src/contract/simulation-clock.ts';
import { PRODUCTION_ROOT, topicFilter } from '../../src/contract/topic.ts';
import type {
  Clock,
  ClockControl,
  Collector,
  Deliveries,
  IngestPort,
  Meter,
} from '../../src/ports.ts';
import { announcementTopic, encodeAnnouncement } from './announcement.ts';
import { rejectForeign } from './broker-identity.ts';
import type { ClientTls } from './client-tls.ts';
import { sessionOptions, watchOptions } from './connect-options.ts';
import { Decoder } from './decoder.ts';
import { LiveWatch } from './live-watch.ts';
import { PubackQueue } from './puback-queue.ts';
import type { Publish } from './publish-framer.ts';
import { PublishTap, tapConnections } from './publish-tap.ts';
import { createPublisherCheck, type PublisherCheck } from './publisher-check.ts';
import { ReceiptTimes } from './receipt-times.ts';

/** How long a connection is kept that cannot do its work: the next one asks the broker afresh. */
const RETRY_MS = 5000;
/** Acknowledgements that wait for longer than this (ms) hold the broker back: the stream falls behind. */
const STUCK_MS = 2000;
/** A stream that is no further behind than this (ms) is live. */
const LIVE_MS = 1000;
const LOOK_MS = 500;
const DRAIN_MS = 2500;
const GOODBYE_MS = 500;

export interface MqttCollectorOptions {
  url: string;
  username?: string | undefined;
  password?: string | undefined;
  tls?: ClientTls;
  /** The user property in which the broker names a message's publisher. */
  identityProperty?: string | undefined;
  root: string;
  /** The same at every start: the broker keeps what came meanwhile for it. */
  clientId: string;
  ingest: IngestPort;
  clock: Clock;
  log: Logger;
  /** In simulation mode: a simulator's word on the time goes here. */
  clockControl?: ClockControl;
  meter?: Meter;
  /** ms until a connection is given up whose messages cannot be stored or whose subscription is refused. */
  retryMs?: number;
  /** ms between attempts to connect. */
  reconnectMs?: number;
}

/** Subscribes to every device under the root and acknowledges a message only when it is durable. */
export class MqttCollector implements Collector {
  readonly name = 'broker';
  readonly #options: MqttCollectorOptions;
  readonly #decoder: Decoder;
  readonly #publisherCheck: PublisherCheck | undefined;
  readonly #receipts = new ReceiptTimes();
  #client: MqttClient | undefined;
  #pubacks: PubackQueue | undefined;
  readonly #watch: LiveWatch;
  #look: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isStopping = false;
  #redelivered = 0;
  #readiness: Readiness = { isReady: false, state: 'connecting' };

  constructor(options: MqttCollectorOptions) {
    this.#options = options;
    this.#decoder = new Decoder(options.root);
    const { url, root, log, identityProperty } = options;
    if (identityProperty !== undefined) {
      this.#publisherCheck = createPublisherCheck(root, identityProperty);
    }
    this.#watch = new LiveWatch({
      url,
      client: watchOptions(options),
      filter: topicFilter(root),
      log,
      onLevel: () => this.#level(),
      onPublish: (publish) => this.#takeCopy(publish),
    });
  }

  async start(): Promise<void> {
    const client = mqtt.connect(this.#options.url, sessionOptions(this.#options));
    this.#client = client;
    tapConnections(client, () => this.#tap());
    client.on('connect', ({ sessionPresent }) => {
      // What the broker kept comes before what is published now.
      if (sessionPresent) this.#behind();
      void this.#subscribe(client);
    });
    this.#look = setInterval(() => {
      if ((this.#pubacks?.waiting().oldestMs ?? 0) > STUCK_MS) this.#behind();
      else if (this.#watch.isOpen && this.#watch.isBlind()) this.#watch.close();
    }, LOOK_MS);
    client.on('close', () => {
      clearTimeout(this.#retry);
      this.#retry = undefined;
      if (this.#readiness.isReady) this.#became({ isReady: false, state: 'unreachable' });
    });
    client.on('error', (error) =>
      this.#became({ isReady: false, state: 'unreachable', detail: reasonOf(error) }),
    );
    client.connect();
  }

  readiness(): Readiness {
    return this.#readiness;
  }

  deliveries(): Deliveries {
    const { messages = 0, oldestMs = 0 } = this.#pubacks?.waiting() ?? {};
    return { unacknowledged: messages, oldestWaitMs: oldestMs, redelivered: this.#redelivered };
  }

  /** Waits for what is on its way to the disk, so that its acknowledgement still goes out. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#retry);
    clearInterval(this.#look);
    this.#watch.close();
    const client = this.#client;
    if (client === undefined) return;
    await Promise.race([this.#pubacks?.settled(), elapsed(DRAIN_MS)]);
    if (client.connected && this.#options.root === PRODUCTION_ROOT) this.#announce(client, false);
    await Promise.race([client.endAsync(!client.connected), elapsed(GOODBYE_MS)]);
    client.stream.destroy();
  }

  /** Each connection has its own acknowledgements. */
  #tap(): PublishTap {
    const onFailed = (error: unknown) => this.#failed(error);
    const pubacks = new PubackQueue({
      send: (packets) => tap.send(packets),
      onFailed,
      onAcknowledged: (waitMs) => this.#options.meter?.acknowledged(waitMs),
    });
    const tap = new PublishTap({ onPublish: (publish) => this.#take(publish, pubacks) });
    this.#pubacks = pubacks;
    return tap;
  }

  /** An error here is a defect of ours: the message stays unacknowledged, those after it go on. */
  #take(publish: Publish, pubacks: PubackQueue): void {
    if (publish.isDuplicate) this.#redelivered += 1;
    try {
      const durable = this.#accept(publish);
      if (publish.qos > 0) pubacks.add(publish.id, durable);
      // Nobody was promised anything at QoS 0; the spool's state tells that it is not kept.
      else durable?.catch(() => {});
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#became({ isReady: false, state: 'not_durable', detail: reasonOf(error) });
    this.#reconnectLater();
  }

  #accept(publish: Publish): Promise<void> | undefined {
    const { ingest, clock, clockControl } = this.#options;
    const { bytes, payloadStart, payloadEnd, payloadLength, isRetained } = publish;
    const topic = bytes.toString('utf8', publish.topicStart, publish.topicEnd);
    if (clockControl !== undefined && topic === CLOCK_TOPIC) {
      return this.#advance(Buffer.from(bytes.subarray(payloadStart, payloadEnd)));
    }
    if (this.#watch.isOpen) this.#watch.noteSession(topic, publish);
    const receivedAt = clock.now();
    const got = this.#publisherCheck?.(publish, topic);
    if (got !== undefined) {
      const { root } = this.#options;
      const payload = bytes.subarray(payloadStart, payloadEnd);
      return ingest.accept(rejectForeign({ root, topic, payload, receivedAt }, got));
    }
    const place = { bytes, payloadStart, payloadEnd, payloadLength };
    const decoded = this.#decoder.decode({ topic, ...place, receivedAt, isRetained });
    return ingest.accept(this.#receipts.apart(decoded));
  }

  /** Nothing is lost where this fails: the message comes again with the session. */
  #takeCopy(publish: Publish): void {
    const { ingest, clock } = this.#options;
    const { bytes, payloadStart, payloadEnd, payloadLength, isRetained } = publish;
    const topic = bytes.toString('utf8', publish.topicStart, publish.topicEnd);
    // The session brings it again, and rejects it.
    if (this.#publisherCheck?.(publish, topic) !== undefined) return;
    const place = { bytes, payloadStart, payloadEnd, payloadLength };
    const receivedAt = clock.now();
    try {
      const { sample } = this.#decoder.decode({ topic, ...place, receivedAt, isRetained });
      // Without a time it could not be told from the older ones that the session still brings.
      if (sample?.hasOwnTime) ingest.watch(sample);
    } catch (error) {
      this.#options.log.error({ err: error, topic }, 'broker: a watched message failed');
    }
  }

  /** A simulator's time is told by the session's stream alone. */
  #behind(): void {
    if (this.#options.clockControl === undefined && !this.#isStopping) this.#watch.open();
  }

  #level(): void {
    if ((this.#pubacks?.waiting().oldestMs ?? 0) < LIVE_MS) this.#watch.close();
  }

  async #advance(payload: Uint8Array): Promise<void> {
    const now = decodeClock(payload);
    if (now === undefined) return;
    await this.#options.clockControl?.advance(now);
    this.#client?.publish(CLOCK_DONE_TOPIC, encodeClock(now), { qos: 1 });
  }

  async #subscribe(client: MqttClient): Promise<void> {
    const { root, log, clockControl } = this.#options;
    if (root === PRODUCTION_ROOT) this.#announce(client, true);
    try {
      const topics = clockControl === undefined ? [] : [CLOCK_TOPIC];
      await client.subscribeAsync([topicFilter(root), ...topics], { qos: 1 });
      this.#readiness = { isReady: true, state: 'ok' };
      log.info({ root }, 'broker: connected and subscribed');
    } catch (error) {
      if (!client.connected) return;
      this.#became({ isReady: false, state: 'refused', detail: reasonOf(error) });
      this.#reconnectLater();
    }
  }

  #announce(client: MqttClient, isOnline: boolean): void {
    const topic = announcementTopic(this.#options.root);
    client.publish(topic, encodeAnnouncement(isOnline), { qos: 1, retain: true }, (error) => {
      if (error) this.#options.log.warn({ err: error, topic }, 'broker: announcement not taken');
    });
  }

  /** Takes a state, and logs it where it is another than before: a broker may be away for days. */
  #became(next: Readiness): void {
    const { state, detail } = this.#readiness;
    this.#readiness = next;
    if (this.#isStopping || (state === next.state && detail === next.detail)) return;
    this.#options.log.warn({ state: next.state, detail: next.detail }, 'broker: not at work');
  }

  /** The broker sends what is unacknowledged again with the next connection of the session. */
  #reconnectLater(): void {
    if (this.#retry !== undefined || this.#isStopping) return;
    const { retryMs = RETRY_MS } = this.#options;
    this.#retry = setTimeout(() => this.#client?.stream.destroy(), retryMs).unref();
  }
}

/** A refused connection to a name with several addresses has no message, only a code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
