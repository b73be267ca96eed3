import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { PRODUCTION_ROOT } from '../src/contract/topic.ts';
import type { DeviceKey } from './truth/witness.ts';
import { Lane } from './wire/lane.ts';
import type { FleetOutput } from './wire/output.ts';
import { Punctuality } from './wire/punctuality.ts';

const RETAINED_GRACE_MS = 500;
const STOP_GRACE_MS = 3000;
const BARRIER_MS = 10_000;

/** A device that loses its connection in the run, and so has one of its own with a will on `topic`. */
export interface OwnConnection {
  device: DeviceKey;
  topic: string;
}

export interface PublisherOptions {
  url: string;
  username?: string;
  password?: string;
  /** TCP connections that share the devices; 1 unless told. */
  connections?: number;
  own?: readonly OwnConnection[];
  /** The broker is the simulator's own: nobody else's production can be on it. */
  isPrivateBroker?: boolean;
  /** The wall time (ms, `performance.now`) at which a message due at a simulated time is due. */
  dueAt?: (at: number) => number;
}

/** The broker serves a production monitor; simulated devices must not be mixed with it. */
export class ProductionBrokerError extends Error {
  constructor(url: string) {
    super(`${url} serves a production monitor (${PRODUCTION_ROOT}/$monitor): not publishing to it`);
  }
}

/** Publishes a fleet's messages at QoS 1. While the broker is away it keeps the newest 50,000 a connection. */
export class FleetPublisher {
  readonly punctuality = new Punctuality();
  readonly #options: PublisherOptions;
  readonly #lanes: Lane[] = [];
  readonly #own = new Map<DeviceKey, Lane>();
  readonly #awaitedWills = new Map<string, () => void>();
  readonly #wills = new Set<Promise<void>>();
  #isStopped = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Messages that the broker has acknowledged. */
  get publishedCount(): number {
    return this.#sum((lane) => lane.publishedCount);
  }

  /** Messages given up because too many waited, or their connection was ended. */
  get droppedCount(): number {
    return this.#sum((lane) => lane.droppedCount);
  }

  get waitingCount(): number {
    return this.#sum((lane) => lane.waitingCount);
  }

  /** The shared connection by which a lock-step run sends the time: in order with the messages. */
  get firstClient(): MqttClient | undefined {
    return this.#lanes[0]?.client;
  }

  /** Connects; throws when the broker cannot be reached, or `ProductionBrokerError`. */
  async start(): Promise<void> {
    const { url, connections = 1, own = [], isPrivateBroker, dueAt } = this.#options;
    const options = this.#connectOptions();
    const base = { punctuality: this.punctuality, ...(dueAt === undefined ? {} : { dueAt }) };
    for (let index = 0; index < connections; index++) {
      this.#lanes.push(new Lane({ client: await connectAsync(url, options, false), ...base }));
      if (index > 0 || isPrivateBroker) continue;
      if (await this.#seesProduction()) {
        await this.#end(true);
        throw new ProductionBrokerError(url);
      }
    }
    for (const { device, topic } of own) {
      const will = {
        topic,
        payload: Buffer.from('{"online":false}'),
        qos: 1,
        retain: true,
      } as const;
      const client = await connectAsync(url, { ...options, will, keepalive: 0 }, false);
      this.#own.set(device, new Lane({ client, ...base }));
    }
    await this.#watchWills();
  }

  /** Queues messages; each device keeps to one connection, so its messages arrive in order. */
  send(outputs: readonly FleetOutput[]): void {
    const used = new Set<Lane>();
    for (const output of outputs) {
      const lane = this.#own.get(output.device) ?? this.#laneOf(output.device);
      if (lane === undefined) return;
      if ('connection' in output) this.#change(output, lane);
      else lane.queue(output);
      used.add(lane);
    }
    for (const lane of used) lane.pump();
  }

  /**
   * Resolves when all that was sent is on its way, and at the broker where it went over a connection of
   * its own, wills included: what is sent next by the first connection comes behind it.
   */
  async barrier(): Promise<void> {
    const deadline = performance.now() + BARRIER_MS;
    if (this.#wills.size > 0) await Promise.race([Promise.all(this.#wills), timeout(BARRIER_MS)]);
    const isBusy = () =>
      this.#lanes.some((lane) => lane.queuedCount > 0) ||
      this.#own.values().some((lane) => lane.waitingCount > 0);
    while (isBusy() && performance.now() < deadline) await timeout(1);
  }

  /** Waits for what is under way, at most 3 s, and disconnects. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    const deadline = Date.now() + STOP_GRACE_MS;
    while (this.waitingCount > 0 && Date.now() < deadline) await timeout(20);
    await this.#end(this.waitingCount > 0);
  }

  #change(output: Extract<FleetOutput, { connection: string }>, lane: Lane): void {
    const isOwn = this.#own.has(output.device);
    if (output.connection === 'connect') {
      if (isOwn) lane.queue('connect');
      return;
    }
    if (!isOwn) {
      // It shares its connection with others: the broker's word in its stead, byte for byte.
      const { device, topic } = output;
      lane.queue({ device, topic, payload: '{"online":false}', qos: 1, retain: true, at: 0 });
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaitedWills.set(output.topic, resolve);
    this.#wills.add(promise);
    void promise.then(() => this.#wills.delete(promise));
    lane.queue('drop');
  }

  /** A lock-step run goes on only when the broker has spoken for a dropped device. */
  async #watchWills(): Promise<void> {
    const client = this.firstClient;
    const { own = [] } = this.#options;
    if (client === undefined || own.length === 0) return;
    client.on('message', (topic, payload) => {
      if (payload.toString() !== '{"online":false}') return;
      this.#awaitedWills.get(topic)?.();
      this.#awaitedWills.delete(topic);
    });
    for (const { topic } of own) await client.subscribeAsync(topic, { qos: 0 });
  }

  #connectOptions(): IClientOptions {
    const { username, password } = this.#options;
    return {
      protocolVersion: 4,
      clean: true,
      connectTimeout: 5000,
      reconnectPeriod: 1000,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    };
  }

  #laneOf(device: DeviceKey): Lane | undefined {
    if (this.#lanes.length === 1) return this.#lanes[0];
    let hash = 0;
    for (let index = 0; index < device.length; index++) {
      hash = (Math.imul(hash, 31) + device.charCodeAt(index)) >>> 0;
    }
    return this.#lanes[hash % this.#lanes.length];
  }

  #sum(count: (lane: Lane) => number): number {
    const all = [...this.#lanes, ...this.#own.values()];
    return all.reduce((sum, lane) => sum + count(lane), 0);
  }

  /** A production monitor announces itself by a retained message, which follows the SUBACK at once. */
  async #seesProduction(): Promise<boolean> {
    const client = this.firstClient;
    if (!client) return false;
    const topic = `${PRODUCTION_ROOT}/$monitor`;
    const announced = new Promise<boolean>((resolve) => {
      client.on('message', (from, payload) => {
        if (from === topic) resolve(payload.length > 0);
      });
    });
    await client.subscribeAsync(topic, { qos: 1 });
    return Promise.race([announced, timeout(RETAINED_GRACE_MS).then(() => false)]);
  }

  async #end(isForced: boolean): Promise<void> {
    const all = [...this.#lanes, ...this.#own.values()];
    await Promise.all(all.map((lane) => lane.end(isForced)));
  }
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
