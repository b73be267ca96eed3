import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { PRODUCTION_ROOT } from '../src/contract/topic.ts';
import type { FleetMessage } from './fleet.ts';

const IN_FLIGHT = 200;
const MAX_WAITING = 50_000;
const RETAINED_GRACE_MS = 500;
const STOP_GRACE_MS = 3000;

export interface PublisherOptions {
  url: string;
  username?: string;
  password?: string;
  /** TCP connections that share the devices; 1 unless told. */
  connections?: number;
  /** The broker is the simulator's own: nobody else's production can be on it. */
  isPrivateBroker?: boolean;
}

/** The broker serves a production monitor; simulated devices must not be mixed with it. */
export class ProductionBrokerError extends Error {
  constructor(url: string) {
    super(`${url} serves a production monitor (${PRODUCTION_ROOT}/$monitor): not publishing to it`);
  }
}

/** A connection with the messages that wait for it; order is kept within a connection. */
interface Lane {
  client: MqttClient;
  waiting: FleetMessage[];
  inFlight: number;
}

/** Publishes a fleet's messages at QoS 1. While the broker is away it keeps the newest 50,000. */
export class FleetPublisher {
  /** Messages that the broker has acknowledged. */
  publishedCount = 0;
  /** Messages given up because too many waited. */
  droppedCount = 0;
  readonly #options: PublisherOptions;
  readonly #lanes: Lane[] = [];

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  get waitingCount(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.waiting.length + lane.inFlight, 0);
  }

  /** Connects; throws when the broker cannot be reached, or `ProductionBrokerError`. */
  async start(): Promise<void> {
    const { url, username, password, connections = 1, isPrivateBroker } = this.#options;
    const options: IClientOptions = {
      protocolVersion: 4,
      clean: true,
      connectTimeout: 5000,
      reconnectPeriod: 1000,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    };
    for (let lane = 0; lane < connections; lane++) {
      const client = await connectAsync(url, options, false);
      // Without a listener a dropped connection would end the process; mqtt reconnects by itself.
      client.on('error', () => undefined);
      client.on('connect', () => this.#pumpAll());
      this.#lanes.push({ client, waiting: [], inFlight: 0 });
    }
    if (!isPrivateBroker && (await this.#seesProduction())) {
      await this.#end(true);
      throw new ProductionBrokerError(url);
    }
  }

  /** Queues messages; each device keeps to one connection, so its messages arrive in order. */
  send(messages: readonly FleetMessage[]): void {
    for (const message of messages) {
      const lane = this.#laneOf(message.topic);
      if (!lane) return;
      if (lane.waiting.length >= MAX_WAITING) {
        lane.waiting.shift();
        this.droppedCount += 1;
      }
      lane.waiting.push(message);
    }
    this.#pumpAll();
  }

  /** Waits for what is under way, at most 3 s, and disconnects. */
  async stop(): Promise<void> {
    const deadline = Date.now() + STOP_GRACE_MS;
    while (this.waitingCount > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await this.#end(this.waitingCount > 0);
  }

  #laneOf(topic: string): Lane | undefined {
    if (this.#lanes.length === 1) return this.#lanes[0];
    let hash = 0;
    const device = topic.slice(0, topic.lastIndexOf('/'));
    for (const letter of device) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
    return this.#lanes[hash % this.#lanes.length];
  }

  #pumpAll(): void {
    for (const lane of this.#lanes) this.#pump(lane);
  }

  #pump(lane: Lane): void {
    while (lane.client.connected && lane.inFlight < IN_FLIGHT) {
      const message = lane.waiting.shift();
      if (!message) return;
      lane.inFlight += 1;
      lane.client.publish(
        message.topic,
        message.payload,
        { qos: message.qos, retain: message.retain },
        (error) => {
          lane.inFlight -= 1;
          if (error) this.droppedCount += 1;
          else this.publishedCount += 1;
          this.#pump(lane);
        },
      );
    }
  }

  /** A production monitor announces itself by a retained message, which follows the SUBACK at once. */
  async #seesProduction(): Promise<boolean> {
    const client = this.#lanes[0]?.client;
    if (!client) return false;
    const announced = new Promise<boolean>((resolve) => {
      client.on('message', (_topic, payload) => resolve(payload.length > 0));
    });
    await client.subscribeAsync(`${PRODUCTION_ROOT}/$monitor`, { qos: 1 });
    const waited = new Promise<boolean>((resolve) => {
      setTimeout(() => resolve(false), RETAINED_GRACE_MS);
    });
    return Promise.race([announced, waited]);
  }

  async #end(isForced: boolean): Promise<void> {
    await Promise.all(this.#lanes.map(({ client }) => client.endAsync(isForced)));
  }
}
