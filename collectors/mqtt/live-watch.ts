import { crc32 } from 'node:zlib';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import type { Publish } from './publish-framer.ts';
import { PublishTap, tapConnections } from './publish-tap.ts';

/** More topics than a fleet has; then what was seen is forgotten and gathered anew. */
const MAX_TOPICS = 50_000;

interface LiveWatchOptions {
  url: string;
  /** As the session's connection has them; it keeps nothing at the broker. */
  client: IClientOptions;
  filter: string;
  log: Logger;
  /** A message came here after the session had it: the session is not behind. */
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
  #client: MqttClient | undefined;

  constructor(options: LiveWatchOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#client !== undefined;
  }

  open(): void {
    if (this.#client !== undefined) return;
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
    this.#options.log.info('broker: the backlog has been read');
  }

  /**
   * Notes a message of the session; returns how far that is behind, where the same message was seen
   * here before (ms).
   */
  noteSession(topic: string, publish: Publish): number | undefined {
    return meet(topic, publish, this.#seenInSession, this.#seenHere);
  }

  #take(publish: Publish): void {
    const topic = publish.bytes.toString('utf8', publish.topicStart, publish.topicEnd);
    const aheadMs = meet(topic, publish, this.#seenHere, this.#seenInSession);
    if (aheadMs !== undefined) this.#options.onLevel();
    this.#options.onPublish(publish);
  }
}

/** Notes a message in `mine`; returns how long ago `theirs` had the same one last (ms). */
function meet(
  topic: string,
  { bytes, payloadStart, payloadEnd }: Publish,
  mine: Map<string, Seen>,
  theirs: ReadonlyMap<string, Seen>,
): number | undefined {
  const at = performance.now();
  const payload = bytes.subarray(payloadStart, payloadEnd);
  // Only a message with a time differs for sure from every other one of its topic.
  if (!topic.endsWith('/telemetry') || !payload.includes('"ts"')) return undefined;
  const crc = crc32(payload);
  if (mine.size >= MAX_TOPICS) mine.clear();
  mine.set(topic, { crc, at });
  const other = theirs.get(topic);
  return other?.crc === crc ? at - other.at : undefined;
}
