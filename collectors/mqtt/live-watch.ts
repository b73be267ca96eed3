import { crc32 } from 'node:zlib';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import type { Publish } from './publish-framer.ts';
import { PublishTap, tapConnections } from './publish-tap.ts';

/** More topics than a fleet has; then what was seen is forgotten and gathered anew. */
const MAX_TOPICS = 50_000;
const LEVEL_MS = 1000;
const MEETINGS = 2;
const BLIND_MS = 60_000;

interface LiveWatchOptions {
  url: string;
  /** As the session's connection has them; it keeps nothing at the broker. */
  client: IClientOptions;
  filter: string;
  log: Logger;
  /** The session is no further behind than a second. */
  onLevel(): void;
  /** Called for each PUBLISH; must not throw. */
  onPublish(publish: Publish): void;
}

/** The last message of a topic: a checksum of its payload, and when it came (performance.now, ms). */
interface Seen {
  crc: number;
  at: number;
}

/**
 * A second, short-lived subscription at QoS 0 for the time that the session's own stream is behind: what
 * is published now comes here past the broker's queue. Nothing of it is stored; each message comes again
 * with the session, which is also how its end is known.
 */
export class LiveWatch {
  readonly #options: LiveWatchOptions;
  readonly #seenHere = new Map<string, Seen>();
  readonly #seenInSession = new Map<string, Seen>();
  /** Messages that came on both within a second: one alone may be a repetition. */
  readonly #met = new Set<string>();
  #openedAt = 0;
  #client: MqttClient | undefined;

  constructor(options: LiveWatchOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#client !== undefined;
  }

  open(): void {
    if (this.#client !== undefined) return;
    this.#openedAt = performance.now();
    const { url, client: options, filter, log } = this.#options;
    const client = mqtt.connect(url, { ...options, manualConnect: true });
    this.#client = client;
    const onPublish = (publish: Publish) => this.#take(publish);
    tapConnections(client, () => new PublishTap({ onPublish }));
    client.on('connect', () => {
      // What is retained is no news, and the session has it.
      client.subscribe(filter, { qos: 0, rh: 2 }, (error) => {
        if (error) log.warn({ err: error }, 'broker: the live watch was refused');
      });
    });
    client.on('error', () => {});
    client.connect();
    log.info('broker: behind; what is published now is watched beside the backlog');
  }

  close(): void {
    if (this.#client === undefined) return;
    this.#client.end(true);
    this.#client = undefined;
    this.#seenHere.clear();
    this.#seenInSession.clear();
    this.#met.clear();
    this.#options.log.info('broker: the backlog has been read');
  }

  /** Nothing came in a minute by which the session's place could be known. */
  isBlind(): boolean {
    return this.#seenHere.size === 0 && performance.now() - this.#openedAt > BLIND_MS;
  }

  /** Notes a message of the session. */
  noteSession(topic: string, publish: Publish): void {
    this.#meet(topic, publish, { mine: this.#seenInSession, theirs: this.#seenHere });
  }

  #take(publish: Publish): void {
    const topic = publish.bytes.toString('utf8', publish.topicStart, publish.topicEnd);
    this.#meet(topic, publish, { mine: this.#seenHere, theirs: this.#seenInSession });
    this.#options.onPublish(publish);
  }

  /** Only a message with a time differs for sure from every other one of its topic. */
  #meet(
    topic: string,
    { bytes, payloadStart, payloadEnd }: Publish,
    { mine, theirs }: { mine: Map<string, Seen>; theirs: ReadonlyMap<string, Seen> },
  ): void {
    const payload = bytes.subarray(payloadStart, payloadEnd);
    if (!topic.endsWith('/telemetry') || !payload.includes('"ts"')) return;
    const at = performance.now();
    const crc = crc32(payload);
    if (mine.size >= MAX_TOPICS) mine.clear();
    mine.set(topic, { crc, at });
    const other = theirs.get(topic);
    if (other?.crc !== crc || at - other.at > LEVEL_MS) return;
    if (this.#met.size < MEETINGS) this.#met.add(`${topic} ${crc}`);
    if (this.#met.size >= MEETINGS) this.#options.onLevel();
  }
}
