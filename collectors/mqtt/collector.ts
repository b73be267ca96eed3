import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import { PRODUCTION_ROOT, topicFilter } from '../../src/contract/topic.ts';
import type { Clock, Collector, IngestPort, Readiness } from '../../src/ports.ts';
import { decodeMessage } from './decode.ts';

const SESSION_SECONDS = 7 * 24 * 3600;
const IN_FLIGHT = 1000;
const DRAIN_MS = 3000;
const REFUSED = 0x80;

export interface MqttCollectorOptions {
  url: string;
  username?: string | undefined;
  password?: string | undefined;
  root: string;
  clientId: string;
  ingest: IngestPort;
  clock: Clock;
  log: Logger;
}

/** A handler that has taken the packet over: MQTT.js then goes on without acknowledging it. */
const DEFERRED = new Error('acknowledged when durable');

/**
 * Subscribes to every device under the root and acknowledges a message only when it is durable. The
 * handler never waits, so the connection stays alive; back-pressure is the broker's in-flight window.
 * PUBACKs leave in the order of receipt [MQTT-4.6.0-2], and only on the connection that the message
 * came by: after a reconnect its packet identifier may mean another message.
 */
export class MqttCollector implements Collector {
  readonly name = 'broker';
  readonly #options: MqttCollectorOptions;
  #client: MqttClient | undefined;
  #epoch = 0;
  #acknowledged: Promise<void> = Promise.resolve();
  #readiness: Readiness = { isReady: false, state: 'connecting' };

  constructor(options: MqttCollectorOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { url, username, password, root, clientId, log } = this.#options;
    const monitorTopic = `${root}/$monitor`;
    const client = mqtt.connect(url, {
      protocolVersion: 5,
      clientId,
      clean: false,
      keepalive: 30,
      reconnectPeriod: 1000,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      properties: { sessionExpiryInterval: SESSION_SECONDS, receiveMaximum: IN_FLIGHT },
      ...(root === PRODUCTION_ROOT
        ? {
            will: {
              topic: monitorTopic,
              payload: Buffer.from('{"online":false}'),
              qos: 1,
              retain: true,
            },
          }
        : {}),
    });
    this.#client = client;
    client.handleMessage = (packet, done) => this.#handle(client, packet, done);
    client.on('connect', () => {
      void this.#subscribe(client);
      if (root !== PRODUCTION_ROOT) return;
      client.publish(monitorTopic, '{"online":true}', { qos: 1, retain: true });
    });
    client.on('close', () => {
      this.#epoch += 1;
      if (this.#readiness.isReady) log.warn('broker: connection lost, trying again');
      this.#readiness = { ...this.#readiness, isReady: false, state: 'unreachable' };
    });
    client.on('error', (error) => {
      if (this.#readiness.detail !== error.message) log.warn({ err: error }, 'broker: unreachable');
      this.#readiness = { isReady: false, state: 'unreachable', detail: error.message };
    });
  }

  readiness(): Readiness {
    return this.#readiness;
  }

  /** Waits for what is on its way to the disk, so that its acknowledgement still goes out. */
  async stop(): Promise<void> {
    const timeout = new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref());
    await Promise.race([this.#acknowledged, timeout]);
    await this.#client?.endAsync(!this.#readiness.isReady);
  }

  async #subscribe(client: MqttClient): Promise<void> {
    const { root, log } = this.#options;
    try {
      const [grant] = await client.subscribeAsync(topicFilter(root), { qos: 1 });
      if (grant !== undefined && grant.qos >= REFUSED)
        throw new Error('the broker refused the subscription');
      this.#readiness = { isReady: true, state: 'ok' };
      log.info({ root }, 'broker: connected and subscribed');
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.#readiness = { isReady: false, state: 'refused', detail };
      log.error({ err: error }, 'broker: subscription failed');
    }
  }

  #handle(client: MqttClient, packet: IPublishPacket, done: (error?: Error) => void): void {
    const { root, ingest, clock } = this.#options;
    const payload =
      typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const accepted = ingest.accept(
      decodeMessage({
        root,
        topic: packet.topic.toString(),
        payload,
        receivedAt: clock.now(),
        isRetained: packet.retain,
      }),
    );
    if (packet.qos !== 1) {
      accepted.catch(() => {});
      done();
      return;
    }
    const epoch = this.#epoch;
    const previous = this.#acknowledged;
    this.#acknowledged = accepted
      .then(
        () => previous.then(() => epoch === this.#epoch && puback(client, packet.messageId)),
        () => previous,
      )
      .then(() => {});
    done(DEFERRED);
  }
}

/** MQTT.js has no public call for a later acknowledgement; the version is pinned and a test holds this. */
function puback(client: MqttClient, messageId: number | undefined): void {
  const sender = client as unknown as { _sendPacket(packet: object): void };
  sender._sendPacket({ cmd: 'puback', messageId, reasonCode: 0 });
}
