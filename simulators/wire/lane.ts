import type { MqttClient } from 'mqtt';
import type { FleetMessage } from './link.ts';
import type { Punctuality } from './punctuality.ts';

const IN_FLIGHT = 1000;
const MAX_WAITING = 50_000;

export interface LaneOptions {
  client: MqttClient;
  punctuality: Punctuality;
  dueAt?: (at: number) => number;
}

/** A connection with the messages that wait for it; order is kept within a connection. */
export class Lane {
  readonly client: MqttClient;
  publishedCount = 0;
  droppedCount = 0;
  /** Whether it is meant to be connected. */
  isExpected = true;
  readonly #options: LaneOptions;
  #waiting: FleetMessage[] = [];
  #next = 0;
  #inFlight = 0;
  #unwritten: number[] = [];
  #isChecking = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.client = options.client;
    // Without a listener a dropped connection would end the process; mqtt reconnects by itself.
    this.client.on('error', () => undefined);
    this.client.on('connect', () => this.pump());
  }

  get waitingCount(): number {
    return this.#waiting.length - this.#next + this.#inFlight;
  }

  queue(message: FleetMessage): void {
    if (this.#waiting.length - this.#next >= MAX_WAITING) {
      this.#next += 1;
      this.droppedCount += 1;
    }
    this.#waiting.push(message);
  }

  pump(): void {
    while (this.client.connected && this.#inFlight < IN_FLIGHT) {
      const message = this.#waiting[this.#next];
      if (message === undefined) break;
      this.#next += 1;
      this.#publish(message);
    }
    if (this.#next === this.#waiting.length && this.#next > 0) {
      this.#waiting = [];
      this.#next = 0;
    } else if (this.#next > 10_000) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
    if (this.#unwritten.length > 0 && !this.#isChecking) this.#checkWritten();
  }

  /** Gone without a DISCONNECT, so that the broker publishes the will [MQTT-3.1.2-8]. */
  drop(): void {
    this.isExpected = false;
    this.client.end(true);
  }

  reconnect(): void {
    if (this.isExpected) return;
    this.isExpected = true;
    this.client.reconnect();
  }

  async end(isForced: boolean): Promise<void> {
    await this.client.endAsync(isForced || !this.client.connected);
  }

  #publish({ topic, payload, qos, retain, at }: FleetMessage): void {
    this.#inFlight += 1;
    const { dueAt } = this.#options;
    if (dueAt !== undefined && at > 0) this.#unwritten.push(dueAt(at));
    this.client.publish(topic, payload, { qos, retain }, (error) => {
      this.#inFlight -= 1;
      if (error) this.droppedCount += 1;
      else this.publishedCount += 1;
      if (this.#next < this.#waiting.length) this.pump();
    });
  }

  /** MQTT.js writes corked: what the stream no longer holds is with the operating system. */
  #checkWritten(): void {
    this.#isChecking = true;
    setImmediate(() => {
      this.#isChecking = false;
      if (!this.client.connected || this.client.stream.writableLength > 0) {
        if (this.#unwritten.length > 0) this.#checkWritten();
        return;
      }
      const now = performance.now();
      for (const dueAt of this.#unwritten) this.#options.punctuality.note(now - dueAt);
      this.#unwritten = [];
    });
  }
}
